"""Web servers whose processor time is compared, each a process of its own: a bare Flask page, our portal, snappass.

`python tests/bench/answering.py hello|portal|snappass PORT`: all on the server that `latchkey serve` uses. Imports nothing
of ours before it must, because snappass runs in an environment of its own. The portal has no worker beside it: what the
practice's other work costs is nobody's unlocking.
"""

import sys

from gevent import monkey

monkey.patch_all()

from gevent.pywsgi import WSGIServer  # noqa: E402 - after the patch


def hello():
    """The floor of any page."""
    from flask import Flask

    app = Flask("hello")
    app.add_url_rule("/", "hello", lambda: "hello", methods=["GET", "POST"])
    return app


def portal():
    """The patients' pages over the instance in the folder that is given."""
    import gc
    from pathlib import Path

    from core.config import load
    from core.opening import open_store
    from portal import create_app

    settings = load(Path(sys.argv[3]), demo=True)
    made = create_app(settings, open_store(settings))
    gc.collect()
    gc.freeze()  # as `latchkey serve` does
    return made


def snappass():
    """The peer: a secret that is shown once; `REDIS_URL` and `NO_SSL` are its settings."""
    from snappass.main import app

    return app


if __name__ == "__main__":
    made = {"hello": hello, "portal": portal, "snappass": snappass}[sys.argv[1]]()
    WSGIServer(("127.0.0.1", int(sys.argv[2])), made, log=None, error_log=None).serve_forever()
