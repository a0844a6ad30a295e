"""A worker of the soak, in a process of its own on gevent as `latchkey worker` is; settings come on standard input."""

from gevent import monkey

monkey.patch_all()

import json  # noqa: E402 - gevent takes its place first
import signal  # noqa: E402
import sys  # noqa: E402
import threading  # noqa: E402
from datetime import datetime, timedelta  # noqa: E402

import structlog  # noqa: E402

from core.config import Settings  # noqa: E402
from core.delivery.providers import wire  # noqa: E402
from core.delivery.providers.open import Providers, open_providers  # noqa: E402
from core.delivery.reports import doubt  # noqa: E402
from core.delivery.sending import attempt, claim  # noqa: E402
from core.delivery.worker import Worker  # noqa: E402
from core.opening import open_store  # noqa: E402
from tests.soak.hurried import Hurried, InItsOwnTime  # noqa: E402


def main() -> None:
    """Work until told to stop, or killed."""
    given = json.loads(sys.stdin.readline())
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    clock = Hurried(datetime.fromisoformat(given["start"]), given["factor"])
    wire.CONNECT_AND_READ = (5, given["patience"])
    # What a dead worker had is free again after these seconds of real time, whatever the clock: a slow machine is no death.
    claim.LEASE, attempt.ABANDONED = (timedelta(seconds=real * given["factor"]) for real in (3, 8))
    doubt.BATCH, doubt.NEAR = 10, doubt.NEAR * given["factor"]
    store = open_store(Settings(**given["settings"]), clock=clock)
    real = open_providers(store.settings, clock)
    worker = Worker(store, Providers({c: InItsOwnTime(p, clock) for c, p in real.by_channel.items()}, None))
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: (stop.set(), worker.wake()))
    worker.run_forever(stop)
    store.close()


main()
