"""The `latchkey` command: one file a command, found by folder; failures in one sentence (contract section 2)."""

import importlib
import os
import pkgutil

import click

from core.cli import commands
from core.cli.listing import Listing
from core.errors import LatchkeyError


class Folder(Listing):
    """The commands of the folder, each loaded only when it is asked for, so that every one of them starts at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the files; a name that Python keeps for itself has a trailing underscore there."""
        return sorted(found.name.rstrip("_") for found in pkgutil.iter_modules(commands.__path__))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of one file, or nothing."""
        for found in pkgutil.iter_modules(commands.__path__):
            if found.name.rstrip("_") == cmd_name:
                command: click.Command = importlib.import_module(f"core.cli.commands.{found.name}").command
                return command
        return None

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; a typed error becomes its sentence on stderr, with exit code 1."""
        try:
            return super().invoke(ctx)
        except LatchkeyError as error:
            from core.cli.wording import say  # knows every error there is, so it is loaded when one happens

            raise click.ClickException(say(error)) from error
        except (click.exceptions.Exit, click.Abort, click.ClickException, BrokenPipeError):
            raise
        except Exception as error:
            from core.cli.wording import outside

            if (said := outside(error)) is None:
                raise
            raise click.ClickException(said) from error


@click.group(cls=Folder, epilog="Example: latchkey demo")
@click.version_option(package_name="latchkey", version="0.1.0")
def latchkey() -> None:
    """Practice messaging that a clinic can trust."""
    os.umask(0o077)  # databases and whatever is written are their owner's alone (S114)


def run() -> None:
    """Run the command that was asked for."""
    latchkey(prog_name="latchkey")
