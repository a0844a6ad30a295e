"""What a socket is greeted with: what is everyone's is put together once for all who come, and never tells more."""

import orjson
import pytest
from sqlalchemy import event

from core.messages import attention, edit
from core.messages.conversations import open_patient, open_with_staff
from core.messages.post import post
from core.patients import record
from core.store import Store, Who
from staffbot.live.alike import Alike
from staffbot.live.greeting import Hello, greet
from tests.core.messages.test_post import said

HELLO = Hello(csrf="")


class Come:
    """Whoever comes is greeted with what is held for all of them, and must be told what they were told without that."""

    def __init__(self, store: Store) -> None:
        self.store, self.alike = store, Alike()
        self.asked: list[str] = []
        event.listen(store.reader, "before_cursor_execute", lambda *call: self.asked.append(call[2]))

    def look(self, question, *about):
        return self.store.look(self.who, question, *about)

    def __call__(self, who: Who) -> list[dict]:
        """The conversations that are told to whoever comes."""
        self.who = who
        self.asked.clear()
        told = orjson.dumps(greet(self, self.alike, HELLO)[0])
        self.many = len(self.asked)
        assert told == orjson.dumps(greet(self, Alike(), HELLO)[0])
        return orjson.loads(told)["conversations"]


@pytest.fixture
def come(store) -> Come:
    return Come(store)


def test_who_comes_next_is_greeted_with_what_was_put_together_for_the_first(store, come, anna, ben, carl, amara):
    thread = store.run(anna, open_patient, amara.id)
    store.run(anna, post, thread.id, said("She rang"))
    store.run(anna, post, store.run(anna, open_with_staff, ben.actor.id).id, said("Coffee?"))
    assert sorted(one["title"] for one in come(ben)) == [amara.name, "Anna Sample"]
    first = come.many
    assert sorted(one["title"] for one in come(anna)) == [amara.name, "Ben Example"]
    assert [(one["title"], one["last"]["text"]) for one in come(carl)] == [(amara.name, "She rang")]
    assert come.many < first - 3  # neither conversations, names nor last messages are asked for again


@pytest.mark.parametrize("what", ["a message", "other words", "another name", "a pin", "time"])
def test_what_changed_since_is_told_to_whoever_comes(store, clock, come, anna, ben, carl, amara, what):
    thread = store.run(anna, open_patient, amara.id)
    written = store.run(anna, post, thread.id, said("She rang"))
    before = come(ben)
    match what:
        case "a message":
            store.run(carl, post, thread.id, said("Twice"))
        case "other words":
            store.run(anna, edit.edit, written.id, "She wrote")
        case "another name":
            store.run(anna, record.change, amara.id, last_name="Testwell-Young")
        case "a pin":
            store.run(ben, attention.pin, thread.id, True)
        case "time":
            clock.forward(hours=1)
    after = come(ben)
    assert (after != before) is (what != "time")
    come(carl)


def test_nothing_is_held_of_another_practice_nor_once_it_is_forgotten(store, come, anna, tom, amara):
    thread = store.run(anna, open_patient, amara.id)
    store.run(anna, post, thread.id, said("She rang"))
    come(anna)
    assert come(tom) == []
    come(anna)
    again = come.many
    come.alike.forget()
    come(anna)
    assert come.many > again
