"""The Messages tab of a patient: narrowed and sorted by its address, printed with a trace (U60-U64)."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import update

from core.audit.trail import entries
from core.delivery.tables import DeliveryRow
from core.delivery.words import Status
from core.forms import library
from core.forms.find import by_key
from core.messages.conversations import of_patient
from core.messages.files import store_upload
from core.messages.find import history
from core.messages.post import post
from core.messages.reminders import remind_at
from core.messages.words import Direction, Kind, Writing
from core.patients.consent import record_wish
from core.release.link import send_direct, take_back
from tests.staffbot.browser import signed_in, token_in


@pytest.fixture
def thread(store, anna, system, amara, clock):
    """Four messages, a day apart: one inside, one text in, two locked ones out, of which the last was taken back."""
    thread = store.run(anna, of_patient, amara.id)
    store.run(anna, post, thread, Writing(Kind.INTERNAL, Direction.INTERNAL, "She asked for eleven"))
    clock.forward(days=1)
    store.run(system, post, thread, Writing(Kind.SMS, Direction.INBOUND, "Is my report ready?"))
    clock.forward(days=1)
    store.run(anna, send_direct, amara, "Here is your report")
    clock.forward(days=1)
    store.run(anna, take_back, store.run(anna, send_direct, amara, "The wrong file").id)
    return thread


@pytest.fixture
def tab(app, store, anna, clock, amara, thread):
    browser, page = signed_in(app, store, anna, clock), f"/patients/{amara.id}/messages"
    return lambda query="": unescape(browser.get(page + query).text)


def rows(page):
    return re.findall(r'<a href="/messages/[^"]+">([^<]+)</a>', page)


def test_the_list_of_conversations_says_what_became_of_the_last_message(app, store, anna, clock, thread):
    page = unescape(signed_in(app, store, anna, clock).get(f"/c/{thread}").text)
    assert re.search(rf'href="/c/{thread}" aria-label="Amara Testwell, patient, Direct Message taken back, ', page)


def test_what_is_taken_back_before_it_went_did_not_leave_and_what_had_left_did(
    app, store, anna, clock, amara, thread, network
):
    network.settle()
    store.run(anna, take_back, store.run(anna, send_direct, amara, "Another wrong file").id)
    store.run(anna, take_back, store.look(anna, history, thread)[2].id)
    page = unescape(signed_in(app, store, anna, clock).get(f"/c/{thread}").text)
    said = re.findall(r'class="seen-by">([^<]+)<.*?class="ticks[^>]*>([^<]*)<', page, re.DOTALL)
    left, stayed = ("Left the building", "Taken back"), ("Did not leave", "Taken back")
    assert [one for one in said if one[1]] == [left, stayed, stayed]


def test_everything_stands_there_newest_first_and_the_other_way_round_when_asked(tab):
    page = tab()
    heads = re.findall(r'columnheader"[^>]*>([A-Z][A-Za-z /]*[a-z])', page)
    assert heads == ["When", "Kind", "Direction", "Subject or first words", "From/To", "Status"]
    assert rows(page) == ["The wrong file", "Here is your report", "Is my report ready?", "She asked for eleven"]
    assert 'aria-sort="descending">When <a href="?order=oldest"' in page
    turned = tab("?order=oldest")
    assert rows(turned) == rows(page)[::-1] and 'aria-sort="ascending">When <a href="?"' in turned


def test_the_summary_shows_the_last_five_with_what_became_of_them(app, store, anna, clock, amara, thread):
    for number in range(3):
        store.run(anna, post, thread, Writing(Kind.INTERNAL, Direction.INTERNAL, f"Later {number}"))
    page = unescape(signed_in(app, store, anna, clock).get(f"/patients/{amara.id}").text)
    assert rows(page)[-5:] == ["Later 2", "Later 1", "Later 0", "The wrong file", "Here is your report"]
    assert re.findall(r'class="tag[^"]*">([^<]+)</span></li>', page)[-2:] == ["Taken back", "Waiting to go"]
    assert f'href="/patients/{amara.id}/messages">All messages' in page


def test_each_row_says_what_became_of_it_in_the_words_of_the_one_list(tab):
    page = tab()
    said = re.findall(r'class="tag[^"]*">([^<]+)</span></td>', page)
    assert said == ["Taken back", "Waiting to go", "Read by 1", "Read by nobody yet"]
    assert " to <bdi>a•••@example.org</bdi>" in page


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("?kind=internal", ["She asked for eleven"]),
        ("?direction=inbound", ["Is my report ready?"]),
        ("?status=revoked", ["The wrong file"]),
        ("?status=queued&direction=outbound&kind=direct", ["Here is your report"]),
        ("?since=24+nov+2026&until=25+nov+2026", ["Here is your report", "Is my report ready?"]),
        ("?kind=nonsense&direction=sideways&status=%27&order=random&beyond=x", [...] * 4),
    ],
)
def test_what_the_address_asks_for_is_left(tab, query, left):
    found = rows(tab(query))
    assert found == left or (left[0] is ... and len(found) == len(left))


def test_one_filter_keeps_the_others_and_what_is_typed_stays(tab):
    page = tab("?kind=sms&direction=inbound&since=24+nov&order=oldest")
    assert "?kind=direct&direction=inbound&since=24+nov&order=oldest" in page  # the other kinds
    assert '<option value="inbound" selected>' in page and 'name="since" value="24 nov"' in page
    assert '<input type="hidden" name="kind" value="sms">' in page and '<details class="unfold sift" open>' in page


def chips(page):
    shown = re.search(r'<div class="filters".*?<form', page, re.DOTALL)[0]
    return [" ".join(re.sub(r"<[^>]+>", "", one).split()) for one in re.findall(r'class="chip"[^>]*>(.*?)</a>', shown)]


def test_chips_say_how_many_there_are_of_each_kind_among_what_else_is_asked_for(tab):
    every = ["All 4", "Direct 2", "SMS 1", "Email 0", "Forms 0", "Internal 1"]
    assert chips(tab()) == chips(tab("?kind=sms")) == every
    assert chips(tab("?direction=outbound")) == ["All 2", "Direct 2", "SMS 0", "Email 0", "Forms 0", "Internal 0"]


def test_a_message_that_needs_a_look_has_a_chip_and_a_very_long_thread_is_not_counted(store, system, tab, monkeypatch):
    store.run(system, lambda unit: unit.db.execute(update(DeliveryRow).values(status=Status.BOUNCED)))
    assert chips(tab())[-1] == "Needs a look 1"  # the other was taken back
    assert chips(tab("?status=trouble")) == [
        "All 1",
        "Direct 1",
        "SMS 0",
        "Email 0",
        "Forms 0",
        "Internal 0",
        "Needs a look 1",
    ]
    monkeypatch.setattr("core.forms.thread.MOST_COUNTED", 3)
    assert chips(tab()) == ["All", "Direct", "SMS", "Email", "Forms", "Internal"]


def test_nothing_found_says_for_what_and_a_day_that_is_none_is_told(tab):
    assert "No SMS found: from the patient, “Not delivered”." in tab("?kind=sms&direction=inbound&status=failed")
    wrong = tab("?since=the+other+day&status=revoked")
    assert "Write the day like 3 March 2026" in wrong and 'value="the other day"' in wrong and rows(wrong) == []
    assert "The first day comes after the last" in tab("?since=25+nov&until=24+nov")
    assert len(rows(tab("?since=this+week"))) == len(rows(tab())) > len(rows(tab("?until=last+week")))


def test_pages_of_fifty_lead_on_and_back(store, anna, amara, tab, thread):
    for n in range(48):
        store.run(anna, post, thread, Writing(Kind.INTERNAL, Direction.INTERNAL, f"Note {n}"))
    first = tab("?direction=internal")
    assert len(rows(first)) == 49 and "Older" not in first
    first = tab()
    assert len(rows(first)) == 50 and "<span>1–50 of 52" in first
    second = tab(re.search(r'href="(\?beyond=\d+)">Older', first)[1])
    assert rows(second) == ["Is my report ready?", "She asked for eleven"] and 'href="?">' in second
    assert "<span>51–52 of 52" in second


def test_printing_says_by_whom_and_when_and_leaves_a_trace(app, store, anna, amara, clock, thread):
    browser, page = signed_in(app, store, anna, clock), f"/patients/{amara.id}/messages"
    assert browser.client.get(f"{page}/print", base_url="https://127.0.0.1:8000").status_code == 405
    printed = browser.send(f"{page}/print", {"kind": "direct"}, token_in(browser.get(page).text)).text
    assert "Elm Clinic" in printed and "Messages with <bdi>Amara Testwell</bdi>" in printed
    assert "Printed by Anna Sample at 26 Nov 2026, 10:00" in printed
    assert rows(printed) == ["The wrong file", "Here is your report"]
    (noted,) = [one for one in store.look(anna, lambda unit: list(entries(unit))) if one["verb"] == "messages printed"]
    assert noted["about"] == str(amara.id) and noted["facts"] == {"rows": 2, "kind": "direct"}


def test_a_foreign_patients_messages_are_not_found_and_not_printed(app, store, tom, amara, clock, thread):
    stranger = signed_in(app, store, tom, clock)
    assert stranger.get(f"/patients/{amara.id}/messages").status_code == 404
    assert stranger.post(f"/patients/{amara.id}/messages/print", {}).status_code == 404


def test_every_tab_has_an_address_and_the_same_head(app, store, anna, carl, amara, clock, thread):
    form = store.run(anna, lambda unit: library.install(unit, ("gad-7",)) and by_key(unit, "gad-7"))
    store.run(anna, send_direct, amara, "", form=form)
    file = store.run(anna, store_upload, "Letter.pdf", "application/pdf", b"%PDF-", uploaded_by=anna.actor.id)
    store.run(anna, post, thread, Writing(Kind.INTERNAL, Direction.INTERNAL, "See this", attachments=(file.id,)))
    store.run(anna, record_wish, amara.id, "email", wanted=False)
    for days, said in ((3, "Chase the letter"), (1, "Call the lab")):
        at = clock() + timedelta(days=days)
        store.run(anna, remind_at, carl.actor.id, at, said, patient_id=amara.id)
    browser = signed_in(app, store, carl, clock)
    own = {
        "": "How to reach",
        "/messages": "See this",
        "/forms": "GAD-7",
        "/files": "Letter.pdf",
        "/details": "On record",
    }
    for path, words in own.items():
        page = unescape(browser.get(f"/patients/{amara.id}{path}").text)
        assert words in page, path
        assert f'href="/patients/{amara.id}{path}" aria-current="page"' in page
        assert all(f'href="/patients/{amara.id}{other}"' in page for other in own)
        assert "Asked for no emails" in page and f"/patients/{amara.id}?show=contacts" in page
        assert "Next reminder Friday 27 November, 10:00, for Carl Dummy: Call the lab" in page


def test_who_may_not_see_patients_of_this_practice_finds_none_of_their_tabs(app, store, tom, amara, clock, thread):
    stranger = signed_in(app, store, tom, clock)
    for tab in ("forms", "files", "details"):
        assert stranger.get(f"/patients/{amara.id}/{tab}").status_code == 404
