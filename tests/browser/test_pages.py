"""Pages as they look and read: no findings of axe, no sideways scroll, no complaint of the browser's own policy."""

import gzip
import re
from datetime import timedelta
from uuid import UUID

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from sqlalchemy import select, update

from core.compose.confirm import confirm as confirm_draft
from core.compose.draft import prepare
from core.compose.words import Command, Order
from core.config import load
from core.delivery.status import report
from core.delivery.tables import DeliveryRow, OutboxRow
from core.delivery.words import Stage, Status
from core.opening import open_store
from core.practice import doors
from tests.browser.people import code_in, confirm, link_in, newest, open_chat_about, sign_in, type_line

PAGES = (
    "/login",
    "/patients",
    "/notifications",
    "/credits",
    "/forms",
    "/manual",
    "/search?q=kind:sms the",
    "/admin/audit",
    "/admin/lock",
    "/sandbox/",
)
BEHIND = ("/unmatched", "/scheduled", "/settings", "/security", "/admin/staff", "/admin/webhooks")
WIDTHS = (390, 1280)
WHOLE = {"resultTypes": ["violations"]}
CONTRAST = {**WHOLE, "runOnly": ["color-contrast"]}


def look_at(page) -> None:
    """At both widths in both themes: nothing that sticks out, no contrast too low; all of axe once a width and theme."""
    for width in WIDTHS:
        for scheme in ("light", "dark"):
            page.set_viewport_size({"width": width, "height": 844})
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # colours do not fade while axe looks
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (page.url, width)
            options = WHOLE if (width, scheme) in ((390, "light"), (1280, "dark")) else CONTRAST
            found = Axe().run(page, options=options).response["violations"]
            assert found == [], [(one["id"], [node["target"] for node in one["nodes"]]) for one in found]


def watched(page) -> list[str]:
    """What the browser complains about."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


@pytest.mark.browser
def test_staff_pages(demo, screens):
    page = screens()
    complaints = watched(page)
    page.goto(demo.staff + "/login")
    look_at(page)
    sign_in(page, demo, demo.user("owner"))
    patient = demo.patient("Ada Okafor")
    for path in (
        *PAGES[1:],
        f"/patients/{patient['id']}/forms",  # summary and details: test_the_tray.py
        f"/patients/{patient['id']}/files",
        f"/patients/{patient['id']}/messages?direction=outbound",
        f"/patients/{patient['id']}/chat",
    ):
        page.goto(demo.staff + path)
        look_at(page)
    doubt, waits, chat = in_trouble(demo)
    for path, said in ((doubt, "We cannot tell"), (waits, "Waiting for Plivo since"), (chat, "Waiting for Plivo")):
        page.goto(demo.staff + path)
        expect(page.locator("main")).to_contain_text(re.compile(said, re.IGNORECASE))
        look_at(page)
    page.set_viewport_size({"width": 1280, "height": 844})
    type_line(page, "/find wait")
    expect(page.locator("#done mark").first).to_have_text("waits")
    page.locator("#box").click()
    page.keyboard.type("/")
    page.locator("#combo").wait_for()
    look_at(page)
    assert complaints == []


def in_trouble(demo) -> list[str]:
    """Pages about a text that nobody knows to have gone, and one that waits for its provider."""
    store, patient = open_store(load(demo.folder, demo=True)), demo.patient("Helen Makebelieve")["id"]
    who = store.door(doors.sign_in, demo.user("owner")["email"]).who
    texts = store.run(who, _two_texts, UUID(patient))
    store.close()
    return [*(f"/messages/{one}" for one in texts), f"/patients/{patient}/chat"]


def _two_texts(unit, patient_id):
    sent = [confirm_draft(unit, prepare(unit, Order(Command.SMS, (patient_id,), said)).id, hold=30).id
            for said in ("Nobody knows about this", "This waits")]  # fmt: skip
    row, parcel, later = DeliveryRow, OutboxRow, unit.now + timedelta(days=1)
    doubted, waiting = (unit.db.scalars(select(row.id).where(row.message_id == one)).one() for one in sent)
    report(unit, doubted, Status.UNKNOWN)
    unit.db.execute(update(parcel).where(parcel.delivery_id == doubted).values(stage=Stage.CASE))
    unit.db.execute(update(parcel).where(parcel.delivery_id == waiting).values(due_at=later))
    unit.db.execute(update(row).where(row.id == waiting).values(waits_since=unit.now, provider="plivo"))
    return sent


@pytest.mark.browser
def test_pages_that_the_menu_under_ones_own_name_leads_to(demo, screens):
    page = screens()
    complaints = watched(page)
    sign_in(page, demo, demo.user("owner"))
    page.goto(demo.staff + "/patients")
    for path in BEHIND:
        page.set_viewport_size({"width": 390, "height": 844})
        page.locator(".own summary").click()
        page.locator(f".own a[href='{path}']").click()
        page.wait_for_url(demo.staff + path)
        look_at(page)
    page.locator(".own summary").click()
    look_at(page)
    assert complaints == []


@pytest.mark.browser
def test_portal_pages(demo, screens):
    page = screens()
    complaints = watched(page)
    for path in ("/genuine", "/l/" + "x" * 43, "/unlock"):
        page.goto(demo.portal + path)
        look_at(page)
    assert [one for one in complaints if "status of 4" not in one] == []


@pytest.mark.browser
def test_pages_stay_within_their_weight(demo, screens):
    page = screens()
    assert len(gzip.compress(page.request.get(demo.staff + "/login").body())) <= 5 * 1024
    sign_in(page, demo, demo.user("owner"))
    budgets = {"/patients": 20, "/notifications": 20, "/credits": 20, "/forms": 20}
    for path, limit in budgets.items():
        assert len(gzip.compress(page.request.get(demo.staff + path).body())) <= limit * 1024, path
    chat = page.request.get(f"{demo.staff}/patients/{demo.patient('Ada Okafor')['id']}/chat")
    assert len(gzip.compress(chat.body())) <= 30 * 1024


@pytest.mark.browser
def test_the_pages_behind_the_lock(demo, screens):
    patient = demo.patient("Helen Makebelieve")
    staff = sign_in(screens(), demo, demo.user("owner"))
    open_chat_about(staff, demo, patient)
    type_line(staff, "/dm A message to look at")
    confirm(staff)
    expect(staff.locator(".msg.out.dm .ticks").last).to_have_text("Not opened yet")
    page = screens(java_script_enabled=False)
    page.goto(link_in(newest(staff, demo, patient["email"], "email", "/l/")))
    fits(page)
    page.get_by_role("button", name="Text me a code", exact=True).click()
    fits(page)
    page.get_by_label("Code from the text message").fill("1234")
    page.get_by_role("button", name="Open my message").click()
    assert "The code has 8 numbers" in page.get_by_role("alert").inner_text()
    page.get_by_label("Code from the text message").fill(
        code_in(newest(staff, demo, patient["mobile"], "sms", "is your code"))
    )
    page.get_by_role("button", name="Open my message").click()
    fits(page)
    # The notice that the session will sleep takes no room before its time.
    assert page.locator(".soon").bounding_box()["height"] == 0
    staff.goto(f"{demo.staff}/sandbox/?who={patient['id']}")
    fits(staff)


def fits(page) -> None:
    """Nothing sticks out at either width."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        box = page.locator("html").bounding_box()
        widest = max(
            one["x"] + one["width"]
            for one in (element.bounding_box() or box for element in page.locator("main *").all())
        )
        assert box["width"] <= width and widest <= width + 1, (page.url, width, widest)


@pytest.mark.browser
def test_a_question_that_is_built_is_dragged_before_another(demo, screens):
    page = screens()
    complaints = watched(page)
    sign_in(page, demo, demo.user("owner"))
    page.goto(demo.staff + "/forms")
    page.get_by_role("link", name="GAD-7").first.click()
    page.get_by_label("Copy it under the title").fill("Dragged")
    page.get_by_role("button", name="Copy").click()
    rows = page.locator(".built li b")
    expect(rows.first).to_be_visible()
    before = rows.all_inner_texts()
    page.locator(".built li").nth(3).drag_to(page.locator(".built li").nth(1))
    expect(rows.nth(1)).to_have_text(before[3])
    assert rows.all_inner_texts() == [before[0], before[3], *before[1:3], *before[4:]]
    assert complaints == []
