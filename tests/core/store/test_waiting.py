"""Where gevent serves, others go on while a connection to PostgreSQL waits for its answer."""

from contextlib import closing

import gevent
import psycopg
import pytest

from core.store.waiting import Waiting
from tests.core.store.test_prepared import ON_A_SERVER

pytestmark = ON_A_SERVER


@pytest.fixture
def db(settings):
    with closing(Waiting.connect(settings.database.replace("+psycopg", ""))) as opened:
        yield opened


def test_others_go_on_while_it_waits_and_each_gets_its_own_answer(db, settings):
    with closing(Waiting.connect(settings.database.replace("+psycopg", ""))) as other:
        db.execute("SELECT pg_advisory_lock(7)")
        held_up = gevent.spawn(other.execute, "SELECT 'held up' FROM pg_advisory_lock(7)")
        gevent.sleep(0)  # it asks
        assert db.execute("SELECT 'goes on'").fetchone() == ("goes on",)
        assert not held_up.ready()
        db.execute("SELECT pg_advisory_unlock(7)")
        assert held_up.get(timeout=10).fetchone() == ("held up",)


def test_what_is_larger_than_the_line_takes_at_once_comes_whole(db):
    much = "x" * 5_000_000
    assert db.execute("SELECT %s::text", (much,)).fetchone()[0] == much


def test_after_a_refusal_and_after_its_end_nothing_is_left_waiting(db):
    with pytest.raises(psycopg.errors.UndefinedTable):
        db.execute("SELECT * FROM nowhere")
    db.rollback()
    assert db.execute("SELECT 1").fetchone() == (1,)
    db.close()
    db.close()
    with pytest.raises(psycopg.OperationalError):
        db.execute("SELECT 1")


def test_who_is_ended_while_waiting_ends_at_once(db):
    waiting = gevent.spawn(db.execute, "SELECT pg_sleep(300)")
    gevent.sleep(0)
    waiting.kill(timeout=20)
    assert waiting.dead and isinstance(waiting.value, gevent.GreenletExit)
