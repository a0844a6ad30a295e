"""New keys while everything goes on: nothing is lost, whatever stops in the middle, and old keys are thrown away (S104, H07)."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from core.config import Settings
from core.messages import find
from core.messages.conversations import open_patient
from core.messages.post import post
from core.messages.words import Direction, Kind, Writing
from core.opening import open_store
from core.seal.keyring import Keyring, WrongMasterKey
from core.seal.rotate import rewrap_under_master, rotate, step
from core.seal.tables import data_key, practice_key
from tests.instance import KEY


@pytest.fixture
def keyring(settings, clock):
    opened = Keyring(settings, clock)
    yield opened
    opened.close()


def say(store, who, thread, text):
    return store.run(who, post, thread, Writing(Kind.INTERNAL, Direction.INTERNAL, text, own_key=True))


def numbers(keyring) -> tuple[list[int], list[int]]:
    with keyring.engine.connect() as db:
        return (
            list(db.scalars(select(practice_key.c.number))),
            sorted(set(db.scalars(select(data_key.c.wrapped_by)))),
        )


@pytest.mark.attack("H07")
@pytest.mark.s("S104")
def test_a_rotation_stopped_half_way_loses_nothing_and_goes_on(store, keyring, anna, practice, amara, settings, clock):
    thread = store.run(anna, open_patient, amara.id).id
    said = [say(store, anna, thread, f"note {n}").id for n in range(6)]
    number = keyring.add_practice_key(practice.id)
    assert step(keyring, practice.id, number, limit=3) == 3
    assert numbers(keyring) == ([1, 2], [1, 2])
    other = open_store(settings, clock=clock)  # a process that remembers nothing
    assert [other.look(anna, find.message, one).text for one in said] == [f"note {n}" for n in range(6)]
    say(other, anna, thread, "written in the middle")
    assert rotate(keyring, practice.id).number == 2  # goes on, and begins no third
    assert numbers(keyring) == ([2], [2])
    assert [one.text for one in other.look(anna, find.history, thread)][-1] == "written in the middle"
    other.close()
    afresh = open_store(settings, clock=clock)
    assert [afresh.look(anna, find.message, one).text for one in said] == [f"note {n}" for n in range(6)]
    afresh.close()


@pytest.mark.s("S104")
def test_people_write_and_read_on_while_keys_change(store, keyring, anna, practice, amara, settings, clock):
    thread = store.run(anna, open_patient, amara.id).id
    with ThreadPoolExecutor(3) as pool:
        writing = [pool.submit(say, store, anna, thread, f"note {n}") for n in range(25)]
        rotating = [pool.submit(rotate, keyring, practice.id) for _ in range(1)]
        said = [one.result() for one in writing]
        assert rotating[0].result().number == 2
    afresh = open_store(settings, clock=clock)
    assert {afresh.look(anna, find.message, one.id).text for one in said} == {f"note {n}" for n in range(25)}
    afresh.close()
    with keyring.engine.connect() as db:
        assert db.scalar(select(func.count()).select_from(practice_key)) == 1


def test_a_new_master_key_takes_over_and_the_old_one_opens_nothing(store, anna, amara, settings, clock):
    thread = store.run(anna, open_patient, amara.id).id
    said = say(store, anna, thread, "Still here")
    new = "22" * 32

    def with_masters(*keys) -> Settings:
        return settings.model_copy(update={"master_key": Settings(master_key=list(keys)).master_key})

    both = Keyring(with_masters(new, KEY), clock)
    assert rewrap_under_master(both) > 1
    both.close()
    only = open_store(with_masters(new), clock=clock)
    assert only.look(anna, find.message, said.id).text == "Still here"
    only.close()
    old = open_store(with_masters(KEY), clock=clock)
    with pytest.raises(WrongMasterKey):
        old.look(anna, find.message, said.id)
    old.close()
