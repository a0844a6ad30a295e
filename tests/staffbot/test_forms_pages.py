"""The library of forms over HTTP: what is there, bringing one in with its report, versions, retiring (F1-F13, F80)."""

import csv
import io
import json
import re

import pytest

from core.errors import NotFound
from core.forms import find, habits, library
from core.forms.habits import Habits, Prefill
from core.forms.library import upload
from core.practice.words import Role
from tests.conftest import hire
from tests.core.forms.making import HL7, item, questionnaire
from tests.core.forms.sending import answered_by, chosen
from tests.staffbot.browser import BASE, signed_in, token_in

PART = questionnaire(item("a"), item("b", "choice", answerValueSet="http://elsewhere/set"), name="Mine", url="urn:mine")

GERMAN = {"extension": [{"url": f"{HL7}translation", "extension": [{"url": "lang", "valueCode": "de"}, {"url": "content", "valueString": "Warum?"}]}]}  # fmt: skip


@pytest.fixture
def admin(app, store, anna, clock):
    return signed_in(app, store, anna, clock)


def bring_in(admin, source, **more):
    """Upload a file, and (with a key) accept what came of it."""
    token = token_in(admin.get("/forms/import").text)
    given = {"csrf_token": token, "file": (io.BytesIO(source), "form.json")}
    kept = admin.client.post("/forms/import", data=given, base_url=BASE, content_type="multipart/form-data")
    if not more:
        return admin.get(kept.location)
    return admin.send(kept.location, more, token)


def test_the_library_is_added_from_and_says_whose_each_form_is(store, admin, anna, ben, app, clock):
    page = admin.get("/forms").text
    assert "No forms yet" in page and "No permission required to reproduce" in page and "PROMIS" in page
    assert admin.send("/forms/add", {"key": "phq-15"}, token_in(page)).status_code == 303
    found = store.look(anna, find.by_key, "phq-15")
    page = admin.get(f"/forms/{found.id}").text
    assert "may not be changed" in page and "Spitzer" in page and "medium" in page
    worker = signed_in(app, store, ben, clock)
    assert "Add one" not in worker.get("/forms").text
    assert worker.send("/forms/add", {"key": "gad-2"}, token_in(worker.get("/forms").text)).status_code == 403


def test_how_a_practice_uses_a_form_is_its_own_choice_whatever_the_version(store, admin, anna):
    bring_in(admin, questionnaire(item("a")), key="mine")
    form_id = store.look(anna, find.by_key, "mine").id
    page = admin.get(f"/forms/{form_id}").text
    chosen_so = admin.send(f"/forms/{form_id}/habits", {"skip": "on", "prefill": "off"}, token_in(page))
    assert chosen_so.location == f"/forms/{form_id}?done=used"
    bring_in(admin, questionnaire(item("b")), key="mine")
    assert store.look(anna, habits.habits, form_id) == Habits(skip=True, prefill=Prefill.OFF)
    key = store.look(anna, find.listing)[0].key
    taken = admin.send(f"/forms/{form_id}/habits", {"aliases": f"mood, {key}"}, token_in(page))
    assert (
        taken.status_code == 422 and f"“{key}” means another form" in taken.text and f'value="mood {key}"' in taken.text
    )
    assert 'name="skip" checked' in admin.get(f"/forms/{form_id}").text


def test_what_cannot_be_asked_as_written_is_named_and_imported_only_when_accepted(store, admin, anna):
    page = bring_in(admin, PART).text
    assert "The choices of “b” are in elsewhere/set" in page and "The question is left out." in page
    assert bring_in(admin, PART, key="mine").status_code == 422
    assert bring_in(admin, PART, key="mine", accept="1").status_code == 303
    assert store.look(anna, find.by_key, "mine").version == 1
    assert "You already have this form (version 1" in bring_in(admin, PART, key="mine", accept="1").text


def test_choices_that_are_not_in_the_file_are_typed_in_and_the_file_is_read_anew(store, admin, anna):
    must = questionnaire(
        item("a", "choice", answerValueSet="http://elsewhere/set", required=True), item("b", "reference")
    )
    page = bring_in(admin, must).text
    assert "must be answered but has no choices" in page and "Choices that are not in the file" in page
    upload_id = re.search(r"/forms/import/([0-9a-f-]{36})/choices", page)[1]
    typed = {"question": ["a", "b"], "choices": ["Y | Yes\r\nN | No\r\nMaybe so", "  "]}
    for way in ("/choices", ""):  # also when they were typed and the other button was pressed
        kept = admin.send(f"/forms/import/{upload_id}{way}", {**typed, "key": "ours", "accept": "1"}, token_in(page))
    assert 'value="ours"' in admin.get(kept.location).text
    assert "Import what can be asked" in admin.get(kept.location).text  # nobody can look up a record: still a problem
    assert admin.send(kept.location, {"key": "mine", "accept": "1"}, token_in(page)).status_code == 303
    form_id = store.look(anna, find.by_key, "mine").id
    _, made = store.look(anna, find.version, form_id, 1)
    codes = [(one.value["valueCoding"]["code"], one.label) for one in made.items[0].options]
    assert codes == [("Y", "Yes"), ("N", "No"), ("maybe-so", "Maybe so")]
    assert made.source["item"][0]["extension"][0]["valueString"] == "http://elsewhere/set"


def test_a_refused_file_says_why_and_pasted_text_is_as_good_as_a_file(admin):
    assert "This file is a Patient" in bring_in(admin, b'{"resourceType": "Patient"}').text
    token = token_in(admin.get("/forms/import").text)
    assert admin.send("/forms/import", {"text": " "}, token).status_code == 422
    kept = admin.send("/forms/import", {"text": PART.decode()}, token)
    assert "Import what can be asked" in admin.get(kept.location).text


def test_a_form_without_a_title_goes_by_the_name_of_its_file(store, admin, anna):
    token = token_in(admin.get("/forms/import").text)
    given = {"csrf_token": token, "file": (io.BytesIO(questionnaire(item("a"), title=None)), "Sleep_diary.json")}
    kept = admin.client.post("/forms/import", data=given, base_url=BASE, content_type="multipart/form-data").location
    assert "The form has no title of its own: it is called “Sleep diary”." in admin.get(kept).text
    assert admin.send(kept, {"key": ""}, token).status_code == 303
    card = store.look(anna, find.by_key, "sleep-diary")
    assert card.title == "Sleep diary" == store.look(anna, find.version, card.id, 1)[1].title


def test_a_file_waits_a_day_for_whoever_brought_it(store, practice, anna, clock):
    kept = store.run(anna, upload.keep, PART, "a\0\u202eform.json")  # PostgreSQL keeps no NUL
    assert store.look(anna, upload.kept, kept).name == "aform.json"
    with pytest.raises(NotFound):
        store.look(hire(store, practice, "Dora Admin", Role.ADMIN), upload.kept, kept)
    assert store.look(anna, upload.kept, kept).source == PART
    clock.forward(hours=25)
    with pytest.raises(NotFound):
        store.look(anna, upload.kept, kept)


def test_the_next_version_shows_what_it_changes_and_every_version_keeps_its_bytes(store, admin, anna):
    first = questionnaire(item("a"), item("gone"), url="urn:mine", name="mine")
    second = questionnaire(item("a", text="Other words"), item("new"), url="urn:mine", name="another")
    bring_in(admin, first, key="mine")
    page = bring_in(admin, second).text
    assert all(
        said in page for said in ("Different from version 1", "Other words", "Before: a", "Gone", 'value="mine"')
    )
    bring_in(admin, second, key="mine")
    form_id = store.look(anna, find.by_key, "mine").id
    assert admin.get(f"/forms/{form_id}/versions/1.json").data == first
    assert "Other words" in admin.get(f"/forms/{form_id}/difference/2").text
    assert admin.get(f"/forms/{form_id}/difference/1").status_code == 404
    bring_in(admin, questionnaire(item("a", text="Other words", _text=GERMAN), title="Renamed"), key="mine")
    said = admin.get(f"/forms/{form_id}/difference/3").text
    assert "Translated now" in said and "Warum?" in said and "Renamed" in said


def test_a_translated_form_is_read_in_each_of_its_languages(store, admin, anna):
    bring_in(admin, questionnaire(item("a", text="Why?", _text=GERMAN)), key="mine")
    here = f"/forms/{store.look(anna, find.by_key, 'mine').id}/preview"
    assert "Why?" in admin.get(here).text and "Warum?" in admin.get(f"{here}?language=de").text


def test_a_form_out_of_use_is_not_sent_and_is_brought_back(store, admin, anna):
    store.run(anna, library.install)
    form_id = store.look(anna, find.by_key, "phq-9").id
    token = token_in(admin.get(f"/forms/{form_id}").text)
    admin.send(f"/forms/{form_id}/retire", {}, token)
    with pytest.raises(NotFound):
        store.look(anna, find.by_key, "phq-9")
    assert "Out of use" in admin.get("/forms").text
    admin.send(f"/forms/{form_id}/retire", {"again": "1"}, token)
    assert store.look(anna, find.by_key, "phq-9").version == 1


@pytest.mark.s("S47", "S89")
def test_all_answers_to_a_version_are_one_table(store, admin, anna, amara, idris, network):
    for patient, points in ((amara, 1), (idris, 3)):
        answered_by(store, anna, patient, network, "phq-9", lambda form, p=points: chosen(form, [p] * 9))
    form_id = store.look(anna, find.by_key, "phq-9").id
    table = list(csv.reader(io.StringIO(admin.get(f"/forms/{form_id}/answers/1.csv").data.decode("utf-8-sig"))))
    assert [row[1] for row in table[2:]] == [str(amara.id), str(idris.id)]
    assert "?weights=1" in admin.get(f"/forms/{form_id}").text  # points instead of codes, where one asks for them
    points = admin.get(f"/forms/{form_id}/answers/1.csv?weights=1").data.decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(points)))[2][4:13] == ["1"] * 9


def test_every_form_of_the_library_can_be_asked_as_written_and_says_its_terms():
    for key, form in library.ours().items():
        found = library.read((library.OURS / f"{key}.json").read_bytes())
        assert found.result.value == "full" and not found.notes, key
        assert re.fullmatch("[a-z0-9-]+", key) and json.dumps(form.source).count("licence") == 1
