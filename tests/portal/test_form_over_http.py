"""A Smart Form page by page over HTTP: every kind of question, what is wrong shown as typed, sent once."""

import re

import pytest

from core.forms import find, library
from core.release.link import send_direct
from portal import create_app
from tests.core.forms.making import HL7, item, questionnaire, when
from tests.portal.visitor import BASE, Visitor, unlock

KILOGRAMS, POUNDS = ({"system": "http://unitsofmeasure.org", "code": c, "display": c} for c in ("kg", "[lb_av]"))
QUESTIONS = (
    item("smokes", "boolean", required=True),
    item("many", "integer", **when("smokes", "=", answerBoolean=True)),
    item("words", "display"),
    item("dose", "decimal"),
    item("born", "date"),
    item("seen", "dateTime"),
    item("wakes", "time"),
    item("site", "url"),
    item("tell", "text"),
    item("colour", "open-choice", answerOption=[{"valueString": "red"}, {"valueString": "blue"}]),
    item("weight", "quantity", extension=[{"url": f"{HL7}questionnaire-unitOption", "valueCoding": unit} for unit in (KILOGRAMS, POUNDS)]),
    item("guess", "string", initial=[{"valueString": "our guess"}]),
)  # fmt: skip


@pytest.fixture
def visitor(settings, store, system, anna, amara, network):
    """Amara, unlocked, before the form."""
    store.run(system, library.add_form, questionnaire(*QUESTIONS), key="all-kinds")
    store.run(anna, send_direct, amara, "", form=store.look(anna, find.by_key, "all-kinds"))
    visitor = Visitor(create_app(settings, store))
    unlock(visitor, network.link("amara@example.org").removeprefix(BASE), network)
    return visitor


def fields(visitor, number):
    """The name a page's field goes by."""
    return re.search(r'name="question" value="(\w+)"', visitor.get(f"/form/p/{number}").text)[1]


def answer(visitor, number, **parts):
    """Post one page; `value` is the field itself, anything else a part of it."""
    name = fields(visitor, number)
    posted = {name if part == "value" else f"{name}-{part}": one for part, one in parts.items()}
    return visitor.post(f"/form/p/{number}", {"question": name, **posted})


def test_every_kind_of_question_is_asked_judged_and_sent_once(visitor):
    assert answer(visitor, 1, value="no").headers["Location"] == "/form/p/2"
    assert "many" not in visitor.get("/form/p/2").text  # nobody who does not smoke is asked how many
    assert answer(visitor, 1, value="yes").headers["Location"] == "/form/p/2"
    wrong = answer(visitor, 2, value="a few")
    assert wrong.status_code == 422 and 'value="a few"' in wrong.text
    typed = [
        {"value": "20"}, {"value": "2,50"}, {"day": "14", "month": "Mar", "year": "1985"},
        {"day": "23", "month": "11", "year": "2026", "time": "9.30 am"}, {"value": "7:15"}, {"value": "https://example.org/"},
        {"value": "Two\r\nlines"}, {"value": "other", "other": "green"}, {"value": "70", "unit": "kg"},
    ]  # fmt: skip
    for number, parts in enumerate(typed, 2):
        assert answer(visitor, number, **parts).status_code == 303, number
    last = visitor.get("/form/p/11").text
    assert 'value="our guess"' in last and "Filled in for you" in last
    assert answer(visitor, 11, value="our guess").headers["Location"] == "/form/check"
    checked = visitor.get("/form/check").text
    for shown in ("2.50", "14 March 1985", "23 November 2026, 09:30", "07:15", "green", "70 kg"):
        assert shown in checked
    assert [visitor.post("/form/submit").headers["Location"] for _ in range(2)] == ["/form/done", "/form/done"]


def test_a_field_that_the_page_did_not_offer_refuses_the_post(visitor):
    name = fields(visitor, 1)
    assert visitor.post("/form/p/1", {"question": name, name: "yes", "q99": "1"}).status_code == 422
