"""A text that costs what it says while it is typed, waits for its time, changes its mind; and one's own settings."""

import pytest
from playwright.sync_api import expect

from tests.browser.looking import look_at, watched
from tests.browser.people import confirm, open_chat_about, type_line


@pytest.mark.browser
def test_a_text_is_metered_planned_changed_and_called_off(demo, desk):
    page = desk("owner")
    complaints = watched(page)
    open_chat_about(page, demo, demo.patient("George Proxyman"))
    page.locator("#box").click()
    page.keyboard.type("/sms " + "a" * 70 + "’")
    meter = page.locator("segment-meter")
    expect(meter).to_contain_text("2 texts · 2 credits")
    meter.get_by_role("button").click()
    expect(meter).to_contain_text("1 text · 1 credit")
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("/sms @Amara Testwell " + "a" * 155)
    expect(meter).to_contain_text("5 left")  # a name written out is none of the text
    type_line(page, "/sms tomorrow 9am Please bring your list")
    expect(page.locator("draft-card")).to_contain_text("The text begins with a time")
    look_at(page)
    page.set_viewport_size({"width": 1280, "height": 844})
    page.locator("draft-card [value=later]").check()
    expect(page.locator("draft-card .received")).to_have_text("Please bring your list")
    expect(page.locator("draft-card .check-go")).to_contain_text("Goes ")
    confirm(page)
    planned = page.locator("[data-beside=planned]")
    expect(planned).to_contain_text("SMS")
    page = page.context.new_page()
    complaints_there = watched(page)
    page.goto(demo.staff + "/scheduled")
    card = page.get_by_role("article").filter(has_text="Please bring your list")
    expect(card).to_contain_text("1 credit held")
    card.get_by_text("Change or call off").click()
    look_at(page)
    card.get_by_label("Text").fill("Please bring your list and your letter")
    card.get_by_role("button", name="Keep changes").click()
    card = page.get_by_role("article").filter(has_text="and your letter")
    expect(card).to_be_visible()
    card.get_by_text("Change or call off").click()
    card.get_by_role("button", name="Call it off").click()
    expect(page.get_by_text("Please bring your list")).to_have_count(0)
    expect(planned).to_be_hidden()  # beside the conversation, in the tab where nothing was pressed
    assert complaints + complaints_there == []


@pytest.mark.browser
def test_each_person_sets_how_long_they_can_undo_and_when_they_are_written_to(demo, desk):
    page = desk("practitioner")
    page.goto(demo.staff + "/patients")
    page.locator(".own summary").click()
    page.get_by_role("link", name="Your settings").click()
    page.get_by_label("20 seconds").check()
    page.get_by_label("Never").check()
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_role("status")).to_contain_text("Your settings are kept")
    page.reload()
    expect(page.get_by_label("20 seconds")).to_be_checked()
    expect(page.get_by_label("Never")).to_be_checked()
    page.get_by_label("10 seconds").check()
    with page.expect_navigation():  # or it goes on with the next test before it is kept
        page.get_by_role("button", name="Keep").click()
