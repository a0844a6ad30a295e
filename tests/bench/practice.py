"""A practice with people in it: as a store in this process, or as a running demonstration. Made once for a whole run."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from core.cli import demo_practice
from core.cli.instance import make
from core.config import load
from core.opening import open_store
from core.practice import doors, find
from core.store import Actor, ActorKind, Store, Who
from core.store.migrate import upgrade
from core.store.unit import SYSTEM
from tests.demo_process import Demo
from tests.screens import FAST


def opened(folder: Path) -> tuple[Store, Who]:
    """The demonstration's practice in a folder, and one of its colleagues."""
    shutil.copytree(_seeded().name, folder / "instance")
    store = open_store(load(folder / "instance", demo=True))
    practice_id = store.door(doors.every_practice)[0]
    one = store.look(Who(practice_id, SYSTEM), find.staff)[0]
    return store, Who(practice_id, Actor(ActorKind.STAFF, one.id, one.role.value, one.name))


@contextmanager
def demonstration() -> Iterator[Demo]:
    """The demonstration as a process of its own, whose people may talk as fast as they like."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(_seeded().name, Path(folder) / "instance")
        demo = Demo(Path(folder) / "instance", settings=FAST).start()
        try:
            yield demo
        finally:
            if demo.process and demo.process.poll() is None:
                demo.stop()


@cache
def _seeded() -> "tempfile.TemporaryDirectory[str]":
    """Goes when the run ends."""
    kept = tempfile.TemporaryDirectory()
    shutil.rmtree(kept.name)
    make(Path(kept.name), demo=True)
    settings = load(Path(kept.name), staff_url="http://localhost", portal_url="http://localhost", demo=True)
    upgrade(settings)
    demo_practice.seed(settings)
    return kept
