"""A practice with people in it, and somebody of it who does what is measured."""

from pathlib import Path

from core.cli import demo_practice
from core.opening import open_store
from core.practice import doors, find
from core.store import Actor, ActorKind, Store, Who
from core.store.migrate import upgrade
from core.store.unit import SYSTEM
from tests.conftest import settings_in


def opened(folder: Path) -> tuple[Store, Who]:
    """The demonstration's practice in a folder, and one of its colleagues."""
    settings = settings_in(folder)
    upgrade(settings)
    demo_practice.seed(settings)
    store = open_store(settings)
    practice_id = store.door(doors.every_practice)[0]
    one = store.look(Who(practice_id, SYSTEM), find.staff)[0]
    return store, Who(practice_id, Actor(ActorKind.STAFF, one.id, one.role.value, one.name))
