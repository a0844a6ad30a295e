"""Reading in an emergency what colleagues said: for whom, and how long; what is seen of it is tried at the page."""

import pytest

from core.delivery import emergency
from core.errors import Forbidden, Invalid, NotFound
from core.messages.conversations import open_with_staff
from core.messages.post import post
from core.practice.words import Role
from tests.conftest import hire
from tests.core.messages.test_post import said

WHY = "Ben is ill and the lab asks what was agreed."


def talking(store, ben, carl):
    """The conversation of two colleagues, in which something was said."""
    thread = store.run(ben, open_with_staff, carl.actor.id).id
    store.run(ben, post, thread, said("The key is under the stone."))
    return thread


@pytest.fixture
def talk(store, ben, carl):
    return talking(store, ben, carl)


def test_half_an_hour_later_and_for_anybody_else_it_is_closed(store, talk, practice, anna, ben, tom, clock):
    for nothing in ("\0", "\u200b" * 20):
        with pytest.raises(Invalid):
            store.run(anna, emergency.break_in, talk, nothing)
    store.run(anna, emergency.break_in, talk, f"\0{WHY} \ud83d")  # no text on PostgreSQL
    dora = hire(store, practice, "Dora Deputy", Role.ADMIN)
    assert store.run(dora, emergency.reading, talk) is None
    for who, refusal in ((ben, Forbidden), (tom, NotFound)):
        with pytest.raises(refusal):
            store.run(who, emergency.break_in, talk, WHY)
    clock.forward(minutes=29, seconds=59)
    assert store.run(anna, emergency.reading, talk).messages[0].text == "The key is under the stone."
    clock.forward(seconds=1)
    assert store.run(anna, emergency.reading, talk) is None
