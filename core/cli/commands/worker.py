"""`latchkey worker`: the delivery worker alone, for several processes or machines."""

import signal
import threading

import click

from core.cli.chores import chores
from core.cli.instance import open_instance
from core.delivery.providers.open import open_providers
from core.delivery.worker import Worker


@click.command(name="worker", epilog="Example: latchkey worker --dir /srv/latchkey")
@click.option("--dir", "directory", help="Instance folder.")
def command(directory: str | None) -> None:
    """Bring away what waits in the outbox until stopped; any number may run beside each other."""
    store = open_instance(directory)
    worker = Worker(store, open_providers(store.settings, store.clock), chores(store))
    stop = threading.Event()

    def end(*_: object) -> None:
        stop.set()
        worker.wake()

    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, end)
    click.echo("Working.")
    worker.run_forever(stop)
    store.close()
