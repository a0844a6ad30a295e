"""The message box as people use it: names, drafts, mistakes, files, and the card before anything leaves (U33-U52)."""

import re

import pytest
from playwright.sync_api import expect

from core.practice.preferences import UNDO
from tests.browser.looking import look_at, violations
from tests.browser.people import confirm, hears, let_undo, open_chat_about, sign_in, type_line, wait_until

pytestmark = pytest.mark.browser

# Something happens in the conversation, and what stands beside it was asked for, while the focus is on this link there.
NEWS_UNDER_THE_FOCUS = """async (link) => {
  const place = performance.getEntriesByType("resource").find(({ name }) => name.includes("/js/")).name.replace(/[^/]*$/, "")
  const { live } = await import(`${place}live.js`)
  await import(`${place}about.js`) // which hears of it, and comes when the page rests
  link.dataset.old = ""
  link.focus()
  const { ask } = live
  const renewed = new Promise((done) => {
    live.ask = (...asked) => {
      const found = ask.apply(live, asked)
      if (asked[0] === "conversation.beside") { live.ask = ask; found.finally(() => setTimeout(done)) }
      return found
    }
  })
  const { conversation } = document.querySelector(".app").dataset
  live.dispatchEvent(new CustomEvent("message.updated", { detail: { conversation } }))
  await renewed
}"""


@pytest.fixture(scope="module")
def unhurried(demo):
    """Anna, who has the longest time to undo."""
    let_undo(demo, demo.user("practitioner"), max(UNDO))
    yield
    let_undo(demo, demo.user("practitioner"), 10)


@pytest.fixture
def anna(desk, unhurried):
    page = desk("practitioner", about="Wei Madeupson")
    clear(page)
    return page


UNDOES_AT_ONCE = """new MutationObserver((_, seen) => {
  const undo = document.querySelector(".undo:not([hidden]) button")
  if (undo) { seen.disconnect(); undo.click() }
}).observe(document, { subtree: true, childList: true, attributes: true })"""  # before the page is connected


# Enter so often, and then more words, before the page has heard of anything.
BEFORE_ANY_ANSWER = """(box, [times, more]) => {
  for (let n = 0; n < times; n += 1) box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }))
  if (more) document.execCommand("insertText", false, more)
}"""
TYPED_ON = """(send) => {
  send.dispatchEvent(new KeyboardEvent("keydown", { key: "s", bubbles: true, cancelable: true }))
  send.click()
}"""
# What is asked while the answer to a line takes as long as words rest until they are kept: timers of the same length end
# in the order in which they began.
SLOWLY = """async (box) => {
  const { live } = await import(document.querySelector('link[href*="/live.js"]').href)
  const [asked, { ask }] = [[], live]
  let rested
  live.ask = async (op, fields) => {
    asked.push(op)
    const found = await ask.call(live, op, fields)
    if (op === "message.send") await rested
    return found
  }
  document.execCommand("insertText", false, "Slowly")
  rested = new Promise((done) => setTimeout(done, 400))
  box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }))
  await rested
  live.ask = ask
  return asked
}"""


def box(page):
    return page.locator("#box")


def choose(page, typed: str, name: str) -> None:
    """Type, and take a suggestion with Tab."""
    page.keyboard.type(typed)
    expect(page.get_by_role("option", name=name).first).to_be_visible()
    listed(page)
    page.keyboard.press("Tab")


def listed(page) -> None:
    """Wait until what is suggested is for all that was typed: a key takes nothing that was for less."""
    expect(page.locator("#options:not([aria-busy])")).to_be_attached()


def clear(page) -> None:
    box(page).click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    expect(box(page)).to_have_text("")


def test_a_person_once_chosen_is_one_piece_and_backspace_takes_it_whole(anna):
    box(anna).click()
    choose(anna, "/sms @tes am", "Amara Testwell")
    expect(box(anna).locator(".mention")).to_have_text("@Amara Testwell")
    expect(anna.locator("#to")).to_contain_text("SMS to Amara Testwell – you check it")
    anna.keyboard.press("Backspace")  # the space after it
    anna.keyboard.press("Backspace")
    expect(box(anna).locator(".mention")).to_have_count(0)
    expect(box(anna)).to_have_text("/sms ")
    clear(anna)


def test_enter_runs_a_command_that_is_whole_and_goes_on_with_one_that_wants_more(anna):
    box(anna).click()
    anna.keyboard.type("/dm")
    listed(anna)
    anna.keyboard.press("Enter")
    expect(box(anna)).to_have_text("/dm ")
    clear(anna)
    anna.keyboard.type("/credits")
    listed(anna)
    anna.keyboard.press("Enter")
    expect(anna.locator("#done")).to_contain_text("SMS credits are left")
    anna.locator("#done").get_by_role("button", name="Close").click()
    expect(box(anna)).to_have_text("")


def test_what_is_typed_is_on_the_other_device_and_stays_in_its_conversation(anna, demo, screens):
    other = sign_in(screens(), demo, demo.user("practitioner"))
    open_chat_about(other, demo, demo.patient("Wei Madeupson"))
    box(anna).click()
    anna.keyboard.type("Half a thou")
    expect(box(other)).to_have_text("Half a thou")
    anna.reload()
    expect(box(anna)).to_have_text("Half a thou")
    box(anna).fill("long " * 2_500)  # longer than a draft may be
    expect(anna.locator("#unkept")).to_be_visible()
    assert not anna.evaluate(
        "dispatchEvent(new Event('beforeunload', { cancelable: true }))"
    )  # asked before it is lost
    box(anna).fill("Half a thou")
    expect(anna.locator("#unkept")).to_be_hidden()
    box(anna).fill("é" * 9_000)  # fewer letters, of two bytes each, that fill a frame
    expect(anna.locator("#unkept")).to_be_visible()
    box(anna).fill("Half a thou")
    expect(anna.locator("#unkept")).to_be_hidden()
    assert anna.evaluate("dispatchEvent(new Event('beforeunload', { cancelable: true }))")
    open_chat_about(anna, demo, demo.patient("Grace Exampleton"))
    expect(box(anna)).to_have_text("")
    expect(anna.locator('.conv[data-title="Wei Madeupson"] .typed')).to_be_visible()
    open_chat_about(anna, demo, demo.patient("Wei Madeupson"))
    expect(anna.locator("#box[data-ready]")).to_be_visible()
    anna.keyboard.type("ght")
    anna.keyboard.press("Enter")
    expect(anna.locator(".msg.internal", has_text="Half a thought")).to_be_visible()
    expect(box(other)).to_have_text("")


def test_an_unknown_command_stays_and_the_nearest_is_one_key_away(anna):
    type_line(anna, "/smss Hello there")
    expect(anna.locator("#problem")).to_contain_text('There is no command "/smss". Did you mean /sms?')
    expect(box(anna)).to_have_text("/smss Hello there")
    look_at(anna)
    anna.set_viewport_size({"width": 1280, "height": 800})
    box(anna).focus()
    anna.keyboard.press("Tab")
    expect(box(anna)).to_have_text("/sms Hello there")
    expect(anna.locator("#problem")).to_be_hidden()
    clear(anna)


def test_namesakes_are_told_apart_by_a_press(anna):
    type_line(anna, "/dm @fakelow Hello")
    choices = anna.locator("#problem button")
    expect(choices).to_have_count(2)
    expect(choices.first).to_contain_text("born")
    anna.keyboard.press("Tab")
    expect(choices.first).to_be_focused()
    choices.filter(has_text="Katherine Fakelow").press("Enter")
    expect(box(anna)).to_have_text("/dm @Katherine Fakelow Hello")
    clear(anna)
    type_line(anna, "/dm @Grace Exampleton Hello")  # what is lacking is one press away (E13)
    expect(anna.locator("#problem")).to_contain_text("has no mobile number")
    anna.locator("#problem").get_by_role("link", name="Add a number").click()
    expect(anna.get_by_label("Mobile number")).to_be_visible()
    anna.go_back()
    expect(anna.locator("#box[data-ready]")).to_be_visible()
    clear(anna)


def test_a_double_enter_never_sends_and_escape_puts_everything_back(anna):
    box(anna).click()
    anna.keyboard.type("/dm One thing")
    listed(anna)
    box(anna).evaluate(BEFORE_ANY_ANSWER, [2, ""])
    card = anna.get_by_role("dialog", name="Check before it goes")
    expect(card).to_be_visible()
    expect(card.get_by_role("button", name="Send", exact=True)).to_be_focused()
    expect(card).to_contain_text("Open until")
    hears(anna)  # nor does the space of who types on
    card.get_by_role("button", name="Send", exact=True).evaluate(TYPED_ON)
    expect(card.get_by_role("alert")).to_have_text("What you type now is not in it. Press Edit to write on.")
    card.get_by_role("button", name="Show what they see").click()
    expect(card).to_contain_text("is your code to open your message")
    look_at(anna)
    anna.set_viewport_size({"width": 1280, "height": 800})
    card.get_by_role("button", name="Send", exact=True).focus()
    anna.keyboard.press("Escape")
    expect(card).to_be_hidden()
    expect(box(anna)).to_be_focused()
    expect(box(anna)).to_have_text("/dm One thing")
    clear(anna)
    anna.keyboard.type("A whole line,")  # nor does the second Enter send what is half-typed after the next line
    box(anna).evaluate(BEFORE_ANY_ANSWER, [1, " and hal"])
    expect(box(anna)).to_have_text(" and hal")
    anna.keyboard.type("f a line")
    anna.keyboard.press("Enter")
    said = anna.locator(".msg.internal .text", has_text=re.compile("whole line|hal"))
    expect(said).to_have_text(["A whole line,", "and half a line"])


def test_what_looks_clinical_stops_and_goes_behind_the_lock_or_with_a_reason(anna):
    type_line(anna, "/sms Your biopsy results are back")
    card = anna.get_by_role("dialog", name="Check before it goes")
    send = card.get_by_role("button", name="Send", exact=True)
    expect(send).to_be_disabled()
    expect(send).to_have_css("cursor", "not-allowed")  # and looks so
    expect(card.locator("mark").first).to_be_visible()
    expect(card.get_by_role("button", name="Send as Direct Message")).to_be_focused()
    look_at(anna)
    anna.set_viewport_size({"width": 1280, "height": 800})
    card.get_by_label("It cannot wait").check()
    expect(send).to_be_enabled()
    card.get_by_role("button", name="Send as Direct Message").click()
    expect(card.locator(".check-top .kind")).to_have_text("Direct Message")
    expect(send).to_be_enabled()
    expect(card).to_contain_text("Your biopsy results are back")
    card.get_by_role("button", name="Edit").click()
    clear(anna)


def test_what_stands_beside_is_renewed_once_the_focus_has_left_it(desk):
    page = desk("practitioner", "Rosa Dummy")
    link = page.locator("[data-beside]:not([hidden]) a").first
    link.evaluate(NEWS_UNDER_THE_FOCUS)
    expect(page.locator("[data-old]")).to_be_focused()  # nothing moves under it
    page.locator("#box").focus()
    expect(page.locator("[data-old]")).to_have_count(0)


def test_undo_brings_back_the_words_and_the_file(anna):
    anna.locator("#file").set_input_files({"name": "letter.pdf", "mimeType": "application/pdf", "buffer": PDF})
    expect(anna.locator(".upload", has_text="letter.pdf").get_by_role("progressbar")).to_have_count(0)
    box(anna).click()
    anna.keyboard.type("/dm With a letter")
    listed(anna)
    box(anna).evaluate(BEFORE_ANY_ANSWER, [1, " and a word behind it"])
    card = anna.get_by_role("dialog", name="Check before it goes")
    expect(card).to_contain_text("letter.pdf")
    hears(anna)
    anna.keyboard.press("Enter")
    row = anna.locator(".msg.out.dm", has_text="With a letter")
    expect(box(anna)).to_have_text(" and a word behind it")  # which was on no card
    expect(row.locator(".undo")).to_contain_text("Going in")
    beside = anna.get_by_role("complementary")
    expect(beside.get_by_role("link", name="letter.pdf")).to_be_visible()  # as soon as it is said
    expect(beside.locator("[data-beside=waiting]")).to_contain_text("Direct Message, sent")
    anna.set_viewport_size({"width": 1000, "height": 800})  # folded behind a button (U9)
    expect(beside).to_be_hidden()
    anna.get_by_role("link", name="About Wei Madeupson").click()
    expect(beside.get_by_role("link", name="letter.pdf")).to_be_visible()
    anna.go_back()
    expect(beside).to_be_hidden()
    about = anna.get_by_role("link", name="About Wei Madeupson")
    about.click()
    anna.keyboard.press("Escape")
    expect(about).to_be_focused()
    expect(beside).to_be_hidden()
    about.click()
    box(anna).focus()  # where it would lie over Send
    expect(beside).to_be_hidden()
    anna.set_viewport_size({"width": 1099, "height": 800})
    expect(beside).to_be_hidden()
    anna.set_viewport_size({"width": 1100, "height": 800})
    expect(beside).to_be_visible()
    anna.set_viewport_size({"width": 1280, "height": 800})
    anna.locator("#box").fill("Half a note")
    anna.locator("h1").click()
    anna.keyboard.press("Control+z")
    expect(anna.locator(".msg.out.dm").last).to_contain_text("This message was taken back")
    expect(box(anna)).to_contain_text("With a letter")
    expect(anna.locator(".upload")).to_contain_text("letter.pdf")
    anna.get_by_role("button", name="Back to it now").click()  # nothing typed is lost
    expect(box(anna)).to_have_text("Half a note")
    expect(anna.locator(".upload")).to_have_count(0)
    anna.get_by_role("button", name="Back to it now").click()
    expect(box(anna)).to_contain_text("With a letter")
    anna.locator(".upload button").click()
    expect(box(anna)).to_be_focused()
    anna.locator("#box").fill("For the team")
    anna.keyboard.press("Enter")
    expect(box(anna)).to_have_text("Half a note")  # once the other one went
    clear(anna)


def test_a_letter_goes_again_another_way_by_a_card_and_what_is_half_typed_stays(anna, demo):
    """U66: its page says what each way does and costs; nothing goes before the card was looked at."""
    anna.goto(f"{demo.staff}/patients/{demo.patient('Wei Madeupson')['id']}/messages?kind=email&direction=outbound")
    anna.locator("td a").first.click()
    page, again = anna.url, anna.locator("#can")
    expect(again).to_contain_text("Costs nothing.")
    again.get_by_role("link", name="SMS").click()
    anna.get_by_role("dialog", name="Check before it goes").get_by_role("button", name="Edit").click()
    expect(box(anna)).to_contain_text("/sms")  # nothing was half-typed: the words are there to be changed
    wait_until(anna, lambda: re.search(r'data-typed="[^"]*/sms', anna.request.get(anna.url).text()))  # and kept
    anna.goto(page)
    again.get_by_role("link", name="Email").click()
    confirm(anna)
    expect(anna.locator(".msg.out.email").last).to_contain_text("Going in")
    expect(anna.locator("#polite")).to_contain_text("Control Z undoes it")  # said once, not each second
    expect(box(anna)).to_contain_text("/sms")
    clear(anna)


def test_what_was_sent_from_another_conversation_can_be_called_back_where_it_stands(anna, demo):
    anna.locator("summary[aria-label='New conversation']").click()
    anna.get_by_role("button", name="Vera Dummy").click()
    expect(anna.get_by_role("heading", level=1)).to_contain_text("Vera Dummy")
    expect(anna.locator("#box[data-ready]")).to_be_visible()
    clear(anna)  # of what others of her tests may have begun there
    anna.keyboard.type("/dm tes am")  # nobody is implied here: a name needs no sign
    expect(anna.get_by_role("option", name="Amara Testwell")).to_be_visible()
    listed(anna)
    anna.keyboard.press("Enter")
    expect(box(anna).locator(".mention")).to_have_text("@Amara Testwell")
    anna.keyboard.type("From somewhere else")
    anna.keyboard.press("Enter")
    expect(anna.get_by_role("dialog", name="Check before it goes")).to_contain_text("Amara Testwell")
    hears(anna)
    anna.add_init_script(UNDOES_AT_ONCE)
    anna.keyboard.press("Enter")
    expect(anna.get_by_role("heading", level=1)).to_contain_text("Amara Testwell")
    expect(anna.locator(".msg.out.dm").last).to_contain_text("This message was taken back")
    expect(box(anna)).to_contain_text("From somewhere else")
    clear(anna)
    open_chat_about(anna, demo, demo.patient("Wei Madeupson"))


def test_a_refused_file_says_why_and_leaves_the_others(anna):
    box(anna).click()
    anna.keyboard.type("Files follow")
    anna.evaluate(  # behind a line that is on its way, and goes without them
        """([pdf]) => {
          document.querySelector("#send").click()
          const files = new DataTransfer()
          files.items.add(new File([new Uint8Array(pdf)], "letter.pdf", { type: "application/pdf" }))
          files.items.add(new File(["<svg/>"], "scan.svg", { type: "image/svg+xml" }))
          document.querySelector("message-box").dispatchEvent(new DragEvent("drop", { dataTransfer: files, bubbles: true }))
        }""",
        [list(PDF)],
    )
    expect(anna.locator("#problem")).to_contain_text("scan.svg was not added: only PDF, JPEG and PNG can be sent")
    expect(box(anna)).to_have_text("")
    expect(anna.locator(".upload")).to_have_count(1)
    anna.locator(".upload button").click()


def test_typing_fills_in_the_first_blank_of_a_template(anna):
    type_line(anna, "/template save visit Please come to {practice} on {date} at ___.")
    expect(anna.locator("#done").get_by_role("link", name="visit", exact=True)).to_be_visible()
    box(anna).click()
    anna.keyboard.type("/template ")
    expect(anna.get_by_role("listbox", name="Templates")).to_be_visible()
    anna.keyboard.press("Enter")  # nothing is a template yet: it takes the one that is marked
    expect(box(anna)).to_have_text(re.compile(r"^/template \S"))
    clear(anna)
    type_line(anna, "/template visit")
    expect(box(anna)).to_contain_text("{date}")
    anna.keyboard.type("Friday")
    expect(box(anna)).to_have_text(re.compile(r"^Please come to [A-Z].+ on Friday at ___\.$"))
    clear(anna)


def test_what_is_listed_is_sorted_under_names_and_goes_when_the_caret_leaves(anna):
    box(anna).click()
    anna.keyboard.type("/assign @")
    people, groups = (anna.get_by_role("group", name=name, exact=True) for name in ("Colleagues", "Groups"))
    expect(people.get_by_role("option", name="Ben Example")).to_have_attribute("aria-selected", "true")
    anna.keyboard.press("ArrowUp")
    last = groups.get_by_role("option").last
    expect(last).to_have_attribute("aria-selected", "true")
    expect(box(anna)).to_have_attribute("aria-activedescendant", last.get_attribute("id"))
    anna.emulate_media(forced_colors="active")  # no tint is drawn there (U104)
    expect(last).to_have_css("outline-style", "solid")
    anna.emulate_media(forced_colors="none")
    assert violations(anna) == []
    anna.keyboard.press("Home")
    expect(box(anna)).to_have_attribute("aria-expanded", "false")
    anna.keyboard.press("End")
    anna.keyboard.type("be")
    expect(box(anna)).to_have_attribute("aria-expanded", "true")
    box(anna).evaluate(LEFT_AND_BACK)
    assert box(anna).get_attribute("aria-expanded") == "true", "whoever is back in the box goes on where they were"
    clear(anna)


# Timers of the same length end in the order in which they began: what leaving the box waits for is over then.
LEFT_AND_BACK = """box => { box.blur(); box.focus(); return new Promise((done) => setTimeout(done, 150)) }"""
HINT = "box => getComputedStyle(box, '::before').content"
OF_AN_INPUT_METHOD = """box => box.dispatchEvent(new KeyboardEvent("keydown",
    { key: "Enter", keyCode: 229, bubbles: true, cancelable: true }))"""  # as Safari says it
INTO_THE_PERSON = """() => new Promise((done) => {
    document.addEventListener("selectionchange", () => setTimeout(done), { once: true })
    getSelection().collapse(document.querySelector("#box .mention").firstChild, 0)
})"""  # as Firefox does by Home


def test_a_person_who_begins_the_line_can_be_written_before_and_enter_that_chooses_a_word_sends_nothing(anna):
    box(anna).click()
    choose(anna, "@ben", "Ben Example")
    expect(box(anna).locator(".mention")).to_be_visible()
    anna.keyboard.press("ArrowLeft")
    anna.evaluate(INTO_THE_PERSON)
    anna.keyboard.type("Dear ")
    expect(box(anna)).to_have_text("Dear @Ben Example")
    assert box(anna).evaluate(OF_AN_INPUT_METHOD), "it is left to the input method"
    expect(box(anna)).to_have_text("Dear @Ben Example")
    clear(anna)


def test_the_empty_box_says_what_to_do_also_when_all_was_taken_out_again(anna):
    box(anna).click()
    anna.keyboard.type("Not this")
    assert box(anna).evaluate(HINT) == "none"
    clear(anna)
    assert "Write" in box(anna).evaluate(HINT)


def test_several_lines_pasted_send_nothing(anna):
    box(anna).click()
    anna.keyboard.insert_text("One\nTwo\nThree")
    expect(box(anna)).to_contain_text("Three")
    expect(anna.locator(".msg", has_text="One\nTwo")).to_have_count(0)
    clear(anna)


KNOWS_NO_PLAIN_BOX = """const kept = Object.getOwnPropertyDescriptor(HTMLElement.prototype, "contentEditable")
Object.defineProperty(HTMLElement.prototype, "contentEditable", { ...kept, get() {
  const said = kept.get.call(this)
  return said === "plaintext-only" ? "inherit" : said
} })"""  # as Firefox before 136
PASTES = """box => {
  const clipboardData = new DataTransfer()
  clipboardData.setData("text/plain", "two\\nthree")
  clipboardData.setData("text/html", "<h1>two</h1><b>three</b>")
  box.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }))
}"""


def test_where_the_browser_knows_no_plain_box_the_words_stay_plain(anna):
    anna.add_init_script(KNOWS_NO_PLAIN_BOX)
    anna.reload()
    expect(anna.locator("#box[contenteditable=true][data-ready]")).to_be_visible()
    clear(anna)
    anna.keyboard.type("one ")
    anna.keyboard.press("Control+b")
    box(anna).evaluate(PASTES)
    anna.keyboard.type(" four")
    anna.keyboard.press("Shift+Enter")
    anna.keyboard.type("five")
    expect(box(anna).locator(":not(br)")).to_have_count(0)
    anna.keyboard.press("Enter")
    expect(anna.locator(".msg.internal .text").last).to_have_text("one two\nthree four\nfive")


def test_enter_completes_a_name_begun_in_two_words_and_sends_where_a_text_follows_the_name(anna):
    box(anna).click()
    anna.keyboard.type("/dm @tes am")
    expect(anna.get_by_role("option").first).to_contain_text("Amara Testwell")
    expect(anna.get_by_role("option").first.locator("mark")).to_have_text(["Am", "Tes"])
    listed(anna)
    anna.keyboard.press("Enter")
    expect(box(anna).locator(".mention")).to_have_text("@Amara Testwell")
    clear(anna)
    anna.keyboard.type("/sms @amara test")
    expect(anna.get_by_role("option").first).to_contain_text("Amara Testwell")
    listed(anna)
    anna.keyboard.press("Enter")
    card = anna.get_by_role("dialog", name="Check before it goes")
    expect(card).to_contain_text("Amara Testwell")
    anna.keyboard.press("Escape")
    expect(card).to_be_hidden()
    clear(anna)


def test_a_second_line_waits_until_the_first_has_gone(anna):
    box(anna).click()
    for line in ("A line in haste,", "and another"):
        anna.keyboard.type(line)
        anna.keyboard.press("Enter")
    expect(box(anna)).to_have_text("")
    expect(anna.locator(".msg.internal .text", has_text=re.compile("haste|another"))).to_have_text(
        ["A line in haste,", "and another"]
    )


def test_a_line_on_its_way_is_not_kept_as_half_typed(anna):
    """Kept while it goes, it would stand in the box again, here after a reload and on every other device."""
    box(anna).click()
    assert "draft.keep" not in box(anna).evaluate(SLOWLY)
    expect(box(anna)).to_have_text("")


def test_who_prefers_it_sends_with_shift_and_enter(anna, demo):
    def keep(which: str) -> None:
        anna.goto(demo.staff + "/settings")
        anna.get_by_label(which).check()
        anna.get_by_role("button", name="Keep", exact=True).click()
        expect(anna.get_by_role("status")).to_contain_text("Your settings are kept")
        open_chat_about(anna, demo, demo.patient("Wei Madeupson"))

    expect(anna.locator("#sends")).to_contain_text("Enter sends, Shift Enter begins a new line")
    keep("Begins a new line. Shift and Enter send")
    expect(anna.locator("#sends")).to_contain_text("Shift Enter sends, Enter begins a new line")
    box(anna).click()
    anna.keyboard.type("First line")
    anna.keyboard.press("Enter")
    anna.keyboard.type("second line")
    anna.keyboard.press("Shift+Enter")
    expect(anna.locator(".msg.internal .text").last).to_have_text("First line\nsecond line")
    expect(box(anna)).to_have_text("")
    keep("Sends. Shift and Enter begin a new line")


def _pdf() -> bytes:
    import io

    import pikepdf

    made, out = pikepdf.new(), io.BytesIO()
    made.add_blank_page()
    made.save(out)
    return out.getvalue()


PDF = _pdf()
