"""The `latchkey` command: one file a command, found by folder; failures in one sentence (contract section 2)."""

import importlib
import pkgutil

import click

from core.cli.wording import say
from core.errors import LatchkeyError


class Group(click.Group):
    """A group whose commands fail with one sentence on stderr and exit code 1."""

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; a typed error becomes its sentence."""
        try:
            return super().invoke(ctx)
        except LatchkeyError as error:
            raise click.ClickException(say(error)) from error


@click.group(cls=Group, epilog="Example: latchkey demo")
@click.version_option(package_name="latchkey", version="0.1.0")
def latchkey() -> None:
    """Practice messaging that a clinic can trust."""


def run() -> None:
    """Find the commands and run the one that was asked for."""
    commands = importlib.import_module("core.cli.commands")
    for found in pkgutil.iter_modules(commands.__path__):
        module = importlib.import_module(f"core.cli.commands.{found.name}")
        latchkey.add_command(module.command)
    latchkey(prog_name="latchkey")
