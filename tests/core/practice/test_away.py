"""Away and covered for: the cover hears of what comes in, the sender reads until when and who covers."""

from datetime import date, timedelta

import pytest

from core.audit.trail import entries
from core.errors import Forbidden, Invalid, NotFound
from core.messages import covering, find, groups, notify, standing_in, tasks
from core.messages.conversations import of_patient, open_group, open_with_staff
from core.messages.post import post
from core.messages.words import Direction, Kind, Writing
from core.practice import away
from core.practice import find as practice_find
from core.practice.add import group_id
from staffbot.away_words import day, notes
from tests.core.messages.test_post import said

MONDAY, NEXT_MONDAY = date(2026, 11, 23), date(2026, 11, 30)


@pytest.fixture
def covered(store, anna, ben):
    """Anna is away this week, and Ben covers."""
    return store.run(anna, away.go_away, MONDAY, NEXT_MONDAY, ben.actor.id)


def waiting(store, who):
    return [one.text for one in store.look(who, notify.listing)]


@pytest.mark.parametrize("given", ["0001-01-01", "9999-12-31", "2026-02-30", ""])
def test_a_day_that_cannot_be_meant_is_refused_in_a_sentence(given):
    with pytest.raises(Invalid):
        day(given)


def test_the_cover_hears_of_what_comes_in_until_the_day_one_is_back(
    store, clock, system, anna, ben, carl, amara, covered
):
    def comes_in(text):
        thread = store.run(system, of_patient, amara.id)
        message = store.run(system, post, thread, Writing(Kind.SMS, Direction.INBOUND, text))
        store.run(system, notify.notify, {anna.actor.id}, message, "answer")

    comes_in("Am I late?")
    assert waiting(store, anna) == waiting(store, ben) == ["Am I late?"] and waiting(store, carl) == []
    store.run(ben, notify.done, store.look(ben, notify.listing)[0].id)
    clock.at += timedelta(days=7)
    comes_in("Hello again")
    assert waiting(store, anna) == ["Hello again"] and waiting(store, ben) == []


def test_the_sender_reads_who_covers_and_a_talk_of_two_stays_theirs(store, anna, ben, carl, covered):
    words = "Anna is away until Monday 30 November; Ben covers."
    assert store.look(carl, notes, anna.actor.id) == words and store.look(carl, notes, ben.actor.id) == ""
    private = store.run(carl, open_with_staff, anna.actor.id).id
    store.run(carl, notify.tell_colleagues, store.run(carl, post, private, said("Between us")))
    assert waiting(store, anna) == ["Between us"] and waiting(store, ben) == []
    assert ben.actor.id not in store.look(anna, find.members, private)


def test_who_covers_is_asked_too_in_a_group_and_about_a_patient(store, anna, ben, carl, amara, covered):
    admin = store.run(carl, open_group, store.look(carl, group_id, "admin")).id
    store.run(carl, notify.tell_colleagues, store.run(carl, post, admin, said("The printer is out")))
    store.run(carl, tasks.ask, anna.actor.id, "Please sign", patient_id=amara.id)
    assert set(waiting(store, ben)) == set(waiting(store, anna)) == {"Please sign", "The printer is out"}


@pytest.mark.s("S61")
@pytest.mark.parametrize("how", ["time", "back", "called back", "another cover", "left the group"])
def test_when_covering_ends_the_cover_hears_no_more_of_the_group(store, clock, anna, ben, carl, how):
    """Of the group that Anna is in and Ben is not; what was said before and after is not his."""
    desk = store.run(anna, groups.make, "desk", [anna.actor.id, carl.actor.id])
    thread = store.run(carl, open_group, desk.id).id

    def says(who, text):
        store.run(who, notify.tell_colleagues, store.run(who, post, thread, said(text)))

    def hears():
        return [one.text for one in store.look(ben, find.history, thread)]

    says(carl, "Before")
    store.run(anna, standing_in.go_away, MONDAY, NEXT_MONDAY, ben.actor.id)
    says(carl, "Meanwhile")
    assert hears() == waiting(store, ben) == ["Meanwhile"]
    assert covering.end_covering(store) == 0 and ben.actor.id in store.look(carl, find.members, thread)
    if how == "time":
        clock.at += timedelta(days=7)
        assert covering.end_covering(store) == 1
    elif how == "back":
        store.run(anna, standing_in.come_back)
    elif how == "called back":
        store.run(anna, standing_in.call_back, anna.actor.id)
    elif how == "another cover":
        store.run(anna, standing_in.go_away, MONDAY, NEXT_MONDAY, None)
    else:
        store.run(anna, groups.gather, desk.id, [carl.actor.id])
        assert covering.end_covering(store) == 1
    says(carl, "After")
    assert ben.actor.id not in store.look(carl, find.members, thread)
    assert not {"Meanwhile", "After"} & set(waiting(store, ben))
    with pytest.raises(NotFound):
        hears()
    assert covering.end_covering(store) == 0


@pytest.mark.s("S61")
@pytest.mark.parametrize("why", ["wrote", "was named", "was put in"])
def test_a_cover_who_is_there_by_themselves_stays(store, anna, ben, carl, why):
    desk = store.run(anna, groups.make, "desk", [anna.actor.id, carl.actor.id])
    thread = store.run(carl, open_group, desk.id).id
    store.run(anna, standing_in.go_away, MONDAY, NEXT_MONDAY, ben.actor.id)
    store.run(carl, notify.tell_colleagues, store.run(carl, post, thread, said("Who looks?")))
    if why == "wrote":
        store.run(ben, post, thread, said("I do"))
    elif why == "was named":
        store.run(carl, notify.tell_colleagues, store.run(carl, post, thread, said("@Ben you?")))
    else:
        store.run(anna, groups.gather, desk.id, [anna.actor.id, ben.actor.id, carl.actor.id])
    store.run(anna, standing_in.come_back)
    assert ben.actor.id in store.look(carl, find.members, thread)
    assert store.look(ben, find.history, thread)[0].text == "Who looks?"


def test_a_cover_who_is_away_is_covered_for_in_turn_and_nobody_in_a_circle(store, anna, ben, carl, covered):
    now, people = lambda: store.clock(), lambda: store.look(anna, practice_find.staff)
    store.run(ben, away.go_away, MONDAY, NEXT_MONDAY, carl.actor.id)
    assert away.covers(people(), {anna.actor.id}, now()) == {carl.actor.id}
    store.run(carl, away.go_away, MONDAY, NEXT_MONDAY, anna.actor.id)
    assert away.covers(people(), {anna.actor.id}, now()) == set()
    store.run(anna, away.come_back)
    assert away.covers(people(), {anna.actor.id}, now()) == set()
    assert away.covers(people(), {ben.actor.id}, now()) == {anna.actor.id}


def test_days_and_covers_that_cannot_be_are_refused(store, anna, ben, tom):
    for first, back, cover, why in (
        (NEXT_MONDAY, MONDAY, None, "order"),
        (MONDAY - timedelta(days=9), MONDAY - timedelta(days=3), None, "over"),
        (MONDAY, NEXT_MONDAY, anna.actor.id, "self"),
        (MONDAY, NEXT_MONDAY, tom.actor.id, "unknown"),
    ):
        with pytest.raises(Invalid) as refused:
            store.run(anna, away.go_away, first, back, cover)
        assert refused.value.why == why


def test_who_is_sick_is_set_away_by_an_admin_and_both_hear_of_it_inside(store, anna, ben, carl, amara):
    store.run(anna, standing_in.send_away, ben.actor.id, MONDAY, NEXT_MONDAY, carl.actor.id)
    words = "Anna Sample set Ben Example away from Monday 23 November, back on Monday 30 November. Carl Dummy covers."
    assert waiting(store, ben) == waiting(store, carl) == [words] and waiting(store, anna) == []
    store.run(anna, tasks.ask, ben.actor.id, "Please sign", patient_id=amara.id)
    assert set(waiting(store, carl)) == {"Please sign", words}
    did = store.look(anna, lambda unit: [one for one in entries(unit) if one["verb"] == "set away"])
    assert [(one["actor_id"], one["about"]) for one in did] == [(str(anna.actor.id), str(ben.actor.id))]
    assert not store.run(ben, away.come_back).away(store.clock())


def test_who_was_set_away_by_mistake_is_set_back_and_whoever_covered_hears_it(store, anna, ben, carl):
    store.run(anna, standing_in.send_away, ben.actor.id, MONDAY, NEXT_MONDAY, carl.actor.id)
    assert not store.run(anna, standing_in.call_back, ben.actor.id).away(store.clock())
    words = "Anna Sample set Ben Example back: here again from now on."
    assert waiting(store, ben) == waiting(store, carl) == [words]


def test_setting_others_away_is_for_who_administers_and_never_leads_nowhere(store, anna, ben, carl, tom):
    with pytest.raises(Forbidden):
        store.run(ben, standing_in.send_away, carl.actor.id, MONDAY, NEXT_MONDAY)
    store.run(carl, away.go_away, NEXT_MONDAY - timedelta(days=1), NEXT_MONDAY)
    for who, first, back, cover, why in (
        (ben, MONDAY - timedelta(days=9), MONDAY, None, "over"),
        (ben, NEXT_MONDAY, MONDAY, None, "order"),
        (ben, MONDAY, NEXT_MONDAY, ben.actor.id, "same"),
        (ben, MONDAY, NEXT_MONDAY, carl.actor.id, "away"),
        (ben, MONDAY, NEXT_MONDAY, tom.actor.id, "unknown"),
        (tom, MONDAY, NEXT_MONDAY, None, "unknown"),
    ):
        with pytest.raises(Invalid) as refused:
            store.run(anna, standing_in.send_away, who.actor.id, first, back, cover)
        assert refused.value.why == why
    store.run(anna, standing_in.send_away, ben.actor.id, MONDAY, MONDAY + timedelta(days=1), carl.actor.id)
