"""What people do in the browser, in their words."""

import io
import re
from datetime import timedelta
from typing import Any

from PIL import Image
from playwright.sync_api import Page, expect
from sqlalchemy import update

from core.config import load
from core.delivery.tables import OutboxRow
from core.delivery.words import Stage
from core.opening import open_store
from core.practice import doors
from core.practice.preferences import UNDO
from core.practice.tables import StaffRow
from core.store import Unit, Who
from core.store.unit import SYSTEM
from tests.demo_process import Demo

expect.set_options(timeout=20_000)  # a sent message is held for ten seconds, so that it can be undone (U51)


def sign_in(page: Page, demo: Demo, user: dict[str, str]) -> Page:
    """Sign in as a staff member and land in the chat."""
    page.goto(demo.staff + "/login")
    give_password(page, user)
    expect(page.locator("#box[data-ready]")).to_be_visible()
    return page


def give_password(page: Page, user: dict[str, str]) -> None:
    """Fill in the form of signing in, wherever it stands."""
    page.get_by_label("Email").fill(user["email"])
    page.get_by_label("Password").fill(user["password"])
    page.get_by_role("button", name="Sign in").click()


def open_chat_about(page: Page, demo: Demo, patient: dict[str, str]) -> None:
    """The conversation about a patient."""
    page.goto(f"{demo.staff}/patients/{patient['id']}/chat")
    expect(page.locator("#box[data-ready]")).to_be_visible()


def type_line(page: Page, text: str) -> None:
    """Type into the message box, over what may be half-typed there, and press Enter, past any suggestion.

    A press may have led to this page: it is there to be read before anything of it listens.
    """
    expect(page.locator("#box[data-ready]")).to_be_visible()
    page.locator("#box").click()
    page.keyboard.press("Control+a")
    page.keyboard.type(text)
    expect(page.locator("#options:not([aria-busy])")).to_be_attached()
    if page.locator("#box[aria-expanded=true]").count():
        page.keyboard.press("Escape")
    page.keyboard.press("Enter")


def confirm(page: Page) -> None:
    """Look at the card and press Send, once it listens."""
    hears(page)
    page.locator("draft-card .go").click()
    expect(page.locator("draft-card")).to_be_hidden()


def hears(page: Page) -> None:
    """Wait for the card: it is deaf at first, so that a double Enter never sends (U48)."""
    expect(page.locator("draft-card:not([data-deaf]) .check")).to_be_visible()


def newest(page: Page, demo: Demo, to: str, channel: str, containing: str = "") -> dict[str, Any]:
    """The newest text or letter to an address on the pretend network since the demonstration started."""
    found: list[dict[str, Any]] = []

    def fits(one: dict[str, Any]) -> bool:
        return one["channel"] == channel and containing in one["text"] and one["id"] not in demo.before

    def arrived() -> bool:
        said = page.request.get(f"{demo.staff}/sandbox/messages.json", params={"to": to}).json()
        found[:] = [one for one in said if fits(one)]
        return bool(found)

    wait_until(page, arrived)
    return found[0]


def let_it_go(demo: Demo) -> None:
    """The seconds in which what was sent can still be undone are over: nobody waits for them (U51)."""
    store = open_store(load(demo.folder, demo=True))
    for practice_id in store.door(doors.every_practice):
        store.run(Who(practice_id, SYSTEM), _nothing_is_held)
    store.close()


def _nothing_is_held(unit: Unit) -> None:
    held = OutboxRow.practice_id == unit.practice_id, OutboxRow.stage == Stage.WAITING
    soon = OutboxRow.due_at.between(unit.now, unit.now + timedelta(seconds=max(UNDO)))
    unit.db.execute(update(OutboxRow).where(*held, soon).values(due_at=unit.now))


def let_undo(demo: Demo, user: dict[str, str], seconds: int) -> None:
    """How long somebody can undo what they sent (U51): a slow machine needs more than ten seconds to look at it."""
    store = open_store(load(demo.folder, demo=True))
    who = store.door(doors.sign_in, user["email"]).who
    mine = StaffRow.practice_id == who.practice_id, StaffRow.id == who.actor.id
    store.run(who, lambda unit: unit.db.execute(update(StaffRow).where(*mine).values(undo_seconds=seconds)))
    store.close()


def wait_until(page: Page, test: Any, tries: int = 100) -> None:
    """Ask again until it is so; the page's own clock does the waiting."""
    for _ in range(tries):
        if test():
            return
        page.wait_for_timeout(150)
    raise AssertionError("it did not happen")


def link_in(message: dict[str, Any]) -> str:
    """The link of an e-mail."""
    found = re.search(r"https?://\S+/l/\S+", message["text"])
    assert found
    return found[0]


def code_in(message: dict[str, Any]) -> str:
    """The code of a text."""
    return str(message["text"].rsplit("#", 1)[1])


def picture() -> bytes:
    """A small real PNG."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (13, 90, 80)).save(out, "PNG")
    return out.getvalue()
