"""The `latchkey` command. Nothing is imported here before gevent has taken its place where it serves."""

import sys

SERVING = frozenset({"demo", "serve", "worker"})


def main() -> int:
    """The console script."""
    if SERVING & set(sys.argv[1:2]):
        from gevent import monkey

        monkey.patch_all()
    from core.cli.app import run

    run()
    return 0
