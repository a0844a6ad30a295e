"""What two do to one link at the same moment, and what is still under way when a link is replaced (S3, S16, S20, S27)."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from sqlalchemy import func, select, update

from core.delivery import credits
from core.delivery.tables import CreditEntry
from core.delivery.words import Entry
from core.errors import LatchkeyError
from core.forms.erasing import erase_early
from core.opening import open_store
from core.release import contacts, expiry, reminders, sessions
from core.release.control import freeze_all, prolong
from core.release.find import states
from core.release.link import link_of, reissue, send_direct, take_back
from core.release.tables import LinkRow, LinkStep
from core.release.words import Release
from tests.attacks.codes import ask, try_code
from tests.portal.visitor import BASE, PHONE, TOKEN, Visitor, unlock

NEW = "07700 900099"
ROUNDS = 10


@pytest.fixture
def at_once(settings, store, clock):
    """Let two colleagues at two machines do something at the same moment; what each was refused with, if anything."""
    other = open_store(settings, clock=clock)

    def tried(work):
        try:
            work()
        except LatchkeyError as error:
            return type(error).__name__
        return ""

    with ThreadPoolExecutor(2) as pool:
        yield lambda one, two: list(pool.map(tried, (partial(one, store), partial(two, other))))
    other.close()


def steps(store, who, link_id, what):
    counted = select(func.count()).where(LinkStep.link_id == link_id, LinkStep.what == what)
    return store.look(who, lambda unit: unit.db.scalar(counted))


@pytest.mark.attack("A09", "B33")
@pytest.mark.s("S3", "S27")
def test_a_code_on_its_way_to_an_old_number_opens_nothing_once_the_link_was_sent_anew(
    app, guest, store, anna, amara, l1, network, clock
):
    assert ask(guest, l1).status_code == 303
    old, kept = network.code(PHONE), TOKEN.search(guest.get("/unlock").text)[1]
    clock.forward(seconds=5)
    store.run(anna, contacts.correct, amara.id, amara.email, NEW)
    network.settle()
    clock.forward(seconds=5)
    store.run(anna, reissue, l1.message.id)
    new = network.link(amara.email).removeprefix(BASE)
    answer = guest.post("/unlock/verify", {"code": old, "csrf_token": kept}, token=False)
    assert answer.status_code == 404 and guest.cookie("__Host-lk_p") == ""
    for path in ("/unlock", "/unlock/card", "/unlock/not-me"):
        seen = guest.get(path)
        assert seen.status_code == 404 and "ends in" not in seen.text, path
    assert guest.get(new).status_code == 303 and guest.get("/unlock").status_code == 200  # by the new address it is his
    assert try_code(guest, old).status_code == 422  # but for the code of before
    clock.forward(minutes=5)
    assert unlock(Visitor(app), new, network, "+447700900099").status_code == 303


@pytest.mark.attack("A09")
@pytest.mark.s("S3")
def test_whoever_followed_an_address_that_was_replaced_neither_asks_for_texts_nor_closes_the_new_one(
    guest, store, anna, l1, network, clock
):
    guest.get(l1.url)
    kept = {"csrf_token": TOKEN.search(guest.get("/unlock").text)[1]}
    clock.forward(seconds=5)
    store.run(anna, reissue, l1.message.id)
    for path, more in (("/unlock/send", {}), ("/unlock/not-me", {}), ("/unlock/verify", {"code": "12345678"})):
        assert guest.post(path, {**kept, **more}, token=False).status_code == 404, path
    assert (
        network.to(PHONE) == [] and store.look(anna, states, [l1.message.id])[l1.message.id].status is Release.WAITING
    )


@pytest.mark.attack("A09")
@pytest.mark.s("S20")
def test_two_colleagues_who_send_a_link_again_at_once_hold_one_credit(store, anna, ben, amara, at_once):
    for n in range(ROUNDS):
        message = store.run(anna, send_direct, amara, f"Result {n}")
        link = store.look(anna, link_of, message.id)
        store.run(anna, lambda unit, link=link: credits.give_back(unit, link))
        store.run(anna, lambda unit, link=link: unit.db.execute(
            update(LinkRow).where(LinkRow.practice_id == unit.practice_id, LinkRow.id == link).values(held=0)))  # fmt: skip
        assert at_once(
            lambda here, id=message.id: here.run(anna, reissue, id),
            lambda here, id=message.id: here.run(ben, reissue, id),
        ) == ["", ""]
        held = select(func.count()).where(CreditEntry.holder == link, CreditEntry.state == Entry.HELD)
        assert store.look(anna, lambda unit, held=held: unit.db.scalar(held)) == 1


@pytest.mark.attack("H06")
@pytest.mark.s("S103")
def test_what_is_erased_while_a_colleague_sends_it_again_is_behind_no_link(store, anna, ben, amara, at_once):
    for n in range(ROUNDS):
        message = store.run(anna, send_direct, amara, f"Result {n}")
        refused = at_once(
            lambda here, id=message.id: here.run(anna, erase_early, id, "asked for"),
            lambda here, id=message.id: here.run(ben, reissue, id),
        )
        assert refused[0] == "" and refused[1] in ("", "NotFound")
        assert store.look(anna, states, [message.id])[message.id].status is Release.REVOKED


@pytest.mark.s("S16")
def test_a_link_ends_once_and_not_when_somebody_let_it_live_longer_meanwhile(store, anna, amara, clock):
    messages = [store.run(anna, send_direct, amara, text) for text in ("Ends", "Lives longer")]
    ends, lives = (store.look(anna, link_of, one.id) for one in messages)
    clock.forward(days=8)
    assert {link for _practice, link in store.door(expiry._ended, clock.at, 50)} == {
        ends,
        lives,
    }  # two workers find both
    store.run(anna, prolong, messages[1].id, 24)
    assert [store.run(anna, expiry._expire, link) for link in (ends, lives, ends, lives)] == [True, False, False, False]
    assert [steps(store, anna, link, "expired") for link in (ends, lives)] == [1, 0]
    assert store.look(anna, credits.held) == 1


@pytest.mark.s("S3", "S16")
def test_nobody_is_written_to_about_a_link_that_was_taken_back_or_lives_longer_since_it_was_found(
    store, anna, amara, clock
):
    taken, longer = (store.run(anna, send_direct, amara, text) for text in ("Taken back", "Lives longer"))
    store.run(anna, take_back, taken.id)
    assert store.run(anna, reminders.remind_of, store.look(anna, link_of, taken.id)) is False
    assert store.run(anna, reminders._ask_to_call, store.look(anna, link_of, taken.id)) is False
    clock.forward(days=8)
    store.run(anna, prolong, longer.id, 24)
    for message in (taken, longer):
        assert store.run(anna, reminders._tell_ended, store.look(anna, link_of, message.id)) is False


@pytest.mark.attack("C06")
@pytest.mark.s("S118")
def test_a_session_that_began_as_all_links_were_closed_does_not_outlive_their_opening(app, guest, store, anna, l1):
    """The code was being compared while they closed: its session was committed a moment later."""
    store.run(anna, freeze_all, True)
    cookie = store.run(anna, sessions.start, store.look(anna, link_of, l1.message.id), "a phone")
    guest.client.set_cookie("__Host-lk_p", cookie, domain="127.0.0.1", secure=True)
    assert guest.get("/message").status_code == 410
    store.run(anna, freeze_all, False)
    assert "results" not in guest.get("/message").text
