"""`latchkey demo`: a believable practice on this machine, no accounts, nothing leaves it."""

import json
import shutil
import sys
from pathlib import Path

import click

from core.cli import demo_practice
from core.cli.instance import folder, make
from core.cli.serving import Serving, check_ports
from core.config import load
from core.messages.indexing import enter_all
from core.store.migrate import upgrade


@click.command(name="demo", epilog="Example: latchkey demo --staff-port 8000 --portal-port 8001")
@click.option("--staff-port", default=8000, show_default=True, help="Port of the staff chat.")
@click.option("--portal-port", default=8001, show_default=True, help="Port of the patient portal.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to answer on.")
@click.option("--dir", "directory", help="Instance folder (default instance/demo).")
@click.option("--fresh", is_flag=True, help="Begin anew: what was there is thrown away.")
@click.option("--json", "as_json", is_flag=True, help="Say where to go as one JSON line.")
def command(staff_port: int, portal_port: int, host: str, directory: str | None, fresh: bool, as_json: bool) -> None:
    """Show Latchkey with two practices, their patients and a month of messages."""
    path = folder(directory, "instance/demo")
    if fresh and (path / "latchkey.toml").exists():
        shutil.rmtree(path)
    make(path, demo=True)
    serve(path, host, staff_port, portal_port, as_json)


def serve(path: Path, host: str, staff_port: int, portal_port: int, as_json: bool) -> None:
    """Seed once, serve, and say where to go when both ports answer."""
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 - compared, not bound
    settings = load(
        path, staff_url=f"http://{shown}:{staff_port}", portal_url=f"http://{shown}:{portal_port}", demo=True
    )
    check_ports(settings, host)
    upgrade(settings)
    if not as_json:
        click.echo("Latchkey is getting ready …", err=True)
    demo_practice.seed(settings)
    serving = Serving(settings, host)
    enter_all(serving.store)
    serving.start()
    said = demo_practice.describe(serving.store, settings)
    click.echo(json.dumps(said) if as_json else _in_words(said))
    sys.stdout.flush()
    serving.until_stopped()


def _in_words(said: dict[str, list[dict[str, str]]]) -> str:
    lines = [
        "",
        f"  Staff chat      {said['staff_url']}",
        f"  Patient portal  {said['portal_url']}",
        f"  Pretend phone   {said['staff_url']}/sandbox/   (sign in first)",
        "",
        "  Sign in as",
    ]
    lines += [
        f"    {user['email']:<34} {user['password']:<28} {user['role']}, {user['practice']}" for user in said["users"]
    ]
    return "\n".join([*lines, "", "  Ctrl-C stops it; everything is still there next time.", ""])
