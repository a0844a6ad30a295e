"""A form tried by staff on the patients' own pages: the same judge, a banner, nothing kept (F78)."""

import re
from base64 import b64encode

import pytest

from core.forms import find, library
from core.web import preview
from portal import create_app
from tests.core.forms.making import SDC, extension, item, questionnaire, when
from tests.documents import picture
from tests.instance import KEY
from tests.portal.visitor import Visitor, state

ASKED = (
    item("smokes", "boolean", required=True),
    item("many", "integer", **when("smokes", "=", answerBoolean=True)),
    item("medicine", "group", repeats=True, text="Medicines", item=[item("drug")]),
    item("photo", "attachment"),
)
KNEE = {"contentType": "image/png", "title": "knee", "data": b64encode(picture()).decode()}


@pytest.fixture
def address(store, system, practice):
    store.run(system, library.add_form, questionnaire(*ASKED), key="f")
    form = store.look(system, find.by_key, "f")
    facts = {"practice": str(practice.id), "form": str(form.id), "number": "1", "language": ""}
    return "/preview/" + preview.addresses([KEY]).write(facts)


@pytest.fixture
def visitor(settings, store):
    return Visitor(create_app(settings, store))


def press(visitor, page, /, **fields):
    """Post the last form of a page with all that it carries."""
    form = getattr(page, "text", page).rsplit("<form", 1)[1]
    carried = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    action = re.search(r'action="([^"]+)"', form)[1]
    return visitor.post(action, {**carried, **fields}, token=False)


def test_staff_go_through_the_pages_as_a_patient_would_and_nothing_is_kept(store, visitor, address):
    before = state(store)
    page = visitor.get(address)
    assert "Only a try" in page.text and "Question 1 of" in page.text
    refused = press(visitor, page)
    assert refused.status_code == 422 and "Choose an answer to" in refused.text
    smokes, many = dict.fromkeys(re.findall(r'name="(q\d+)"', refused.text))
    page = press(visitor, refused, **{smokes: "yes", many: "20"})
    assert "drug" in page.text and "Only a try" in page.text
    page = press(visitor, page, **{re.search(r'name="(q\d+\w*)"', page.text)[1]: "Aspirin"})
    assert "You have added 1" in page.text and "remove" not in page.text.lower()
    again = press(visitor, page, add="1")
    assert "drug" in again.text and "Medicines (2)" in again.text
    page = press(visitor, press(visitor, page))
    assert "Check your answers" in page.text and "Aspirin" in page.text and "20" in page.text
    assert "/form/" not in page.text and "Send my answers" not in page.text and "Begin anew" in page.text
    assert state(store) == before


def test_staff_see_the_pictures_of_a_form_without_a_link(store, system, practice, visitor):
    asked = item("hurts", "boolean", extension=[extension(f"{SDC}itemMedia", valueAttachment=KNEE)])
    store.run(system, library.add_form, questionnaire(asked), key="k")
    facts = {
        "practice": str(practice.id),
        "form": str(store.look(system, find.by_key, "k").id),
        "number": "1",
        "language": "",
    }
    page = visitor.get("/preview/" + preview.addresses([KEY]).write(facts))
    assert visitor.get(re.search(r'<img src="([^"]+)"', page.text)[1]).content_type == "image/png"


@pytest.mark.parametrize("token", ["x", "made.up.token"])
def test_an_address_that_is_not_ours_leads_nowhere(visitor, address, token):
    assert visitor.get(f"/preview/{token}").status_code == 404
    page = visitor.get(address)
    moved = page.text.replace(address, f"/preview/{token}")
    assert press(visitor, moved).status_code == 404


def test_what_was_filled_in_cannot_be_made_up(visitor, address):
    page = visitor.get(address)
    forged = re.sub(r'name="draft" value="[^"]+"', 'name="draft" value="e30.forged"', page.text)
    assert "Choose an answer to" in press(visitor, forged).text
    assert visitor.post(f"{address}/p/1", {"csrf_token": "x"}, token=False).status_code == 400
