"""`latchkey serve`: production in one process, from configuration."""

import click

from core.cli.instance import folder
from core.cli.serving import Serving, check_ports
from core.cli.words import DemoDatabase, NotSetUp
from core.config import load
from core.messages.scan import check_scanner
from core.store.migrate import OldSchema, is_current


@click.command(name="serve", epilog="Example: latchkey serve --host 0.0.0.0")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to answer on.")
@click.option("--dir", "directory", help="Instance folder.")
def command(host: str, directory: str | None) -> None:
    """Serve both apps and the worker; ports are those of staff_url and portal_url."""
    settings = load(folder(directory))
    if not settings.master_key:
        raise NotSetUp
    if settings.demo:
        raise DemoDatabase
    if not is_current(settings):
        raise OldSchema
    if settings.clamd_address:
        check_scanner(settings.clamd_address)
    check_ports(settings, host)
    serving = Serving(settings, host)
    serving.start()
    click.echo(f"Staff: {settings.staff_url}  Patients: {settings.portal_url}")
    serving.until_stopped()
