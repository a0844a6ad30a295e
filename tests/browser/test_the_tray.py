"""A text from a phone that nobody has: it waits, is counted, and a person says whose it is."""

import pytest
from playwright.sync_api import expect

from tests.browser.looking import look_at, watched


@pytest.mark.browser
def test_a_strangers_text_is_linked_to_a_patient_by_a_person(demo, desk):
    page = desk("owner")
    complaints = watched(page)
    page.goto(demo.staff + "/sandbox/")
    page.get_by_text("Text from another phone").click()
    page.get_by_label("Its number").fill("07700 900888")
    page.get_by_label("What it says").fill("Is the rear gate open on Friday?")
    page.get_by_role("button", name="Text the practice").click()
    page.goto(demo.staff + "/")
    page.get_by_role("link", name="Whose is this?").click()
    card = page.get_by_role("article").filter(has_text="Is the rear gate open on Friday?")
    expect(card).to_contain_text("No patient has this number")
    look_at(page)
    page.set_viewport_size({"width": 1280, "height": 844})
    card.get_by_label("Find the patient").fill("okaf ada")
    card.get_by_role("button", name="Find").click()
    card.get_by_role("button", name="Ada Okafor").click()
    expect(page.get_by_role("heading", name="Ada Okafor", level=1)).to_be_visible()
    expect(page.locator(".msg").last).to_contain_text("Is the rear gate open on Friday?")
    expect(page.get_by_role("link", name="Patients", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Whose is this?")).to_be_hidden()  # nothing waits
    assert complaints == []


@pytest.mark.browser
def test_stop_from_the_pretend_phone_shows_on_the_patient_and_before_sending(demo, desk):
    page = desk("owner")
    patient = demo.patient("Ada Okafor")
    page.goto(f"{demo.staff}/sandbox/?who={patient['id']}")
    page.get_by_label("Answer as Ada Okafor").fill("Stop!")
    page.get_by_role("button", name="Send as Ada Okafor").click()
    page.goto(f"{demo.staff}/patients/{patient['id']}")
    expect(page.get_by_text("Texted STOP on").first).to_be_visible()
    look_at(page)
    page.get_by_text("Change what may be sent").click()
    look_at(page)
    page.get_by_label("Why it may be used again").fill("She rang and asked for texts")
    page.get_by_role("button", name="Allow again").click()
    expect(page.get_by_text("Texted STOP on")).to_have_count(0)


@pytest.mark.browser
def test_the_number_of_a_linked_text_is_put_on_a_card_only_when_a_person_saves_it(demo, desk):
    page = desk("owner")
    patient = demo.patient("Ada Okafor")
    page.goto(demo.staff + "/sandbox/")
    page.get_by_text("Text from another phone").click()
    page.get_by_label("Its number").fill("07700 900889")
    page.get_by_label("What it says").fill("This is my new phone")
    page.get_by_role("button", name="Text the practice").click()
    page.goto(demo.staff + "/unmatched")
    card = page.get_by_role("article").filter(has_text="This is my new phone")
    card.get_by_label("Find the patient").fill("okaf ada")
    card.get_by_role("button", name="Find").click()
    card.get_by_label("Then put this number on their card").check()
    card.get_by_role("button", name="Ada Okafor").click()
    expect(page.get_by_label("Mobile number")).to_have_value("07700 900889")
    expect(page.get_by_text("It counts only once you save it.")).to_be_visible()
    look_at(page)
    page.goto(f"{demo.staff}/patients/{patient['id']}/contacts")
    expect(page.get_by_label("Mobile number")).not_to_have_value("07700 900889")
