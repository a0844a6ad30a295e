"""Taking in patients at the desk, one by one or from a file; and putting right who they are."""

import io

import pytest

from core.practice.words import Role
from tests.conftest import hire
from tests.staffbot.browser import signed_in, token_in

ADA = {"first_name": "Ada", "last_name": "Testwell", "date_of_birth": "14 March 1985", "mobile": "07700 900123"}


@pytest.fixture
def admin(app, store, practice, clock):
    return signed_in(app, store, hire(store, practice, "Dina Sample", Role.ADMIN), clock)


def bring(browser, text, **fields):
    page = browser.get("/patients/import").text
    return browser.send("/patients/import", {"file": (io.BytesIO(text.encode()), "p.csv"), **fields}, token_in(page))


def test_who_is_new_is_added_and_found(ben_at_work):
    assert "No patients yet." in ben_at_work.get("/patients").text
    assert '"/patients/new?name=Ada' in ben_at_work.get("/patients?q=Ada Testwell").text
    assert 'value="Testwell"' in ben_at_work.get("/patients/new?name=Ada Testwell").text
    added = ben_at_work.post("/patients/new", ADA, on="/patients/new")
    assert "The patient is added." in ben_at_work.get(added.location).text
    assert "Ada Testwell" in ben_at_work.get("/patients?q=test").text
    ben_at_work.post("/patients/new", {"first_name": "Bo", "last_name": "Only"}, on="/patients/new")
    listed = ben_at_work.get("/patients?q=only").text  # on a phone no column says of what there is none
    assert "<td>no mobile</td><td>no email</td>" in listed


def test_what_is_wrong_is_said_beside_all_that_was_typed(ben_at_work):
    refused = ben_at_work.post("/patients/new", {**ADA, "email": "ada@", "status": "lapsed"}, on="/patients/new")
    assert refused.status_code == 422
    assert "“ada@” is no email address." in refused.text and 'name="email"' in refused.text
    assert 'value="07700 900123"' in refused.text and '<option value="lapsed" selected>' in refused.text


def test_a_namesake_is_asked_about(ben_at_work):
    ben_at_work.post("/patients/new", ADA, on="/patients/new")
    asked = ben_at_work.post("/patients/new", {**ADA, "date_of_birth": ""}, on="/patients/new")
    assert asked.status_code == 409 and "Is it the same person?" in asked.text
    another = ben_at_work.post("/patients/new", {**ADA, "date_of_birth": "", "another": "1"}, on="/patients/new")
    assert another.status_code == 303


@pytest.mark.s("S27")
def test_a_card_typed_too_slowly_is_not_lost(ben_at_work, clock):
    token = token_in(ben_at_work.get("/patients/new").text)
    clock.forward(minutes=11)
    waits = ben_at_work.send("/patients/new", ADA, token)
    assert waits.status_code == 403 and "/login/again?to=/patients/new" in waits.text
    assert 'value="14 March 1985"' in waits.text


def test_a_name_and_a_birthday_are_put_right(ben_at_work):
    page = ben_at_work.post("/patients/new", ADA, on="/patients/new").location.partition("/details")[0]
    wrong = ben_at_work.post(f"{page}/who", {**ADA, "date_of_birth": "31/2/1985"}, on=f"{page}/contacts")
    assert "is no date of birth" in wrong.text and 'value="31/2/1985"' in wrong.text
    kept = ben_at_work.post(f"{page}/who", {**ADA, "first_name": "Adah"}, on=f"{page}/contacts")
    assert "Adah Testwell" in ben_at_work.get(kept.location).text


@pytest.mark.s("S27")
def test_a_page_that_was_left_open_undoes_no_colleagues_correction(ben_at_work, admin):
    page = ben_at_work.post("/patients/new", ADA, on="/patients/new").location.partition("/details")[0]
    seen = {"was-mobile": "07700 900123", "was-email": ""}
    admin.post(f"{page}/contacts", {**seen, "mobile": "07700 900124", "email": ""}, on=f"{page}/contacts")
    late = {**seen, "mobile": "07700 900123", "email": "ada@mail.example"}
    told = ben_at_work.post(f"{page}/contacts", late, on=f"{page}/contacts")
    assert told.status_code == 409 and "the mobile number is 07700 900124 now" in told.text
    assert 'value="ada@mail.example"' in told.text and 'name="was-mobile" value="07700 900124"' in told.text


def test_what_was_typed_is_repeated_only_so_far_that_one_knows_it_again(ben_at_work):
    refused = ben_at_work.post("/patients/new", {**ADA, "email": "x" * 900}, on="/patients/new").text
    assert f"“{'x' * 60}…” is no email address." in refused and "x" * 900 in refused


def test_a_file_is_checked_then_taken_and_its_bad_lines_are_named(admin):
    file = "First name,Surname,mobile,Notes\nAda,Testwell,07700 900123,\nBob,,12,\n"
    checked = bring(admin, file, only_check="1")
    assert "Only checked, nothing is kept: 1 new." in checked.text and "No patients yet." in admin.get("/patients").text
    taken = bring(admin, file)
    assert "The file is in: 1 new. 1 line could not be taken" in taken.text
    assert "Nothing was taken from the columns “Notes”." in taken.text
    assert "“12” is no phone number in GB." in taken.text
    assert "1 as they were" in bring(admin, file).text


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "Choose a file first."), ("a,b\n1,2\n", "missing: first_name"), ('first_name,last_name\n"Ada', "")],
)
def test_a_file_that_is_none_is_refused_in_one_sentence(admin, text, said):
    assert said in bring(admin, text).text


def test_a_practitioner_brings_in_no_file(ben_at_work):
    assert ben_at_work.get("/patients/import").status_code == 403
