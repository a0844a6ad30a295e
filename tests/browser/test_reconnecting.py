"""A server that goes away and comes back: what was typed goes once, what was missed comes once and in order (U97, U98)."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.people import give_password, open_chat_about, picture, sign_in, type_line, wait_until

pytestmark = pytest.mark.browser
# A tab that takes over now does so because the lock passed on, not because it heard nothing for two seconds.
DOUBTS_NOBODY = """() => {
  const { setTimeout } = window
  window.setTimeout = (act, ms) => setTimeout(act, ms === 2000 ? 600_000 : ms)
  window.doubtAgain = () => { window.setTimeout = setTimeout }
}"""
TYPED = ["First while away", "Second while away"]


def test_what_is_typed_while_the_server_is_away_goes_once_and_others_get_it_in_order(demo, desk):
    anna, ben = (desk(role, about="Lena Fictionova") for role in ("practitioner", "admin"))
    demo.stop()
    expect(anna.locator("#offline")).to_be_visible()
    for text in TYPED:
        type_line(anna, text)
    expect(anna.locator(".msg.waiting")).to_have_count(len(TYPED))
    expect(anna.locator("#polite")).to_contain_text("You are offline. This will go when you are back.")
    demo.start()
    for page in (anna, ben):
        page.evaluate("dispatchEvent(new Event('online'))")  # as a browser says it; else within fifteen seconds
        expect(page.locator(".msg.waiting")).to_have_count(0)
        expect(page.locator(".msg .text", has_text="while away")).to_have_text(TYPED)
        expect(page.locator("#offline")).to_have_text("Back online")  # for three seconds (U13)

    row = ben.locator('.conv[data-title="Tomas Mockley"]')
    before = int(row.locator(".count").text_content()) if row.count() else 0
    ben.context.set_offline(True)
    open_chat_about(anna, demo, demo.patient("Tomas Mockley"))
    for text in TYPED:
        type_line(anna, text)
        expect(anna.locator(".msg:not(.waiting) .text", has_text=text)).to_be_visible()
    ben.context.set_offline(False)
    expect(row.locator(".last")).to_contain_text(TYPED[-1])
    type_line(anna, "Third, and he is back")
    expect(row.locator(".last")).to_contain_text("Third, and he is back")
    expect(anna.locator("#offline")).to_be_hidden()
    expect(row.locator(".count")).to_have_text(str(before + 3))  # the greeting counts what the missed events tell of

    held = []
    anna.route("**/app.js", lambda route: held.append(route))
    anna.goto(demo.staff + urlsplit(ben.url).path, wait_until="commit")
    wait_until(anna, lambda: held)  # the page is made, and its scripts are on their way
    ben.locator("#file").set_input_files({"name": "meanwhile.png", "mimeType": "image/png", "buffer": picture()})
    expect(ben.locator(".upload", has_text="meanwhile.png").get_by_role("progressbar")).to_have_count(0)
    type_line(ben, "Said meanwhile")
    expect(ben.locator(".msg:not(.waiting) .text", has_text="Said meanwhile")).to_be_visible()
    held[0].continue_()
    expect(anna.locator(".msg .text", has_text="Said meanwhile")).to_have_count(1)
    expect(anna.get_by_role("complementary").get_by_role("link", name="meanwhile.png")).to_be_visible()


def test_tabs_share_one_socket_and_when_the_first_closes_the_other_goes_on_at_once(demo, screens, desk):
    """U14; sockets are counted in the browser, once and in order by what is read."""
    first = screens()
    opened = []
    first.context.on("page", lambda page: page.on("websocket", lambda _: opened.append(page)))
    first.on("websocket", lambda _: opened.append(first))
    sign_in(first, demo, demo.user("practitioner"))
    ben = desk("admin", about="Tomas Mockley")
    second = first.context.new_page()
    for page in (first, second):
        open_chat_about(page, demo, demo.patient("Tomas Mockley"))
    leader, follower = (second, first) if opened[-1] is second else (first, second)
    before = len(opened)
    said = [page.locator(".msg .text", has_text="to all tabs") for page in (follower, ben)]

    type_line(follower, "One to all tabs")
    type_line(ben, "Two to all tabs")
    for texts in (leader.locator(".msg .text", has_text="to all tabs"), *said):
        expect(texts).to_have_text(["One to all tabs", "Two to all tabs"])
    assert len(opened) == before  # nobody opened a socket of their own

    follower.evaluate(DOUBTS_NOBODY)
    leader.close()
    type_line(follower, "Three to all tabs")
    expect(said[1].nth(2)).to_have_text("Three to all tabs")
    type_line(ben, "Four to all tabs")
    for texts in said:
        expect(texts).to_have_text([f"{n} to all tabs" for n in ("One", "Two", "Three", "Four")])
    assert opened[before:] == [follower]
    follower.evaluate("doubtAgain()")

    follower.context.set_offline(True)  # a socket by itself would not notice
    expect(follower.locator("#offline")).to_be_visible()
    type_line(follower, "Five to all tabs")
    expect(follower.locator(".msg.waiting")).to_have_count(1)
    follower.context.set_offline(False)
    expect(said[1].nth(4)).to_have_text("Five to all tabs")
    expect(said[0]).to_have_count(5)

    # U7: the end of the session covers every tab with the form of signing in.
    address, sign_in_here = follower.url, follower.get_by_role("heading", name="Sign in")
    follower.locator("#box").press_sequentially("Six to all")
    form, third = follower.context.new_page(), follower.context.new_page()
    form.goto(demo.staff + "/patients/new")
    form.get_by_label("First name").fill("Nora")
    _sign_out(third, demo)
    expect(sign_in_here).to_be_visible()
    assert "Tomas Mockley" not in follower.content() and "to all" not in follower.content()
    _looks_again(form)
    assert form.locator("input[name=first_name]").count() == 0
    give_password(follower, demo.user("practitioner"))
    expect(follower.locator("#box")).to_have_text("Six to all")
    assert follower.url == address
    follower.keyboard.type(" tabs")  # where the caret stood
    follower.keyboard.press("Enter")
    expect(said[1].nth(5)).to_have_text("Six to all tabs")
    expect(form.get_by_label("First name")).to_have_value("Nora")  # signed in once, back everywhere
    assert {one.input_value() for one in form.locator("[name=csrf_token]").all()} == {
        form.locator("meta[name=csrf-token]").get_attribute("content")
    }

    _sign_out(third, demo)
    expect(sign_in_here).to_be_visible()
    _looks_again(form)
    give_password(form, demo.user("admin"))
    expect(form.locator(".app")).to_have_attribute(
        "data-me-name", demo.user("admin")["name"]
    )  # somebody else begins anew
    expect(sign_in_here).to_be_visible()  # until it is looked at
    _looks_again(follower)
    expect(follower.locator(".app")).to_have_attribute("data-me-name", demo.user("admin")["name"])
    expect(follower.locator("#box")).not_to_contain_text("Six")


def _sign_out(page, demo):
    page.goto(demo.staff)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def _looks_again(page):
    """Somebody turns to the tab: a page without a connection asks then, and each half minute."""
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(page.locator(".signin, .app")).to_be_visible()


def test_a_stuck_tab_is_succeeded_though_the_others_only_read_and_old_browsers_have_a_socket_a_tab(demo, screens):
    """U14: a print dialog or a debugger halts a page, which keeps the lock and passes nothing on."""
    first, opened = screens(), []
    first.context.on("page", lambda page: page.on("websocket", lambda _: opened.append(page)))
    first.on("websocket", lambda _: opened.append(first))
    sign_in(first, demo, demo.user("practitioner"))
    second, old = first.context.new_page(), screens()
    old.context.add_init_script("delete window.BroadcastChannel; delete Navigator.prototype.locks")
    sign_in(old, demo, demo.user("admin"))
    older, theirs = old.context.new_page(), []
    for page in (old, older):
        page.on("websocket", lambda _, page=page: theirs.append(page))
    everywhere = (first, second, old, older)
    for page in everywhere:
        open_chat_about(page, demo, demo.patient("Tomas Mockley"))
        expect(page.locator("#box[data-ready]")).to_be_visible()
    assert {old, older} <= set(theirs)  # each its own
    stuck, reader = (second, first) if opened[-1] is second else (first, second)
    said = {page: page.locator(".msg .text", has_text="past the stuck") for page in everywhere}
    stuck.on("dialog", lambda _: None)  # it stays open

    with stuck.expect_event("dialog") as shown:
        stuck.evaluate("() => { setTimeout(() => alert('Print this?')) }")
    try:
        type_line(old, "One past the stuck tab")
        expect(said[reader]).to_have_text(["One past the stuck tab"])  # though it asked for nothing
        type_line(reader, "Two past the stuck tab")
        expect(said[older]).to_have_text([f"{n} past the stuck tab" for n in ("One", "Two")])
    finally:
        shown.value.accept()
    type_line(old, "Three past the stuck tab")
    for texts in said.values():
        expect(texts).to_have_text([f"{n} past the stuck tab" for n in ("One", "Two", "Three")])
