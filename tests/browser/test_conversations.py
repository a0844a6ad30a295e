"""The list and the messages as people use them: actions on a message, what colleagues see of each other, the switcher."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from core.config import load
from core.messages.tables import UnopenedRow
from core.opening import open_store
from core.practice import doors
from tests.browser.looking import look_at, watched
from tests.browser.people import open_chat_about, sign_in, type_line

# A message and a change of it, so soon after each other that the page has shown neither.
AT_ONCE = """async () => {
  const { live } = await import(document.querySelector('link[href*="/live.js"]').href)
  const { conversation } = document.querySelector(".app").dataset
  const last = (await live.ask("conversation.history", { conversation })).messages.at(-1)
  const detail = { ...last, id: crypto.randomUUID(), seq: last.seq + 1, deleted_at: null, pieces: null, text: "as it was" }
  live.dispatchEvent(new CustomEvent("message.created", { detail }))
  live.dispatchEvent(new CustomEvent("message.updated", { detail: { ...detail, text: "changed before it was shown" } }))
}"""


# Enter comes before the list for what was typed: it leads where that list leads, not the one still shown.
TYPED_AND_ENTERED = """(field, words) => {
  field.value = words
  field.dispatchEvent(new Event("input"))
  field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", cancelable: true }))
}"""


# The browser's own window for choosing files opens at a press of the field, if somebody really pressed something.
CHOOSES_FILES = """() => document.getElementById("file").addEventListener("click", (event) => {
  event.preventDefault()
  window.chooses = navigator.userActivation.isActive
})"""


def act(page, row, name: str) -> None:
    """Choose something from a message's own menu."""
    row.hover()
    row.locator(".act").click()
    page.get_by_role("menuitem", name=name, exact=True).click()


@pytest.mark.browser
@pytest.mark.attack("E12")
@pytest.mark.s("S63")
def test_colleagues_reply_react_edit_and_take_back_and_both_see_it_at_once(demo, desk):
    anna, ben = (desk(role, about="Lena Fictionova") for role in ("practitioner", "admin"))
    complaints, asked = watched(ben), []
    ben.on("request", lambda request: asked.append(request.url))
    markup = """<img src=/planted onerror="document.title='planted'"><script>document.title='planted'</script>"""
    type_line(anna, markup)
    expect(ben.locator(".msg.internal .text", has_text="planted").last).to_have_text(markup)
    assert not complaints and not [one for one in asked if "planted" in one] and "planted" not in ben.title()
    type_line(anna, "@Ben see https://example.org/plan, she comes on Tusday")
    theirs = ben.locator(".msg.internal", has_text="she comes on").first
    expect(theirs.locator(".mention")).to_have_text("@Ben")
    expect(theirs.get_by_role("link", name="https://example.org/plan")).to_have_attribute("rel", "noopener noreferrer")

    act(ben, theirs, "Reply")
    expect(ben.locator("reply-bar")).to_contain_text("Anna Sample: @Ben see")
    ben.keyboard.press("Escape")
    expect(ben.locator("reply-bar")).to_be_hidden()
    expect(ben.locator("#box")).to_be_focused()
    act(ben, theirs, "Reply")
    expect(ben.locator("reply-bar")).to_be_visible()
    type_line(ben, "I will tell her")
    expect(anna.locator(".msg", has_text="I will tell her").locator(".quoted")).to_contain_text("she comes on Tusday")
    act(ben, theirs, "React")
    ben.get_by_role("menuitemcheckbox", name="👍").click()
    mark = anna.get_by_role("button", name="👍 Ben Example")
    expect(mark).to_have_attribute("aria-pressed", "false")
    mark.press("Enter")
    expect(ben.locator(".reaction")).to_have_text("👍 2")
    expect(anna.locator(".reaction[aria-pressed=true]")).to_be_focused()  # another button by now (U100)

    anna.locator("#box").press("ArrowUp")
    editing = anna.get_by_label("Edit message")
    editing.fill(" ")
    anna.keyboard.press("Enter")
    expect(anna.locator(".editing").get_by_role("alert")).to_contain_text("There is no text to send.")
    editing.fill("@Ben she comes on Tuesday")
    act(ben, theirs, "React")
    ben.get_by_role("menuitemcheckbox", name="✅").click()
    expect(anna.locator(".reaction", has_text="✅")).to_be_visible()
    editing.press("Enter")  # what is typed stays, whatever becomes of the message meanwhile
    expect(anna.locator("#polite")).to_contain_text("Changed")
    expect(anna.locator("#box")).to_be_focused()
    expect(ben.locator(".msg", has_text="on Tuesday").locator(".edited")).to_be_visible()
    mine = anna.locator(".msg.internal", has_text="on Tuesday").first
    address = f"{demo.staff}/messages/{mine.get_attribute('data-message')}"
    act(anna, mine, "Delete")
    anna.keyboard.press("Enter")  # twice by mistake: it is kept
    expect(mine).to_contain_text("on Tuesday")
    act(anna, mine, "Delete")
    anna.get_by_role("menuitem", name="Delete for everybody").click()
    expect(ben.locator(".msg", has_text="This message was taken back.")).to_be_visible()
    expect(anna.locator("#polite")).to_contain_text("Deleted")
    type_line(anna, "Wrong window")
    last = ben.locator("conversation-list .conv", has_text="Lena Fictionova").locator(".last")
    expect(last).to_have_text("Wrong window")
    act(anna, anna.locator(".msg.internal", has_text="Wrong window"), "Delete")
    anna.get_by_role("menuitem", name="Delete for everybody").click()
    expect(last).to_have_text("This message was taken back.")

    owner = desk("owner")
    owner.goto(address)
    expect(owner.get_by_role("region", name="What it said before")).to_contain_text("she comes on Tusday")
    ben.evaluate(AT_ONCE)
    expect(ben.locator(".msg .text").last).to_have_text("changed before it was shown")
    ben.goto(address)
    expect(ben.get_by_role("region", name="What it said before")).to_contain_text("she comes on Tusday")
    anna.goto(address)
    expect(anna.get_by_role("region", name="What it said before")).to_have_count(0)


@pytest.mark.browser
def test_unread_pins_and_mutes_agree_in_every_tab(demo, desk):
    page = desk("owner")
    other = desk("owner")
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
            "aria-label", re.compile("virtual-admin, group, 1 unread, Internal, ")
        )
    page.keyboard.press("Alt+m")
    page.keyboard.press("ArrowUp")  # always: the last of the menu
    page.keyboard.press("Enter")
    page.locator("#box").focus()
    page.keyboard.press("Alt+p")
    for one in everywhere:
        expect(one.locator(row.format("Pinned") + "[data-muted] .count")).to_be_visible()
    page.keyboard.press("Escape")  # from the box: all is read
    for one in everywhere:
        expect(one.locator(row.format("Pinned")).locator(".count")).to_be_hidden()


@pytest.mark.browser
def test_who_types_and_who_answers_a_patient_is_seen_before_two_do(desk):
    anna, ben = (desk(role, about="Tomas Mockley") for role in ("practitioner", "admin"))
    anna.get_by_role("group", name="Write as").get_by_role("button", name="SMS").click()
    anna.get_by_role("button", name="Direct Message").click()
    anna.keyboard.type("Your", delay=20)
    expect(anna.locator("#box")).to_have_text("/dm Your")
    expect(anna.get_by_role("button", name="Direct Message")).to_have_attribute("aria-pressed", "true")
    expect(ben.locator("#typing")).to_have_text("Anna Sample is answering this patient")
    expect(ben.locator("#typing")).to_have_text("")  # she stopped
    anna.get_by_label("What colleagues see of you").click()
    anna.get_by_label("Show when I am typing").uncheck()
    expect(anna.get_by_label("Show when I am typing")).to_be_enabled()  # kept
    with anna.expect_event("websocket", timeout=20_000):
        anna.reload()
    expect(anna.get_by_label("Show when I am typing")).not_to_be_checked()


@pytest.mark.browser
def test_anyone_is_a_few_keys_away(desk):
    page = desk("owner")
    complaints = watched(page)
    page.keyboard.press("Control+k")
    page.keyboard.type("wei ma")
    expect(page.get_by_role("option", name="Wei Madeupson")).to_have_attribute("aria-selected", "true")
    look_at(page)
    page.locator("#go-q").evaluate(TYPED_AND_ENTERED, "tes am")
    expect(page.get_by_role("heading", level=1)).to_have_text("Amara Testwell")
    expect(page.locator("#box[data-ready]")).to_be_visible()  # it listens
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
    page.set_viewport_size({"width": 1280, "height": 844})
    page.keyboard.press("Escape")
    page.locator(".msg").last.focus()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator(".msg").last.focus()
    page.keyboard.press("PageUp")
    expect(page.locator(".msg").last).not_to_be_focused()
    expect(page.locator(".msg:focus")).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(page.locator("#box")).to_be_focused()
    for place in ("About Amara Testwell", "Conversations", "Messages, Amara Testwell"):
        page.keyboard.press("F6")
        region = page.get_by_label(place, exact=True)
        expect(region.and_(page.locator(":focus, :has(:focus)"))).to_be_visible()
    page.keyboard.press("F6")
    expect(page.locator("#box")).to_be_focused()
    page.evaluate(CHOOSES_FILES)
    page.keyboard.press("Control+Shift+U")
    page.wait_for_function("() => window.chooses")
    page.keyboard.press("Alt+n")
    expect(page.get_by_role("region", name="Notifications")).to_be_visible()
    assert complaints == []


@pytest.mark.browser
def test_a_long_press_opens_the_menu_of_a_message_and_who_wants_none_has_no_keys(demo, screens):
    page = sign_in(screens(has_touch=True), demo, demo.user("assistant"))
    open_chat_about(page, demo, demo.patient("Amara Testwell"))
    message = page.locator(".msg").last
    press = """row => row.dispatchEvent(new PointerEvent("contextmenu", { pointerType: "touch", bubbles: true, cancelable: true }))"""
    message.evaluate(press)
    expect(page.get_by_role("menu")).to_be_visible()
    page.goto(demo.staff + "/settings")
    page.get_by_label("Use the chat’s own keys").uncheck()
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Your settings are kept")
    open_chat_about(page, demo, demo.patient("Amara Testwell"))
    page.keyboard.press("Control+k")
    message.focus()
    page.keyboard.press("?")
    page.keyboard.press("r")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("reply-bar")).to_be_hidden()
    page.keyboard.press("ArrowUp")  # going from message to message is no shortcut
    expect(message).not_to_be_focused()


@pytest.mark.browser
def test_a_request_is_taken_by_one_of_two_passed_on_and_done_and_every_tab_says_so(demo, desk):
    anna, ben = (desk(role, about="Tara Blankley") for role in ("practitioner", "admin"))
    type_line(anna, "/assign @everyone ring the lab about it due in 3 days")
    asked, seen = (page.locator(".msg.internal", has_text="ring the lab about it").last for page in (anna, ben))
    for row in (asked, seen):
        expect(row.locator("task-line")).to_contain_text("Asked of everyone")
        expect(row.locator("task-line")).to_contain_text("due")
    ben.goto(f"{demo.staff}/work?whose=groups")
    mine = ben.get_by_role("article", name=re.compile("ring the lab about it"))
    expect(mine).to_contain_text("Anna Sample asked")
    look_at(ben)
    ben.set_viewport_size({"width": 1280, "height": 844})
    type_line(anna, "/assgin ring the lab")
    expect(anna.locator("#problem")).to_contain_text("Did you mean /assign?")
    asked.get_by_role("button", name="Take").click()
    expect(asked.locator("task-line")).to_contain_text("Taken by Anna Sample")
    expect(anna.locator("#problem")).to_be_hidden()
    anna.locator("#box").press("Tab")  # what is no longer offered is no longer a key away
    expect(anna.locator("#box")).to_have_text("/assgin ring the lab")
    anna.locator("#box").fill("")
    expect(mine).to_contain_text("Taken by Anna Sample")  # the page is live
    expect(mine.get_by_role("button", name="Take")).to_be_hidden()
    mine.locator("[data-step=take]").evaluate("form => form.submit()")  # from a page that is not: no script, no network
    expect(ben.get_by_role("alert")).to_contain_text("Anna Sample took this a moment ago.")
    type_line(anna, "/assign @everyone water the plants")
    other = ben.get_by_role("article", name=re.compile("water the plants"))
    expect(other.get_by_role("button", name="Take")).to_be_visible()
    other.hover()  # while a pointer is on it, it stays to be read
    anna.locator(".msg.internal", has_text="water the plants").last.get_by_role("button", name="Done").click()
    expect(other).to_contain_text("Done by Anna Sample")
    expect(other.get_by_role("button")).to_have_count(0)
    ben.mouse.move(0, 0)
    expect(other).to_have_count(0)
    look_at(ben)
    ben.set_viewport_size({"width": 1280, "height": 844})

    open_chat_about(ben, demo, demo.patient("Tara Blankley"))
    expect(seen.locator("task-line").get_by_role("button", name="Done")).to_be_hidden()
    asked.get_by_role("button", name="Pass on …").click()
    anna.get_by_role("menuitem", name="Ben Example").click()
    expect(seen.locator("task-line")).to_contain_text("Asked of Ben Example")
    look_at(ben)
    ben.locator("notice-bell button").click()
    notice = ben.locator("#notices article", has_text="ring the lab about it")
    notice.get_by_role("button", name="Done", exact=True).click()
    notice.get_by_role("button", name="Undo").click()
    expect(notice.get_by_role("button", name="Hand over to …")).to_be_visible()
    look_at(ben)
    ben.keyboard.press("Escape")
    expect(ben.locator("notice-bell button")).to_have_attribute("aria-expanded", "false")
    seen.get_by_role("button", name="Done").click()
    for row in (asked, seen):
        expect(row.locator("task-line")).to_contain_text("Done by Ben Example")
    anna.locator("notice-bell button").click()
    expect(anna.locator("#notices article", has_text="Done: ring the lab about it")).to_contain_text("Ben Example")


@pytest.mark.browser
def test_a_cover_hears_for_who_is_away_and_what_nobody_opens_is_on_top_of_every_list_until_somebody_does(demo, desk):
    ben, olive = (desk(role) for role in ("admin", "owner"))
    anna = desk("practitioner", about="Tomas Mockley")  # elsewhere: where one looks on, it is opened
    patient = demo.patient("Lena Fictionova")
    ben.goto(demo.staff + "/settings")
    today = date.fromisoformat(ben.evaluate("new Date().toISOString()")[:10])
    ben.get_by_label("Away from").fill(str(today - timedelta(days=1)))
    ben.get_by_label("Back on").fill(str(today + timedelta(days=7)))
    ben.get_by_label("Who covers").select_option("Anna Sample")
    ben.get_by_role("button", name="Set away").click()
    expect(ben.get_by_role("button", name="I am back")).to_be_visible()
    open_chat_about(olive, demo, patient)
    type_line(olive, "/assign @Ben order the blue folder")
    expect(olive.locator("#done")).to_contain_text(re.compile(r"Ben is away until .*; Anna covers"))
    anna.locator("notice-bell button").click()
    expect(anna.locator("#notices article", has_text="order the blue folder")).to_be_visible()
    anna.keyboard.press("Escape")
    ben.get_by_role("button", name="I am back").click()
    expect(ben.get_by_role("button", name="I am back")).to_have_count(0)

    olive.goto(f"{demo.staff}/sandbox/?who={patient['id']}")
    olive.get_by_label("Answer as Lena Fictionova").fill("Is anybody there?")
    olive.get_by_role("button", name="Send as Lena Fictionova").click()
    row = anna.locator("[data-section='Nobody has opened'] .conv[data-title='Lena Fictionova']")
    expect(anna.locator(".conv[data-title='Lena Fictionova']")).to_contain_text("Is anybody there?")
    expect(row).to_have_count(0)
    let_hours_pass(demo)
    expect(row).to_be_visible()
    expect(row.get_by_role("link")).to_have_attribute("aria-label", re.compile("nobody has opened it"))
    open_chat_about(olive, demo, patient)
    expect(row).to_have_count(0)


def let_hours_pass(demo) -> None:
    """What came from patients is due to have been opened now."""
    store = open_store(load(demo.folder, demo=True))
    who = store.door(doors.sign_in, demo.user("owner")["email"]).who
    here = UnopenedRow.practice_id == who.practice_id
    store.run(who, lambda unit: unit.db.execute(update(UnopenedRow).where(here).values(due_at=unit.now)))
    store.close()
