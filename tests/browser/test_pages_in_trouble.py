"""Pages about texts that are in trouble, and those the menu under one's own name leads to, as they look and read."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from playwright.sync_api import expect
from sqlalchemy import select, update

from core.compose.confirm import confirm
from core.compose.draft import prepare
from core.compose.words import Command, Order
from core.config import load
from core.delivery.status import report
from core.delivery.tables import DeliveryRow, OutboxRow
from core.delivery.words import Stage, Status
from core.opening import open_store
from core.practice import doors
from tests.browser.looking import look_at, watched
from tests.browser.people import type_line

BEHIND = ("/unmatched", "/scheduled", "/settings", "/security", "/admin/staff", "/admin/webhooks")


@pytest.mark.browser
def test_pages_about_texts_that_are_in_trouble(demo, desk):
    page = desk("owner")
    complaints = watched(page)
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
    sent = [confirm(unit, prepare(unit, Order(Command.SMS, (patient_id,), said)).id, hold=30).id
            for said in ("Nobody knows about this", "This waits")]  # fmt: skip
    row, parcel, later = DeliveryRow, OutboxRow, unit.now + timedelta(days=1)
    doubted, waiting = (unit.db.scalars(select(row.id).where(row.message_id == one)).one() for one in sent)
    report(unit, doubted, Status.UNKNOWN)
    unit.db.execute(update(parcel).where(parcel.delivery_id == doubted).values(stage=Stage.CASE))
    unit.db.execute(update(parcel).where(parcel.delivery_id == waiting).values(due_at=later))
    unit.db.execute(update(row).where(row.id == waiting).values(waits_since=unit.now, provider="plivo"))
    return sent


@pytest.mark.browser
def test_pages_that_the_menu_under_ones_own_name_leads_to(demo, desk):
    page = desk("owner")
    complaints = watched(page)
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
