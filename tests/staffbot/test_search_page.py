"""Search as a page: what was found with its words marked, filters as chips that are also text (U114)."""

import re
from html import unescape
from urllib.parse import urlencode

import pytest

from core.compose.confirm import confirm
from core.compose.draft import prepare
from core.compose.words import Command, Order
from core.messages.conversations import open_patient, open_with_staff
from core.messages.post import post
from core.messages.words import Direction, Kind, Writing
from core.patients.record import add
from staffbot.commands.asking import asked, readable
from staffbot.commands.find import find
from staffbot.commands.grammar import Call
from tests.conftest import person
from tests.staffbot.browser import signed_in


def said(words: str) -> Writing:
    return Writing(Kind.INTERNAL, Direction.INTERNAL, words)


@pytest.fixture
def thread(store, anna, amara):
    return store.run(anna, open_patient, amara.id).id


def page(browser, text, status=200, **more):
    answer = browser.get(f"/search?{urlencode({'q': text, **more})}")
    assert answer.status_code == status
    return unescape(answer.text)


def links(shown, name):
    part = re.search(rf'<ul class="filters" aria-label="{re.escape(name)}">(.*?)</ul>', shown, re.S)
    return re.findall(r'<a class="chip" href="([^"]+)"', part[1]) if part else []


def test_what_was_found_shows_who_when_and_what_with_the_words_marked_and_leads_to_its_place(
    store, ben_at_work, anna, thread
):
    message = store.run(anna, post, thread, said("Müller & <b>sons</b> rang"))
    answer = ben_at_work.get("/search?q=MULLER+sons").text
    assert "<mark>Müller</mark> &amp; &lt;b&gt;<mark>sons</mark>&lt;/b&gt; rang" in answer
    assert f'href="/c/{thread}#m-{message.id}"' in answer and "Amara Testwell" in answer and "Internal" in answer
    assert "1 found. Words find no Direct Messages and answers" in answer


def test_nothing_found_says_how_direct_messages_are_found(ben_at_work, thread):
    assert 'Nothing found for "zebra <i>". Direct Messages can be found by patient and date.' in page(
        ben_at_work, "zebra <i>"
    )


def test_only_what_one_may_see_is_found_and_nothing_of_another_practice(
    app, store, ben_at_work, anna, carl, tom, thread, clock
):
    between = store.run(anna, open_with_staff, carl.actor.id).id
    store.run(anna, post, between, said("A secret surprise"))
    store.run(anna, post, thread, said("No surprise"))
    shown = page(ben_at_work, "surprise")
    assert "No <mark>surprise" in shown and "secret" not in shown
    assert "Nothing found for" in page(signed_in(app, store, tom, clock), "surprise")


def test_a_filter_is_a_chip_that_takes_it_out_of_the_text_and_kinds_are_offered(
    store, ben_at_work, anna, amara, thread
):
    draft = store.run(anna, prepare, Order(Command.DIRECT, (amara.id,), "Your biopsy is fine"))
    store.run(anna, confirm, draft.id, hold=0)
    shown = page(ben_at_work, "kind:dm @Amara Testwell from:1 mar 2026")
    assert "Your biopsy is fine" in shown and "patient, born 14 March 1985" in shown and "1 March 2026" in shown
    assert links(shown, "Filters in use") == [
        "/search?q=%40Amara+Testwell+from%3A1+mar+2026",
        "/search?q=kind%3Adm+from%3A1+mar+2026",
        "/search?q=kind%3Adm+%40Amara+Testwell",
    ]
    assert "/search?q=%40Amara+Testwell+from%3A1+mar+2026+kind%3Asms" in links(shown, "Only one kind")
    offered = links(shown, "Only one kind")
    assert len(offered) == 4 and offered[-1].endswith("kind%3Aform") and "Words find no" not in shown
    assert "Your biopsy is fine" not in page(ben_at_work, "kind:form @Amara Testwell")
    assert "/search?q=letter+kind%3Aemail" in links(page(ben_at_work, "letter"), "Only one kind")


def test_namesakes_are_asked_about_and_an_id_becomes_a_name_where_that_means_the_same(
    store, system, ben, ben_at_work, anna, amara, thread
):
    store.run(anna, post, thread, said("The letter came"))
    typed = f"@{amara.id} letter"
    assert store.look(ben, readable, typed) == "@Amara Testwell letter"
    born = {"date_of_birth": "1990-01-02"}
    other = store.run(system, add, **(person("Amara", "Testwell", mobile="07700 900059") | born))
    assert store.look(ben, readable, typed) == typed
    shown = page(ben_at_work, "@Amara Testwell letter", 422)
    assert set(links(shown, "Whom do you mean?")) == {f"/search?q=%40{one.id}+letter" for one in (amara, other)}
    assert '2 people fit "Amara Testwell". Choose one.' in shown
    assert "The <mark>letter" in page(ben_at_work, typed)


def test_words_after_a_filter_belong_to_no_name_and_an_address_is_no_person(store, ben, amara):
    question = store.look(ben, asked, "@amara kind:sms testwell letter@elm.example")
    assert (question.wanted.patient_id, question.wanted.words) == (amara.id, "testwell letter@elm.example")
    assert [question.without(one) for one in question.filters] == [
        "kind:sms testwell letter@elm.example",
        "@amara testwell letter@elm.example",
    ]


def test_of_two_kinds_either_is_meant(store, ben, ben_at_work, anna, amara, thread):
    store.run(anna, post, thread, said("The letter came"))
    draft = store.run(anna, prepare, Order(Command.SMS, (amara.id,), "Your letter is here"))
    store.run(anna, confirm, draft.id, hold=0)
    assert store.look(ben, asked, "letter kind:sms kind:internal").wanted.kinds == {Kind.SMS, Kind.INTERNAL}
    assert page(ben_at_work, "letter kind:sms kind:internal").count("<mark>letter") == 2
    assert page(ben_at_work, "letter kind:sms kind:email").count("<mark>letter") == 1


@pytest.mark.parametrize("typed", ["kind:pigeon", "letter from:never", "@nobodyatall"])
def test_what_cannot_be_read_is_said_and_stays_in_the_box(ben_at_work, typed):
    answer = page(ben_at_work, f"{typed} x", 404 if "@" in typed else 422)
    assert f'value="{typed} x"' in answer and 'role="alert"' in answer and 'aria-invalid="true"' in answer
    assert "pigeon" not in "".join(links(answer, "Only one kind"))


def test_earlier_ones_follow_without_gaps(store, ben_at_work, anna, thread):
    for number in range(52):
        store.run(anna, post, thread, said(f"invoice {number}"))
    first = page(ben_at_work, "invoice")
    earlier = re.search(r'href="(/search\?q=invoice&before=[0-9a-f-]{36})">Earlier ones', first)[1]
    second = unescape(ben_at_work.get(earlier).text)
    numbers = [int(found) for shown in (first, second) for found in re.findall(r"invoice</mark> (\d+)", shown)]
    assert numbers == list(reversed(range(52))) and "Earlier ones <" not in second


@pytest.mark.s("S108")
def test_finding_something_about_a_patient_is_reading_noted_once(store, ben, ben_at_work, anna, amara, idris, thread):
    from tests.staffbot.test_audit_page import seen

    store.run(anna, post, thread, said("The letter came"))
    store.run(anna, post, store.run(anna, open_patient, idris.id).id, said("A bill came"))
    page(ben_at_work, "letter")
    store.run(ben, find, Call("letter", None, (), "", None))
    assert len(seen(store, anna, amara)) == 1 and seen(store, anna, idris) == []


def test_the_command_marks_too_and_leads_to_the_page(store, ben, anna, thread):
    store.run(anna, post, thread, said("The letter came"))
    found = store.run(ben, find, Call("Lett kind:im", None, (), "", None))
    assert found.items[1]["pieces"] == [{"text": "The "}, {"text": "letter", "mark": True}, {"text": " came"}]
    assert found.items[0]["href"] == "/search?q=Lett+kind%3Aim" and "Words find no" in found.items[0]["detail"]


@pytest.mark.parametrize(
    ("typed", "means"),
    [("from:1 dec", "1 December 2025"), ("from:1/3", "1 March 2026"), ("from:friday", "20 November 2026"), ("from:monday", "23 November 2026"),
     ("to:tomorrow", "24 November 2026"), ("to:1 dec 2026", "1 December 2026"), ("from:yesterday", "22 November 2026"),
     ("from:last week", "16 November 2026"), ('from:"last week"', "16 November 2026"), ("to:last week", "22 November 2026"),
     ("since:last month", "1 October 2026"), ("until: march", "31 March 2026"), ("before:monday", "23 November 2026"),
     ("after:last month", "31 October 2026"), ("on:yesterday", "22 November 2026"), ("from:3 days ago", "20 November 2026"),
     ("on:last week", "16 November 2026 to 22 November 2026"), ("from:next friday", "27 November 2026")],
)  # fmt: skip
def test_a_day_without_a_year_is_the_last_that_was(store, ben, typed, means):
    assert [one.means for one in store.look(ben, asked, typed).filters] == [means]


def test_the_words_after_a_day_are_looked_for(store, ben, amara):
    for typed in (
        "from:last week knee pain",
        "knee from:last week pain",
        'knee pain from:"last week"',
        "from:last week, knee @amara pain",
    ):
        question = store.look(ben, asked, typed)
        assert question.wanted.words == "knee pain", typed
        assert f"{question.wanted.since:%Y-%m-%d %H:%M}" == "2026-11-16 00:00"
        assert question.without(question.filters[0]).startswith(("knee pain", "knee @amara pain")), typed
    both = store.look(ben, asked, "since:last month before:monday knee kind:sms")
    assert (f"{both.wanted.since:%m-%d}", f"{both.wanted.until:%m-%d}", both.wanted.words) == ("10-01", "11-23", "knee")
    after = store.look(ben, asked, "after:yesterday on-call follow-on:knee")
    assert (f"{after.wanted.since:%m-%d}", after.wanted.words) == ("11-23", "on-call follow-on:knee")
