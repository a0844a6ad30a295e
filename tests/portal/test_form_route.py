"""The way through a form: which pages come, what opened them, and where one is led before the answers are checked."""

import pytest

from tests.core.forms.making import HL7, item, when
from tests.portal.form_filler import answer, before_form, heading, offered, refused, where
from tests.portal.form_walker import Controls

BRANCHES = (
    item("smokes", "boolean"), item("height", "integer"), item("how-many", "integer", **when("smokes", "=", answerBoolean=True)),
    item("bmi", "decimal", readOnly=True, initial=[{"valueDecimal": 22.5}]),
    item("secret", "group", extension=[{"url": f"{HL7}questionnaire-hidden", "valueBoolean": True}], item=[item("inside")]),
    item("thanks", "display", text="That was the last one"),
)  # fmt: skip


@pytest.fixture
def branches(settings, store, system, anna, amara, network):
    """Amara before a form that asks on after a Yes."""
    return before_form(settings, store, system, anna, amara, network, *BRANCHES)


def test_a_page_says_which_answer_opened_it_and_check_names_what_will_not_be_sent(branches):
    answer(branches, 1, value="yes")
    answer(branches, 2, value="170")
    page = branches.get("/form/p/3").text
    assert "Because you answered “Yes” to “smokes”" in page and "22.5" in page
    assert "That was the last one" in page and "inside" not in page
    answer(branches, 3, value="20")
    changed = branches.post(
        "/form/p/1", {"offer": offered(branches, 1)[1], offered(branches, 1)[0]: "no", "change": "1"}
    )
    assert changed.headers["Location"] == "/form/check"
    checked = branches.get("/form/check").text
    assert "will not be sent" in checked and "<li>how-many</li>" in checked
    assert "<dt>bmi</dt><dd>22.5</dd></div>" in checked  # known and shown, and nothing to change


def test_a_change_that_opens_new_questions_leads_to_them_before_the_answers_are_checked(branches):
    answer(branches, 1, value="no")
    answer(branches, 2, value="170")
    name, signed = offered(branches, 1)
    opened = branches.post("/form/p/1", {"offer": signed, name: "yes", "change": "1"})
    assert opened.headers["Location"] == "/form/p/3?change=1"


ADDRESS = item("home", "group", text="Your address", item=[
    item("street", required=True), item("note", "display", text="As on your post"), item("number", "integer"), item("moved", "date"),
])  # fmt: skip


def test_a_group_of_few_short_fields_is_one_page_and_says_all_that_is_wrong_on_it(
    settings, store, system, anna, amara, network
):
    visitor = before_form(settings, store, system, anna, amara, network, ADDRESS, item("last"))
    page = visitor.get("/form/p/1")
    controls = Controls(page.text)
    street, number, moved = controls.questions

    def post(**typed):
        return visitor.post("/form/p/1", {"offer": controls.hidden["offer"], **typed})

    wrong = refused(visitor, post(**{number: "ten", f"{moved}-day": "1"}))
    assert all(f'href="#{name}"' in wrong.text for name in ("first", number, f"{moved}-month"))
    assert 'value="ten"' in wrong.text and "As on your post" in wrong.text and "Question 1 of 2" in wrong.text
    date = {f"{moved}-{part}": one for part, one in zip(("day", "month", "year"), ("1", "2", "2020"), strict=True)}
    assert post(**{street: "Long Lane", number: "10", **date}).headers["Location"] == "/form/p/2"
    answer(visitor, 2)
    checked = visitor.get("/form/check").text
    assert checked.count("/form/p/1?change=1") == 3 and "Long Lane" in checked and "1 February 2020" in checked


def test_a_required_group_that_nobody_answered_leads_to_its_first_page_and_says_why(
    settings, store, system, anna, amara, network
):
    group = item("why", "group", required=True, text="Reasons", item=[item("pain", "text"), item("rash", "text")])
    visitor = before_form(settings, store, system, anna, amara, network, group, item("last"))
    assert answer(visitor, 1).headers["Location"] == "/form/p/2"  # any answer in it will do
    assert "Answer at least one question about “Reasons”" in refused(visitor, answer(visitor, 2)).text
    led = visitor.post("/form/submit").headers["Location"]
    assert (
        led == "/form/p/1?change=1&missing=1"
        and "Answer at least one question about “Reasons”" in visitor.get(led).text
    )
    assert "Something is missing" in visitor.get("/form/check").text
    answer(visitor, 2, value="since May")
    answer(visitor, 3)
    assert visitor.post("/form/submit").headers["Location"] == "/form/done"


@pytest.mark.attack("C22")
@pytest.mark.s("S87")
def test_a_read_only_question_refuses_whatever_is_posted_to_it(branches):
    name, signed = offered(branches, 1)
    assert branches.post("/form/p/1", {"offer": signed, name: "yes", "q4": "1"}).status_code == 422


def test_a_last_answer_that_opens_an_earlier_question_leads_to_it_before_the_answers_are_checked(
    settings, store, system, anna, amara, network
):
    form = (item("a", required=True, **when("b", "=", answerString="yes")), item("b"))
    visitor = before_form(settings, store, system, anna, amara, network, *form)
    assert where(answer(visitor, 1, value="yes")) == 1
    assert heading(visitor, 1) == "a"
    assert where(answer(visitor, 1, value="x")) == 2
    assert answer(visitor, 2, value="yes").location == "/form/check"
