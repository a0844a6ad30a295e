"""Administration as one place, and what patients read about the practice."""

import re

import pytest

from core.delivery.billing import purchase
from core.practice import find
from core.practice.describing import in_emergency
from core.practice.words import Role
from tests.conftest import hire
from tests.staffbot.browser import signed_in, token_in

ABOUT = {
    "name": "Elm & Oak",
    "phone": "01632 960077",
    "urgent": "In an emergency ring 112.",
    "urgent_de": "Im Notfall 112.",
}


@pytest.fixture
def admin(app, store, practice, clock):
    return signed_in(app, store, hire(store, practice, "Dina Sample", Role.ADMIN), clock)


def test_every_place_of_administration_is_named_with_what_is_done_there(admin, ben_at_work):
    page = admin.get("/admin/").text.partition("<main")[2]
    places = re.findall(r'<dt><a href="([^"]+)">[^<]+</a></dt><dd>[^<]{20,}</dd>', page)
    assert len(places) >= 10 and all(admin.get(place).status_code in (200, 303) for place in places)
    assert ben_at_work.get("/admin/").status_code == 403 and "/admin/" not in ben_at_work.get("/patients").text


def test_patients_read_what_an_admin_wrote(admin, store, anna):
    kept = admin.post("/admin/hours/about", ABOUT, on="/admin/hours")
    assert "Patients read it from now on" in admin.get(kept.location).text
    card = store.look(anna, find.card)
    assert {name: getattr(card, name) for name in ABOUT} == ABOUT


@pytest.mark.parametrize(
    ("country", "number"), [("GB", "999"), ("DE", "112"), ("US", "911"), ("AU", "000"), ("BR", "an ambulance")]
)
def test_a_new_practice_names_the_emergency_number_of_its_country(country, number):
    assert in_emergency(country).endswith(f"call {number}.")


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("name", " ", "needs a name"),
        ("phone", "ring us", "is no number"),
        ("phone", "1" * 41, "too long"),
        ("urgent", "", "Say what to do"),
        ("urgent", "a\u202eb", "nobody can see"),
        ("urgent_de", "x" * 201, "too long in German"),
    ],
)
def test_what_patients_could_not_use_is_refused_and_kept_in_the_form(admin, field, typed, said):
    refused = admin.post("/admin/hours/about", {**ABOUT, field: typed}, on="/admin/hours")
    assert refused.status_code == 422 and said in refused.text
    assert (ABOUT["phone"] if field != "phone" else "Elm &amp; Oak") in refused.text


def test_hours_that_nobody_could_read_are_said_in_their_form_and_what_was_chosen_stays(admin):
    refused = admin.post("/admin/hours", {"hours": "sometimes", "within": "30", "answer": "5"}, on="/admin/hours")
    about, _, form = refused.text.partition('id="open"')
    assert refused.status_code == 422 and "Say on which days" in form and "Say on which days" not in about
    assert 'value="sometimes" autofocus aria-invalid="true" aria-describedby="wrong"' in form
    assert 'name="within" value="30" checked' in form and '<option value="5" selected' in form


def test_days_that_cannot_be_are_said_beside_the_lists_and_stay_chosen(admin):
    refused = admin.post("/admin/lock/chase", {"remind": "5", "call": "3"}, on="/admin/lock")
    assert refused.status_code == 422 and "choose more days for the call" in refused.text
    assert '<option value="5" selected>' in refused.text


def test_a_practice_that_leaves_its_name_out_of_emails_sees_what_is_shown_then(admin):
    assert '<p class="words">Elm Clinic has sent you a secure message</p>' in admin.get("/admin/lock").text
    kept = admin.post("/admin/lock/letters", {"on": "0"}, on="/admin/lock")
    assert kept.headers["Location"] == "/admin/lock?done=letters"
    page = admin.get("/admin/lock?done=letters").text
    assert "It counts from the next email on." in page and '<p class="words">You have a secure message</p>' in page
    assert "Show our name" in page


def test_a_form_without_a_title_and_a_logo_that_is_none_are_refused_in_place(admin):
    untitled = admin.post("/forms/build", {"title": " "}, on="/forms")
    assert (
        untitled.status_code == 422
        and "A form needs a title." in untitled.text
        and "Make one yourself" in untitled.text
    )
    assert "Choose a picture first" in admin.post("/admin/lock/logo", {}, on="/admin/lock").text


def test_an_order_is_made_once_however_often_the_button_is_pressed(admin, store, anna, clock):
    for _ in range(2):
        admin.post("/credits/buy", {"credits": "500"}, on="/credits")
    assert len(store.look(anna, purchase.unpaid)) == 1
    clock.forward(minutes=2)
    admin.post("/credits/buy", {"credits": "500"}, on="/credits")
    assert len(store.look(anna, purchase.unpaid)) == 2


def test_words_sent_from_a_page_that_was_too_old_are_given_back_to_whoever_typed_them(admin, clock):
    token = token_in(admin.get("/templates").text)
    words = {
        "name": "parking",
        "text": "The front car park is closed <today>.",
        "password": "horse battery staple no. 1",
    }
    clock.forward(minutes=31)
    late = admin.send("/templates/keep", words, token, **{"Sec-Fetch-Site": "same-origin"})
    assert late.status_code in (401, 403) and "car park is closed &lt;today&gt;." in late.text
    assert "horse battery" not in late.text
    assert "car park" not in admin.send("/templates/keep", words, token, **{"Sec-Fetch-Site": "cross-site"}).text


@pytest.mark.s("S47")
def test_where_patients_are_told_to_ring_is_changed_only_with_proof(admin, clock):
    token = token_in(admin.get("/admin/hours").text)
    clock.forward(minutes=11)
    waits = admin.send("/admin/hours/about", ABOUT, token)
    assert waits.status_code == 403 and "/login/again?to=/admin/hours" in waits.text and "01632 960077" in waits.text
