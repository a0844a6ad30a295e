"""The portal of the soak, in a process of its own on gevent as `latchkey serve` is; settings come on standard input."""

from gevent import monkey

monkey.patch_all()

import json  # noqa: E402 - gevent takes its place first
import signal  # noqa: E402
import sys  # noqa: E402
from datetime import datetime  # noqa: E402
from urllib.parse import urlsplit  # noqa: E402

import gevent  # noqa: E402
import structlog  # noqa: E402
from gevent.pywsgi import WSGIServer  # noqa: E402

from core.config import Settings  # noqa: E402
from core.opening import open_store  # noqa: E402
from portal import create_app  # noqa: E402
from tests.soak.hurried import Hurried  # noqa: E402


def main() -> None:
    """Serve until told to stop."""
    given = json.loads(sys.stdin.readline())
    clock = Hurried(datetime.fromisoformat(given["start"]), given["factor"])
    store = open_store(Settings(**given["settings"]), clock=clock)
    app = create_app(store.settings, store)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    port = urlsplit(store.settings.portal_url).port or 0
    server = WSGIServer(("127.0.0.1", port), app, log=None, error_log=None)
    gevent.signal_handler(signal.SIGTERM, server.stop)
    server.init_socket()
    print("listening", flush=True)
    server.serve_forever()
    store.close()


main()
