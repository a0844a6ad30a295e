"""A Smart Form with repetitions in repetitions, over HTTP: lists that grow and shrink, pages that are forged or old."""

import re

import pytest

from core.audit.trail import entries
from tests.core.forms.making import item
from tests.portal.form_filler import answer, before_form, heading, offered, where
from tests.portal.visitor import PHONE

MEDICINES = (
    item("first"),
    item("medicine", "group", repeats=True, text="Your medicines", item=[
        item("drug", required=True), item("reason"),
        item("effect", "group", repeats=True, text="Side effects", item=[item("what")]),
    ]),
    item("allergy", repeats=True, text="Allergies"),
)  # fmt: skip


@pytest.fixture
def lists(settings, store, system, anna, amara, network):
    """Amara before a form with repetitions in repetitions."""
    return before_form(settings, store, system, anna, amara, network, *MEDICINES)


def test_a_group_that_repeats_is_a_list_with_change_remove_and_add_another(lists):
    assert [heading(lists, number) for number in range(1, 7)] == [
        "first", "drug", "reason", "what", "Side effects", "Your medicines"]  # fmt: skip
    for number, value in ((2, "Aspirin"), (3, "Pain"), (4, "Nausea")):
        answer(lists, number, value=value)
    again = where(answer(lists, 5, press="add"))
    assert heading(lists, again) == "what"
    assert where(answer(lists, again, value="Itching")) == 6  # back to the list of this very medicine
    listed = lists.get("/form/p/6").text
    assert "You have added 2" in listed and "Nausea" in listed and "Itching" in listed
    assert heading(lists, 7) == "Your medicines"
    second = where(answer(lists, 7, press="add"))
    answer(lists, second, value="Codeine")
    assert (
        "Your medicines (2)" in lists.get(f"/form/p/{second}").text
        and "Your medicines (1)" in lists.get("/form/p/2").text
    )
    assert (
        "Your medicines (2)" in lists.get("/form/check").text and "Filled in for you" not in lists.get("/form/p/1").text
    )
    listed = lists.get("/form/p/11").text
    first_drug, second_drug = re.findall(r"/form/p/11/remove/(\w+)", listed)
    field_of_second = offered(lists, second)[0]
    sure = lists.get(f"/form/p/11/remove/{first_drug}").text
    assert "Aspirin" in sure and "Remove it" in sure
    signed = re.search(r'name="offer" value="([^"]+)"', sure)[1]
    left = where(lists.post(f"/form/p/11/remove/{first_drug}", {"offer": signed}))
    assert "Codeine" in lists.get(f"/form/p/{left}").text and "Aspirin" not in lists.get(f"/form/p/{left}").text
    assert offered(lists, 2)[0] == field_of_second and second_drug != first_drug  # taking away renames no field


def test_a_question_that_repeats_shows_its_answers_and_one_empty_field(lists):
    for number in range(1, 7):
        answer(lists, number)
    assert heading(lists, 7) == "Allergies"
    assert where(answer(lists, 7, press="add", value="Nuts")) == where(answer(lists, 7, press="add", value="Eggs")) == 7
    page = lists.get("/form/p/7").text
    assert page.index("Nuts") < page.index("Eggs")
    key = re.search(r'name="remove" value="(\w+)"', page)[1]
    assert where(lists.post("/form/p/7", {"offer": offered(lists, 7)[1], "remove": key})) == 7
    assert "Nuts" not in lists.get("/form/p/7").text and "Eggs" in lists.get("/form/p/7").text
    assert answer(lists, 7).headers["Location"] == "/form/check"
    assert lists.post("/form/submit").headers["Location"] == "/form/done"


@pytest.mark.parametrize(
    "forged", [{"q99": "1"}, {"score": "27"}, {"offer": ""}, {"offer": "made.up"}, {"q2": "of another page"}]
)
@pytest.mark.attack("C22")
@pytest.mark.s("S87")
def test_what_a_page_did_not_offer_or_sign_refuses_the_post_whole_and_is_in_the_trail(lists, store, anna, forged):
    name, signed = offered(lists, 1)
    assert lists.post("/form/p/1", {"offer": signed, name: "mine", **forged}).status_code == 422
    assert "mine" not in lists.get("/form/p/1").text
    assert [one["verb"] for one in store.look(anna, lambda unit: list(entries(unit)))][-1] == "form page refused"


def test_an_older_page_wins_only_where_it_differs_from_what_it_showed(lists):
    name, signed = offered(lists, 1)
    answer(lists, 1, value="newer")
    told = lists.get(lists.post("/form/p/1", {"offer": signed, name: ""}).headers["Location"])
    assert "You changed this on another page" in told.text and 'value="newer"' in told.text
    assert lists.post("/form/p/1", {"offer": signed, name: "newest"}).status_code == 303
    assert 'value="newest"' in lists.get("/form/p/1").text


def test_words_survive_a_session_that_ended_while_they_were_typed(lists, network, clock):
    name, signed = offered(lists, 1)
    token = re.search(r'csrf_token" value="([0-9a-f]+)', lists.get("/form/p/1").text)[1]
    clock.forward(minutes=16)
    late = lists.post("/form/p/1", {"offer": signed, name: "typed in time", "csrf_token": token}, token=False)
    assert late.status_code == 401
    lists.post("/message/again")
    lists.post("/unlock/send")
    lists.post("/unlock/verify", {"code": network.code(PHONE)})
    assert 'value="typed in time"' in lists.get("/form/p/1").text
