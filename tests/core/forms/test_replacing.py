"""A newer version in the place of one that waits: a new link, and the answers that are still the same (F10)."""

from dataclasses import replace

import pytest

from core.audit.trail import entries
from core.errors import NotFound
from core.forms import answers, find, library
from core.forms.answering import saving
from core.forms.answering.drafts import Draft
from core.forms.answering.submission import send
from core.forms.answers import StalePage
from core.forms.waiting import replacing
from core.forms.waiting.carrying import carried
from core.practice import doors
from core.release.link import send_direct, take_back
from core.release.steps import steps_of
from core.store import Actor, ActorKind, Who
from staffbot.timeline_words import STEPS
from tests.core.forms.making import choice, form, given, item, questionnaire, repetition, string

OLD = (item("a"), choice("b", "yes", "no"), item("c", "integer"), item("g", "group", repeats=True, item=[item("d")]))
NEW = (item("z"), choice("b", "yes", "never"), item("c", "decimal"), item("g", "group", repeats=True, item=[item("d")]), item("a"))  # fmt: skip


@pytest.mark.parametrize(
    ("new", "stays", "goes"),
    [
        (NEW, {"a", "g"}, ["b", "c"]),
        (OLD, {"a", "b", "c", "g"}, []),
        ((item("g", "group", item=[item("d")]), item("x", "group", repeats=True, item=[item("a")])), set(), ["a", "b", "c", "d"]),
        ((item("a", readOnly=True), choice("b", "no", "yes")), {"b"}, ["a", "c", "d"]),
    ],
)  # fmt: skip
def test_an_answer_comes_along_where_name_type_group_and_choice_are_still_there(new, stays, goes):
    given_so_far = given(
        a=string("x"), b=string("no"), c={"valueInteger": 3},
        g=[repetition(d=string("1")), repetition(d=string("2"))],
    )  # fmt: skip
    came = carried(form(*OLD), form(*new), given_so_far)
    assert came.answers == {key: entries for key, entries in given_so_far.items() if key in stays}
    assert sorted(one.link_id for one in came.lost) == goes
    assert not {one.link_id for one in came.kept} & set(goes)


@pytest.fixture
def waiting(store, system, anna, amara, network):
    """A form that Amara began in version 1, and of which there is a version 2: its message, and who is at it."""
    store.run(system, library.add_form, questionnaire(*OLD), key="f")
    message = store.run(anna, send_direct, amara, "", form=store.look(anna, find.by_key, "f"))
    who, link_id = behind_the_link(store, amara, network)
    draft = Draft(given(a=string("x"), c={"valueInteger": 3}), typed={"q1": ["?"]}, wrong={"q1": "type"}, seen=frozenset({"q0"}))  # fmt: skip
    answers.change(store, who, link_id, lambda now: replace(now, draft=draft))
    store.run(system, library.add_form, questionnaire(*NEW), key="f")
    return message, who, link_id


def behind_the_link(store, amara, network):
    door = store.door(doors.link, network.link(amara.email).rsplit("/", 1)[1])
    return Who(door.practice_id, Actor(ActorKind.PATIENT)), door.link_id


@pytest.mark.attack("C20")
@pytest.mark.s("S87")
def test_what_is_answered_is_checked_against_the_version_that_was_sent(store, waiting):
    _, who, link_id = waiting
    draft = Draft(given(a=string("x"), c={"valueInteger": 3}))
    answers.change(store, who, link_id, lambda now: replace(now, draft=draft))
    now = store.look(who, answers.filling, link_id)
    assert now.number == 1 and "c" in now.state.answers  # version 2 knows no such question
    assert send(store, who, link_id).form is not None


def test_staff_are_told_and_the_newer_version_comes_with_a_new_link_and_the_answers(
    store, anna, amara, network, waiting
):
    message, who, link_id = waiting
    (one,) = store.look(anna, replacing.behind, message.id)
    assert (one.sent, one.current, one.kept, one.lost) == (1, 2, ("a",), ("c",))
    before = store.look(who, answers.filling, link_id)
    old_link = network.link(amara.email)
    store.run(anna, replacing.replace, message.id)
    assert store.door(doors.link, old_link.rsplit("/", 1)[1]) is None
    who, link_id = behind_the_link(store, amara, network)
    now = store.look(who, answers.filling, link_id)
    assert (now.number, dict(now.draft.answers)) == (2, given(a=string("x")))
    assert not (now.draft.typed or now.draft.wrong or now.draft.seen)
    assert "fill in" in network.to(amara.email)[0].subject
    assert store.look(anna, replacing.behind, message.id) == ()
    assert [STEPS[row.what] for row in store.look(anna, steps_of, message.id)][-2:] == [
        "Newer version of the form put in its place", "New link sent"]  # fmt: skip
    (said,) = [one["facts"] for one in store.look(anna, lambda unit: list(entries(unit, 0, 999))) if "newer" in one["verb"]]  # fmt: skip
    assert (said["before"], said["after"], said["kept"], said["lost"]) == (1, 2, 1, 1)
    # A page of the old version, still open somewhere, changes nothing in the new one.
    with pytest.raises(StalePage):
        offer = saving.offer(before, 1)
        saving.saved(now, offer, {offer.page: ["y"]}, demand=True)
    assert not store.run(who, answers.keep, link_id, before)
    with pytest.raises(NotFound):
        store.run(anna, replacing.replace, message.id)


def test_what_was_taken_back_retired_or_answered_is_not_replaced(store, system, anna, waiting):
    message, _, _ = waiting
    store.run(anna, take_back, message.id)
    assert store.look(anna, replacing.behind, message.id) == ()


def test_another_practice_replaces_nothing(store, tom, waiting):
    with pytest.raises(NotFound):
        store.run(tom, replacing.replace, waiting[0].id)
