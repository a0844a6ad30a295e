"""How `--help` lists commands."""

import click

WHOLE = 200  # letters; longer than any sentence about a command


class Listing(click.Group):
    """Commands whose list says each sentence whole: click would cut it where the line ends."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Each name and what it does, wrapped."""
        found = ((name, self.get_command(ctx, name)) for name in self.list_commands(ctx))
        with formatter.section("Commands"):
            formatter.write_dl([(name, one.get_short_help_str(WHOLE)) for name, one in found if one])
