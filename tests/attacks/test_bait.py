"""Bait links (security (d)10): whoever opens one sees a link like any other, and the practice hears of it."""

import re

import pytest
from sqlalchemy import select, update

from core.audit.trail import entries
from core.backup import restore
from core.delivery.tables import OutboxRow
from core.errors import Forbidden, Invalid
from core.messages import notify
from core.practice.tables import PracticeRow
from core.release import bait, control
from core.release.retention import let_go
from core.release.risk import guess_risk
from core.release.tables import LinkRow
from core.release.words import Lies
from staffbot import create_app as create_staffbot
from tests.portal.visitor import BASE, TOKEN, Visitor, state
from tests.staffbot.browser import signed_in

SQLITE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


def taken(store, who) -> str:
    return store.run(who, bait.take_one).removeprefix(BASE)


def alarms(store, who):
    return [one for one in store.look(who, notify.listing) if one.reason == "alarm"]


def same(answer) -> tuple:
    """What can be told of an answer, but for what differs between any two links and any two answers."""
    page = TOKEN.sub("", answer.text)
    page = re.sub(r'"ltr">\d\d</bdi>', "", re.sub(r'nonce-[^\']+|nonce="[^"]+"', "", page))
    return answer.status_code, sorted(answer.headers.keys()), answer.headers.get("Location"), page


@SQLITE
def test_at_every_step_a_bait_link_is_like_a_real_one_and_nobody_is_texted(app, store, anna, l1, clock, network):
    """Looked at, asked for a code, guessed at until it closes, and when its time is over."""
    store.run(anna, control.prolong, l1.message.id, 720)
    network.settle()
    texts = len(network.sandbox.messages())
    real, false = Visitor(app, "203.0.113.7"), Visitor(app, "203.0.113.8")
    false_url = taken(store, anna)
    for step in (
        lambda who, link: who.get(link),
        lambda who, link: who.get("/unlock"),
        lambda who, link: who.get("/unlock/card"),
        lambda who, link: who.post("/unlock/send"),
        lambda who, link: who.get("/unlock"),
        lambda who, link: who.post("/unlock/send"),
        *[lambda who, link: who.post("/unlock/verify", {"code": "0000 0000"})] * 11,
        lambda who, link: who.get(link),
    ):
        assert same(step(real, l1.url)) == same(step(false, false_url))
    network.settle()
    assert len(network.sandbox.messages()) == texts + 1  # the code of the real one
    old = taken(store, anna)
    clock.forward(days=30, seconds=1)
    assert Visitor(app).get(old).status_code == 410
    clock.forward(days=30)
    assert same(Visitor(app).get(old)) == same(Visitor(app).get("/l/" + "u" * 43))


def test_one_rings_long_after_its_time_while_nothing_replaced_it(app, store, anna, system, clock, network):
    """What goes a month after its end is a patient's way in; a copy of the mail is read when it is read."""
    url = taken(store, anna)
    clock.forward(days=30 + 31)
    store.run(system, let_go)
    assert Visitor(app).get(url).status_code == 404
    network.settle()
    assert len(alarms(store, anna)) == 1


def test_looking_at_one_writes_into_the_log_of_visits_alone_and_the_worker_rings(app, store, anna, clock, network):
    url = taken(store, anna)
    before = state(store)
    assert Visitor(app).get(url).headers["Location"] == "/unlock"
    assert state(store) == before and alarms(store, anna) == []
    network.settle()
    assert alarms(store, anna)[0].text.startswith("Somebody opened a bait link.")
    (shown,) = store.look(anna, bait.listing)
    assert (shown.times, shown.opened_at) == (1, clock.at)
    clock.forward(minutes=2)
    Visitor(app).get(url)
    network.settle()
    assert len(alarms(store, anna)) == 1  # an alarm is said once an hour
    said = [(one["verb"], one["facts"]) for one in store.look(anna, lambda unit: list(entries(unit, 0, 10**6)))]
    assert said.count(("bait opened", {"place": "by_hand", "times": 1})) == 2
    assert url.rsplit("/", 1)[1] not in str(said)


def test_a_few_lie_sealed_among_our_own_letters_once_links_go_out_and_are_made_anew(store, system, anna, l1, clock):
    sow = lambda: store.run(system, bait.sow)  # noqa: E731
    assert sow() == 0
    clock.forward(days=1)
    assert (sow(), sow()) == (bait.FEW, 0)
    rows = store.look(anna, lambda unit: unit.db.execute(select(OutboxRow.parcel, OutboxRow.due_at)).all())
    lying = [row for row in rows if row.due_at > clock.at]
    assert len(lying) == bait.FEW and not any(b"/l/" in row.parcel for row in lying)
    assert {one.place for one in store.look(anna, bait.listing)} == {Lies.STORED}
    clock.forward(days=30)
    assert sow() == bait.FEW and len(store.look(anna, bait.listing)) == bait.FEW
    clock.forward(days=731)
    assert store.run(system, let_go)["bait links replaced"] == bait.FEW


def test_they_count_nowhere_as_links_of_patients(store, anna, clock, network):
    taken(store, anna)
    assert (store.look(anna, control.live_links), store.look(anna, guess_risk).links) == (0, 0)
    before = len(network.sandbox.messages())
    clock.forward(days=4)
    network.settle()
    clock.forward(days=26, hours=1)
    network.settle()
    assert len(network.sandbox.messages()) == before


def test_one_is_mailed_like_any_letter_and_filters_of_the_first_hour_do_not_count(app, store, anna, network, clock):
    store.run(anna, bait.mail, " archive@elm.example ")
    url = network.link("archive@elm.example").removeprefix(BASE)
    Visitor(app).get(url)
    clock.forward(seconds=10)
    network.settle()
    assert alarms(store, anna) == []
    clock.forward(hours=2)
    Visitor(app).head(url)
    network.settle()
    assert len(alarms(store, anna)) == 1
    with pytest.raises(Invalid):
        store.run(anna, bait.mail, "nobody")


@SQLITE
@pytest.mark.parametrize("why", ["restored", "all closed"])
def test_it_rings_although_links_were_made_void(app, settings, store, anna, clock, network, why):
    url = taken(store, anna)
    if why == "restored":
        restore._void(settings, clock)
    else:
        store.run(anna, control.freeze_all, True)
    assert Visitor(app).get(url).status_code == 410
    network.settle()
    assert len(alarms(store, anna)) == 1


@SQLITE
def test_with_the_date_of_birth_asked_it_is_still_a_link(app, store, anna):
    url = taken(store, anna)
    store.run(anna, lambda unit: unit.db.execute(update(PracticeRow).values(asks_birth=True)))
    guest = Visitor(app)
    guest.get(url)
    assert guest.get("/unlock").status_code == 200
    assert guest.post("/unlock/not-me").status_code == 200
    assert store.look(anna, lambda unit: unit.db.scalar(select(LinkRow.frozen_why))) == "not me"


@SQLITE
def test_admins_lay_see_and_end_them_and_others_do_not(settings, store, anna, ben, clock, network):
    admin, page = signed_in(create_staffbot(settings, store), store, anna, clock), "/admin/lock/bait"
    made = admin.post(f"{page}/take", {}, on=page)
    (link,) = re.findall(rf"{BASE}/l/[\w-]{{43}}", made.text)
    assert link not in admin.get(page).text and "Where somebody put it" in admin.get(page).text
    refused = admin.post(f"{page}/mail", {"email": "archive at elm"}, on=page)
    assert refused.status_code == 422 and 'value="archive at elm"' in refused.text and 'role="alert"' in refused.text
    assert admin.post(f"{page}/mail", {"email": "archive@elm.example"}, on=page).status_code == 303
    assert "a•••@elm.example" in admin.get(page).text
    (hand,) = [one for one in store.look(anna, bait.listing) if one.place is Lies.BY_HAND]
    assert admin.post(f"{page}/{hand.link_id}/end", {}, on=page).status_code == 303
    assert "Where somebody put it" not in admin.get(page).text
    assert admin.post(f"{page}/{hand.link_id}/end", {}, on=page).status_code == 404
    for refuse in (
        bait.take_one,
        bait.listing,
        lambda unit: bait.mail(unit, "a@elm.example"),
        lambda unit: bait.end(unit, hand.link_id),
    ):
        with pytest.raises(Forbidden):
            store.run(ben, refuse)
