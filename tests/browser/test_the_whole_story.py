"""The main job, told as two people at once: from a keystroke to an unlocked message, and back."""

import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import expect

from tests.browser.looking import watched
from tests.browser.people import (
    code_in,
    confirm,
    let_it_go,
    link_in,
    newest,
    picture,
    type_line,
)

PHONE = {"width": 390, "height": 844}
FETCHED = (
    "([address, mode]) => fetch(address, {mode, credentials: 'include'}).then(() => 'read', (error) => error.name)"
)
PICTURED = "address => new Promise((done) => { const img = new Image(); img.onload = () => done('read'); img.onerror = () => done('error'); img.src = address })"


class NextDoor(BaseHTTPRequestHandler):
    """Another origin of the same host: the browser lets the patient's cookies go with what its pages ask."""

    given = ""  # the cookies that came with the last request

    def do_GET(self) -> None:
        NextDoor.given = self.headers.get("Cookie", "")
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>Next door</title>")

    def log_message(self, *_said: object) -> None:
        """Nothing is logged."""


def nothing_crosses(page, *addresses):
    """A page of another origin gets nothing of what the patient may read, though the cookies go with its request."""
    other, refused = page.context.new_page(), []
    with ThreadingHTTPServer(("127.0.0.1", 0), NextDoor) as neighbour:
        threading.Thread(target=neighbour.serve_forever, daemon=True).start()
        other.goto(f"http://127.0.0.1:{neighbour.server_port}/")
        other.on("requestfailed", lambda one: refused.append(one))
        for address in addresses:
            assert [other.evaluate(FETCHED, [address, mode]) for mode in ("no-cors", "cors")] == ["TypeError"] * 2
            assert other.evaluate(PICTURED, address) == "error"
        neighbour.shutdown()
    reasons = [one.failure for one in refused]
    assert reasons == ["net::ERR_BLOCKED_BY_RESPONSE.NotSameOrigin", "net::ERR_FAILED", reasons[0]] * len(addresses)
    assert "__Host-lk_p=" in NextDoor.given
    other.close()


LOOKS_ELSEWHERE = """() => {
  const told = window.told = []
  window.Notification = class extends Notification { constructor(title, more) { super(title, more); told.push({ title, body: this.body }) } }
  Object.defineProperty(document, "visibilityState", { value: "hidden" })
}"""  # another window lies over the chat; what the browser is told to show is kept
INJECT = """(portal) => {
  window.refused = []
  document.addEventListener("securitypolicyviolation", (event) => window.refused.push(event.effectiveDirective))
  const made = (name) => document.body.appendChild(document.createElement(name))
  const script = document.createElement("script")
  script.append(document.createTextNode("window.hit = 2"))
  document.body.append(script)
  const link = made("a")
  link.href = "javascript:window.hit = 3"
  link.click()
  made("iframe").src = portal
}"""


PRESSED_TWICE = """async (form) => {
  const { live } = await import(document.querySelector('link[href*="/live.js"]').href)
  const [asked, { ask }] = [[], live]
  live.ask = (op, fields) => { asked.push(op); return ask.call(live, op, fields) }
  form.requestSubmit()
  form.requestSubmit()
  live.ask = ask
  return asked
}"""


@pytest.mark.browser
@pytest.mark.attack("C27", "F10")
@pytest.mark.s("S65", "S67")
@pytest.mark.parametrize("script", [True, False], ids=["with script", "patient without script"])
def test_a_direct_message_with_a_file_is_sent_unlocked_read_and_answered(demo, screens, desk, script):
    name = "Amara Testwell" if script else "Idris Placeholder"
    patient = demo.patient(name)
    staff = desk("practitioner", about=name)

    staff.locator("#file").set_input_files({"name": "scan.png", "mimeType": "image/png", "buffer": picture()})
    expect(staff.locator("#uploads .upload progress")).to_have_count(0)
    type_line(staff, "/dm Here is your report. All is healing well.")
    card = staff.locator("draft-card")
    expect(card).to_contain_text(name)
    expect(card).to_contain_text("•••@")
    expect(card).to_contain_text("number ending")
    expect(card).to_contain_text("scan.png")
    confirm(staff)
    row = staff.locator(".msg.out.dm", has_text="Here is your report. All is healing well.").last
    expect(row.locator(".ticks")).to_have_text("Waiting to go")
    expect(row).to_contain_text("Has not left yet")  # who can see it, on each message (U24)
    let_it_go(demo)
    expect(row.locator(".ticks")).to_have_text("Not opened yet")  # went and arrived, without a reload
    expect(row).to_contain_text("Left the building")

    page = screens(viewport=PHONE, java_script_enabled=script)
    page.goto(link_in(newest(staff, demo, patient["email"], "email", "/l/")))
    assert page.url == demo.portal + "/unlock"
    expect(page.get_by_role("heading", level=1)).to_have_text("You have a secure message")
    page.get_by_role("button", name="Text me a code", exact=True).click()
    code = code_in(newest(staff, demo, patient["mobile"], "sms", "is your code"))
    wrong = f"{(int(code) + 1) % 10**8:08d}"
    page.get_by_label("Code from the text message").fill(wrong)
    page.get_by_role("button", name="Open my message").click()
    expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    page.get_by_label("Code from the text message").fill(f"{code[:4]} {code[4:]}")
    page.get_by_role("button", name="Open my message").click()
    assert page.url == demo.portal + "/message"
    expect(page.locator("article")).to_contain_text("Here is your report. All is healing well.")
    with page.expect_download() as download:
        page.get_by_role("link", name="scan.png").click()
    assert download.value.path().read_bytes().startswith(b"\x89PNG")
    if script:
        nothing_crosses(page, page.url, page.get_by_role("link", name="scan.png").evaluate("link => link.href"))
    expect(row.locator(".ticks")).to_have_text("Read")

    page.get_by_label("Answer", exact=False).first.fill("Thank you, that is good news")
    expect(page.get_by_label("You", exact=True)).to_be_checked()
    if not script:
        page.get_by_label("Somebody for you").check()
    page.get_by_role("button", name="Send my answer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your answer has arrived")
    answer = staff.locator(".msg", has_text="Thank you, that is good news")
    expect(answer.locator(".seen-by")).to_have_text("Patient and team see this")
    expect(answer.locator(".kind-words")).to_have_text(
        "Direct Message" if script else "Direct Message, written by somebody for them"
    )
    expect(row.locator(".ticks")).to_have_text("Answered")
    staff.locator("notice-bell button").click()
    expect(staff.locator("#notices")).to_contain_text("Thank you, that is good news")

    staff.goto(f"{demo.staff}/patients/{patient['id']}/messages")
    expect(staff.get_by_role("row", name="Here is your report")).to_contain_text("Answered")
    staff.get_by_role("link", name="Here is your report").first.click()
    for step in (
        "Written and checked",
        "Link by email: delivered",
        "Code by SMS",
        "Wrong code",
        "Unlocked",
        "File fetched",
    ):
        expect(staff.locator("ol")).to_contain_text(step)
    if script:  # a further step shows by itself, and is said (U67)
        expect(staff.locator("#way .step").last).to_contain_text("Answered")
        page.get_by_role("button", name="Lock this message").click()
        expect(staff.locator("#way .step").last).to_contain_text("Locked again")
        expect(staff.locator("#polite")).to_contain_text("Locked again, ")
        staff.context.grant_permissions(["clipboard-read", "clipboard-write"])
        staff.get_by_role("button", name="Copy for the record").click()
        expect(staff.get_by_role("button", name="Copied")).to_be_visible()
        copied = staff.evaluate("navigator.clipboard.readText()")
        assert copied.startswith("Direct Message. From ") and "All is healing well." in copied
        assert "Unlocked, " in copied and copied.splitlines()[-1].startswith("Locked again, ")
    else:
        expect(staff.locator("#way .step", has_text="Answered")).to_contain_text("By somebody for them")


@pytest.mark.browser
def test_a_form_is_sent_filled_page_by_page_without_script_and_comes_back_with_its_score(demo, screens, desk):
    patient = demo.patient("Rosa Dummy")
    staff = desk("admin", about="Rosa Dummy")
    type_line(staff, "/form phq-9")
    expect(staff.locator("draft-card")).to_contain_text("PHQ-9")
    confirm(staff)
    let_it_go(demo)

    page = screens(viewport=PHONE, java_script_enabled=False)
    page.goto(link_in(newest(staff, demo, patient["email"], "email", "/l/")))
    page.get_by_role("button", name="Text me a code", exact=True).click()
    page.get_by_label("Code from the text message").fill(
        code_in(newest(staff, demo, patient["mobile"], "sms", "is your code"))
    )
    page.get_by_role("button", name="Open my message").click()
    page.get_by_role("link", name="Fill in the form").click()
    page.get_by_role("link", name="Start").click()
    page.get_by_role("button", name="Next question").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose an answer to")
    taps = ["Start"]
    for choice in ["Several days"] * 9 + ["Somewhat difficult"]:
        page.get_by_label(choice).check()
        page.locator(".btn-main").click()
        taps += [choice, "Next question"]
    expect(page.locator("dl")).to_contain_text("Several days")
    page.get_by_role("button", name="Send my answers").click()
    taps.append("Send my answers")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your answers have arrived")
    assert len(taps) <= 22

    expect(staff.locator(".msg", has_text="Score 9 of 27")).to_contain_text("mild")
    staff.goto(f"{demo.staff}/patients/{patient['id']}/messages")
    expect(staff.get_by_role("row", name="PHQ-9").first).to_contain_text("Score 9 of 27, mild")


@pytest.mark.browser
@pytest.mark.attack("F03")
@pytest.mark.s("S65", "S66")
def test_colleagues_hear_each_other_live_and_reply_inside_the_notification(demo, desk):
    anna, ben, ben_user = desk("practitioner"), desk("admin", about="Lena Fictionova"), demo.user("admin")
    type_line(anna, "/im @Ben about @Lena Fictionova Her letter is ready")
    row = ben.locator(".msg.internal", has_text="Her letter is ready")
    expect(row).to_contain_text("Only your team sees this")
    ben.context.grant_permissions(["notifications"])
    ben.evaluate(LOOKS_ELSEWHERE)
    type_line(anna, "/im @Ben Example Could you ring Mr Dummy today?")
    ben.locator("notice-bell button").click()
    notice = ben.locator("#notices article", has_text="Could you ring Mr Dummy today?")
    expect(notice).to_have_accessible_name(re.compile("^Anna Sample · Internal"))
    ben.wait_for_function("() => window.told.length > 0")
    assert ben.evaluate("window.told.at(-1)").items() >= {"title": "New message in Latchkey", "body": ""}.items()
    notice.get_by_role("button", name="Reply").click()
    expect(notice).to_contain_text("Write your reply first")
    notice.get_by_placeholder("Reply to Anna Sample").fill("Yes, after lunch")
    assert notice.locator("form").evaluate(PRESSED_TWICE) == ["notification.reply"]
    expect(notice).to_contain_text("Sent.")
    notice.get_by_role("button", name="Done").click()
    expect(notice.get_by_role("button", name="Undo")).to_be_focused()
    ben.keyboard.press("Enter")
    expect(notice.get_by_placeholder("Reply to Anna Sample")).to_be_focused()
    anna.locator("notice-bell button").click()
    expect(anna.locator("#notices")).to_contain_text("Yes, after lunch")

    mail = newest(ben, demo, ben_user["email"], "email", "secure message is waiting")
    assert "Dummy" not in mail["text"] + mail["html"] + mail["subject"]
    assert "Anna" not in mail["text"]

    complaints = watched(ben)
    ben.evaluate(INJECT, demo.portal)
    wanted = ["script-src-elem", "frame-src", "require-trusted-types-for"]
    ben.wait_for_function("(wanted) => wanted.every((one) => window.refused.includes(one))", arg=wanted)
    assert ben.evaluate("window.hit") is None
    ben.goto("about:blank")
    ben.set_content(f"<iframe src='{demo.portal}/'></iframe>")
    expect(ben.frame_locator("iframe").get_by_text("Latchkey")).to_have_count(0)
    assert any("frame" in one.casefold() and demo.portal in one for one in complaints)
