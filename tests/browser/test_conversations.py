"""The list and the messages as people use them: actions on a message, what colleagues see of each other, the switcher."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.people import open_chat_about, sign_in, type_line
from tests.browser.test_pages import look_at, watched


def act(page, row, name: str) -> None:
    """Choose something from a message's own menu."""
    row.hover()
    row.locator(".act").click()
    page.get_by_role("menuitem", name=name, exact=True).click()


@pytest.mark.browser
def test_colleagues_reply_react_edit_and_take_back_and_both_see_it_at_once(demo, screens):
    anna = sign_in(screens(), demo, demo.user("practitioner"))
    ben = sign_in(screens(), demo, demo.user("admin"))
    patient = demo.patient("Lena Fictionova")
    for page in (anna, ben):
        open_chat_about(page, demo, patient)
    type_line(anna, "@Ben see https://example.org/plan, she comes on Tusday")
    theirs = ben.locator(".msg.internal", has_text="she comes on").first
    expect(theirs.locator(".mention")).to_have_text("@Ben")
    expect(theirs.get_by_role("link", name="https://example.org/plan")).to_have_attribute("rel", "noopener noreferrer")

    act(ben, theirs, "Reply")
    expect(ben.locator("reply-bar")).to_contain_text("Anna Sample: @Ben see")
    type_line(ben, "I will tell her")
    expect(anna.locator(".msg", has_text="I will tell her").locator(".quoted")).to_contain_text("she comes on Tusday")
    act(ben, theirs, "React")
    ben.get_by_role("menuitemcheckbox", name="👍").click()
    mark = anna.get_by_role("button", name="👍 Ben Example")
    expect(mark).to_have_attribute("aria-pressed", "false")
    mark.click()
    expect(ben.locator(".reaction")).to_have_text("👍 2")

    anna.locator("#box").press("ArrowUp")
    anna.get_by_label("Edit message").fill("@Ben she comes on Tuesday")
    anna.keyboard.press("Enter")
    expect(ben.locator(".msg", has_text="on Tuesday").locator(".edited")).to_be_visible()
    mine = anna.locator(".msg.internal", has_text="on Tuesday").first
    address = f"{demo.staff}/messages/{mine.get_attribute('data-message')}"
    act(anna, mine, "Delete")
    expect(ben.get_by_text("This message was taken back.").last).to_be_visible()

    owner = sign_in(screens(), demo, demo.user("owner"))
    owner.goto(address)
    expect(owner.get_by_role("region", name="What it said before")).to_contain_text("she comes on Tusday")
    ben.goto(address)
    expect(ben.get_by_role("region", name="What it said before")).to_contain_text("she comes on Tusday")
    anna.goto(address)
    expect(anna.get_by_role("region", name="What it said before")).to_have_count(0)


@pytest.mark.browser
def test_unread_pins_and_mutes_agree_in_every_tab(demo, screens):
    page = sign_in(screens(), demo, demo.user("owner"))
    other = page.context.new_page()
    other.goto(demo.staff)
    row = "[data-section='{}'] .conv[data-title='virtual-admin']"
    everywhere = (page, other)

    def choose(item: str) -> None:
        page.get_by_role("button", name="Options for virtual-admin").focus()
        page.keyboard.press("Enter")
        page.get_by_role("menuitem", name=item).click()
        page.locator("#box").focus()
        page.mouse.move(640, 300)

    page.get_by_label("New conversation").click()
    page.get_by_role("button", name="virtual-admin", exact=True).click()
    expect(page).to_have_title(re.compile("virtual-admin"))
    type_line(page, "Something to come back to")
    choose("Mark as unread")
    for one in everywhere:
        expect(one.locator(row.format("Unread")).locator(".count")).to_have_text("1")
        expect(one.locator(row.format("Unread")).get_by_role("link")).to_have_attribute(
            "aria-label", re.compile("virtual-admin, group, 1 unread")
        )
    choose("Mute always")
    choose("Pin to the top")
    for one in everywhere:
        expect(one.locator(row.format("Pinned") + "[data-muted] .count")).to_be_visible()


@pytest.mark.browser
def test_who_types_and_who_answers_a_patient_is_seen_before_two_do(demo, screens):
    anna = sign_in(screens(), demo, demo.user("practitioner"))
    ben = sign_in(screens(), demo, demo.user("admin"))
    patient = demo.patient("Tomas Mockley")
    for page in (anna, ben):
        open_chat_about(page, demo, patient)
    anna.locator("#box").press_sequentially("/dm Your", delay=20)
    expect(ben.locator("#typing")).to_have_text("Anna Sample is answering this patient")
    expect(ben.locator("#typing")).to_have_text("")  # she stopped
    anna.get_by_label("What colleagues see of you").click()
    anna.get_by_label("Show when I am typing").uncheck()
    expect(anna.get_by_label("Show when I am typing")).to_be_enabled()  # kept
    with anna.expect_event("websocket", timeout=20_000):
        anna.reload()
    expect(anna.get_by_label("Show when I am typing")).not_to_be_checked()


@pytest.mark.browser
def test_anyone_is_a_few_keys_away(demo, screens):
    page = sign_in(screens(), demo, demo.user("owner"))
    complaints = watched(page)
    page.keyboard.press("Control+k")
    page.keyboard.type("tes am")
    expect(page.get_by_role("option", name="Amara Testwell")).to_have_attribute("aria-selected", "true")
    look_at(page)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Amara Testwell")
    page.locator(".msg").last.focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.get_by_role("menu")).to_be_visible()
    look_at(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("menu")).to_have_count(0)
    page.keyboard.press("Control+/")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    look_at(page)
    assert complaints == []


@pytest.mark.browser
def test_a_request_is_taken_by_one_of_two_passed_on_and_done_and_every_tab_says_so(demo, screens):
    anna = sign_in(screens(), demo, demo.user("practitioner"))
    ben = sign_in(screens(), demo, demo.user("admin"))
    patient = demo.patient("Tara Blankley")
    for page in (anna, ben):
        open_chat_about(page, demo, patient)
    type_line(anna, "/assign @everyone ring the lab about it due in 3 days")
    asked, seen = (page.locator(".msg.internal", has_text="ring the lab about it").last for page in (anna, ben))
    for row in (asked, seen):
        expect(row.locator("task-line")).to_contain_text("Asked of everyone")
        expect(row.locator("task-line")).to_contain_text("due")
    ben.goto(f"{demo.staff}/work?whose=groups")
    mine = ben.get_by_role("article", name=re.compile("ring the lab about it"))
    expect(mine).to_contain_text("Anna Sample asked")
    asked.get_by_role("button", name="Take").click()
    expect(asked.locator("task-line")).to_contain_text("Taken by Anna Sample")
    mine.get_by_role("button", name="Take").click()  # as the page still shows it
    expect(ben.get_by_role("alert")).to_contain_text("Anna Sample took this a moment ago.")
    look_at(ben)

    open_chat_about(ben, demo, patient)
    expect(seen.locator("task-line").get_by_role("button", name="Done")).to_be_hidden()
    asked.get_by_role("button", name="Pass on …").click()
    anna.get_by_role("menuitem", name="Ben Example").click()
    expect(seen.locator("task-line")).to_contain_text("Asked of Ben Example")
    look_at(ben)
    ben.locator("notice-bell button").click()
    notice = ben.locator("#notices article", has_text="ring the lab about it")
    notice.get_by_role("button", name="Done", exact=True).click()
    notice.get_by_role("button", name="Undo").click()
    expect(notice.get_by_role("button", name="Hand over …")).to_be_visible()
    look_at(ben)
    ben.keyboard.press("Escape")
    seen.get_by_role("button", name="Done").click()
    for row in (asked, seen):
        expect(row.locator("task-line")).to_contain_text("Done by Ben Example")
