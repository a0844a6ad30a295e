"""A conversation of 100,000 messages: a window of at most 280 rows, moved both ways, and the eye's row never jumps
(U26-U28). A list of conversations that is long (U16).
"""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from playwright.sync_api import expect
from sqlalchemy import insert, select, update

from core.config import load
from core.ids import new_id
from core.messages.body import Body, seal_body
from core.messages.tables import ConversationRow, Member, MessageRow
from core.messages.words import Direction, Kind
from core.opening import open_store
from core.practice import doors
from core.store import Unit, Who
from core.store.unit import SYSTEM
from tests.browser.people import type_line

MANY = 100_000
AT_ONCE = 10_000
WALK = """async ([steps, by]) => {
  const list = document.querySelector("message-list")
  const settled = async () => { for (let n = 0; n < 6; n += 1) await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 8))) }
  const { arrange } = await import([...document.querySelectorAll("link[rel=modulepreload]")].find((one) => /rows\\.js/.test(one.href)).href)
  const inner = list.querySelector(".log-in")
  const stands = () => [...inner.children].map((one) => one.dataset.day ?? `${one.dataset.seq} ${one.dataset.run}`).join()
  const found = { rows: 0, drift: 0, disorder: 0, untidy: 0, first: 0, last: 0 }
  for (let step = 0; step < steps; step += 1) {
    const eye = list.rows.find((row) => row.getBoundingClientRect().bottom > list.getBoundingClientRect().top)
    const before = eye.getBoundingClientRect().top
    const from = list.scrollTop
    list.scrollTop += by
    const moved = Math.abs(list.scrollTop - from)
    await settled()
    if (eye.isConnected) found.drift = Math.max(found.drift, Math.abs(Math.abs(eye.getBoundingClientRect().top - before) - moved))
    const seqs = list.rows.map((row) => Number(row.dataset.seq))
    found.rows = Math.max(found.rows, seqs.length)
    found.disorder += seqs.filter((seq, n) => n && seq !== seqs[n - 1] + 1).length
    const stood = stands()
    arrange(inner) // all of it anew: a helping looks only at its own rows and at those beside them
    found.untidy += stands() === stood ? 0 : 1
    found.first = seqs[0]
    found.last = seqs.at(-1)
  }
  return found
}"""

LIVE = "const { live } = await import([...document.querySelectorAll('link[rel=modulepreload]')].find((one) => /live\\.js/.test(one.href)).href)"
GREET = """async (many) => {
  const old = (n) => ({ id: `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`, kind: "patient", members: [],
    title: `Olden Times ${n}`, last_seq: 1, unread: 0, last: null, last_at: new Date(864e5 * 365 - n * 6e4).toISOString() })
  const greeting = { conversations: Array.from({ length: many }, (_, n) => old(n)), here: [], typed: [], notifications: [] }
  LIVE
  live.dispatchEvent(new CustomEvent("ready", { detail: greeting }))
}""".replace("LIVE", LIVE)
EARLIER = """async () => {
  LIVE
  const gone = (n) => ({ id: `00000000-0000-4000-a000-${String(n).padStart(12, "0")}`, kind: "patient", members: [],
    title: `Long Gone ${n}`, last_seq: 1, unread: 0, last: null, last_at: new Date(864e5 - n * 6e4).toISOString() })
  const pages = [Array.from({ length: 60 }, (_, n) => gone(n)), Array.from({ length: 5 }, (_, n) => gone(60 + n))]
  const [asked, ask, list] = [[], live.ask, document.querySelector("conversation-list")]
  live.ask = (op, fields) => {
    if (op !== "conversation.earlier") return ask.call(live, op, fields)
    asked.push(fields.behind?.at(-1) ?? "first")
    return Promise.resolve({ conversations: pages.shift() })
  }
  for (let n = 0; n < 400 && !list.querySelector("[data-title='Long Gone 64']"); n += 1) {
    list.scrollTop = list.scrollHeight
    await new Promise((done) => setTimeout(done, 16))
  }
  return asked
}""".replace("LIVE", LIVE)
MISSED = """async (many) => {
  LIVE
  const list = document.querySelector("message-list")
  const { conversation, lastSeq } = document.querySelector(".app").dataset
  const said = (n) => ({ id: `00000000-0000-4000-9000-${String(n).padStart(12, "0")}`, conversation, seq: Number(lastSeq) + n,
    kind: "internal", kind_words: "Internal", direction: "internal", author: { id: "somebody", name: "Some Body" },
    text: `missed ${n}`, created_at: new Date().toISOString(), reactions: [], attachments: [] })
  const drawn = new Promise((done) => new MutationObserver(() => done(list.rows.map((row) => Number(row.dataset.seq)))).observe(list, { childList: true, subtree: true }))
  for (let n = 1; n <= many; n += 1) live.dispatchEvent(new CustomEvent("message.created", { detail: said(n) }))
  return drawn
}""".replace("LIVE", LIVE)
HELPINGS = """() => {
  window.helpings = []
  const count = (changes) => window.helpings.push(changes.flatMap((one) => [...one.addedNodes]).filter((one) => one.matches?.(".msg")).length)
  new MutationObserver(count).observe(document.querySelector(".log-in"), { childList: true })
}"""
GROUNDS = """() => ["message-list", "conversation-list"].map((one) => getComputedStyle(document.querySelector(one)).backgroundColor)"""
CHANGED = (
    MISSED.replace("async (many)", "async ({ n, ...news })").split("  const drawn")[0]
    + """
  live.dispatchEvent(new CustomEvent("message.updated", { detail: { ...said(n), seq: Number(lastSeq) + n, ...news } }))
}"""
)
NEWS = """async (title) => {
  const { every } = document.querySelector("conversation-list")
  const row = every.find((one) => one.dataset.title === title)
  const news = { conversation_id: row.dataset.conversation, unread: 2 }
  LIVE
  live.dispatchEvent(new CustomEvent("read.updated", { detail: news }))
}""".replace("LIVE", LIVE)


def fill(unit: Unit, conversation_id: UUID, first: int, count: int) -> None:
    """Messages straight into the table: what the demonstration's people could not say in a test's time."""
    conversation = unit.db.execute(
        select(ConversationRow.patient_id).where(
            ConversationRow.practice_id == unit.practice_id, ConversationRow.id == conversation_id
        )
    ).one()
    rows = []
    for seq in range(first, first + count):
        message = new_id()
        text = f"note {seq} " + "and more of it " * (seq % 7)
        rows.append({
            "practice_id": unit.practice_id, "conversation_id": conversation_id, "seq": seq, "id": message,
            "kind": Kind.INTERNAL, "direction": Direction.INTERNAL, "author_id": None,
            "patient_id": conversation.patient_id, "client_id": None, "reply_to": None, "files": 0,
            "body": seal_body(unit, message, conversation_id, conversation.patient_id, Body(text), own=False),
            "created_at": unit.now - timedelta(minutes=MANY - seq),
        })  # fmt: skip
    unit.db.execute(insert(MessageRow), rows)
    mine = (ConversationRow.practice_id == unit.practice_id, ConversationRow.id == conversation_id)
    unit.db.execute(update(ConversationRow).where(*mine).values(last_seq=first + count - 1))
    unit.db.execute(
        update(Member)
        .where(Member.practice_id == unit.practice_id, Member.conversation_id == conversation_id)
        .values(last_read_seq=first + count - 1)
    )


@pytest.mark.browser
def test_a_hundred_thousand_messages_are_walked_without_a_jump(demo, desk):
    page = desk("owner", about="Nadia Sampleford")
    thread = UUID(page.locator(".app").get_attribute("data-conversation"))
    store = open_store(load(demo.folder, demo=True))
    who = Who(practice_of(store, thread), SYSTEM)
    begun = int(page.locator(".app").get_attribute("data-last-seq"))
    for first in range(begun + 1, MANY + 1, AT_ONCE):
        store.run(who, fill, thread, first, min(AT_ONCE, MANY + 1 - first))
    store.close()

    page.reload()
    expect(page.locator("#box[data-ready]")).to_be_visible()
    expect(page.locator(".msg").last).to_have_attribute("data-seq", str(MANY))
    page.evaluate(HELPINGS)
    for _ in range(12):
        up = page.evaluate(WALK, [20, -700])
        assert up["rows"] <= 280 and up["disorder"] == up["untidy"] == 0 and up["drift"] <= 1.5, up
        if up["last"] < MANY:
            break
    assert up["last"] < MANY and up["first"] < MANY - 280  # the newest were let go on the way
    helpings = [rows for rows in page.evaluate("helpings") if rows]
    assert sum(helpings) >= 200 and max(helpings) <= 50, helpings  # a page of 100 never comes in one go (U26)
    assert all(one.startswith("rgb(") for one in page.evaluate(GROUNDS))  # what scrolls is drawn once, not each frame

    type_line(page, "Said from far above")  # one's own message brings one to the end
    expect(page.locator(".msg").last).to_contain_text("Said from far above")
    page.evaluate("document.querySelector('message-list').to(50_000)")
    far = page.locator(".msg[data-seq='50000']")
    expect(far).to_be_in_viewport()
    link = far.get_attribute("id")
    for _ in range(12):
        down = page.evaluate(WALK, [20, 700])
        assert down["rows"] <= 280 and down["disorder"] == down["untidy"] == 0 and down["drift"] <= 1.5, down
        if down["first"] > 49_950:
            break
    assert down["first"] > 49_950  # the oldest were let go on the way
    page.get_by_role("button", name="below").or_(page.get_by_role("button", name="Newest", exact=True)).click()
    expect(page.locator(".msg").last).to_be_in_viewport()
    assert page.locator(".msg").last.get_attribute("data-seq") == str(MANY + 1)
    page.goto(f"{demo.staff}/c/{thread}#{link}")
    page.reload()  # the page begins with the newest: what the link leads to is asked for
    expect(page.locator(f"#{link}")).to_be_in_viewport()


@pytest.mark.browser
def test_of_a_long_list_what_one_sees_is_drawn_and_the_filter_knows_it_all(desk):
    """U16."""
    page = desk("owner")
    page.evaluate(GREET, 300)
    patients = page.locator("[data-section='Patients'] .conv")
    expect(patients).to_have_count(50)  # of 300 and more those before one's eyes, so that a key costs little (U16)
    filter_box = page.get_by_label("Filter conversations")
    filter_box.fill("old 29")
    shown = [f"Olden Times {n}" for n in (29, *range(290, 300))]
    assert patients.evaluate_all("rows => rows.map((row) => row.dataset.title)") == shown
    filter_box.fill("")
    patients.last.scroll_into_view_if_needed()
    expect(page.locator(".conv[data-title='Olden Times 40']")).to_be_attached()
    page.evaluate(NEWS, "Olden Times 299")
    page.locator("#box").hover()
    expect(
        page.locator("[data-section='Unread'] .conv[data-title='Olden Times 299']")
    ).to_be_visible()  # though never drawn
    assert page.evaluate(EARLIER) == ["first", "9"]  # what the list has not, a page at a time, until there is no more
    assert patients.last.get_attribute("data-title") == "Long Gone 64"
    filter_box.fill("nobody of this name")
    expect(page.get_by_text("No conversation in this list fits.")).to_be_visible()
    filter_box.press("Enter")
    expect(page.get_by_role("combobox", name="A name, a page or a command")).to_have_value("nobody of this name")


@pytest.mark.browser
def test_of_much_that_was_missed_the_newest_is_there_at_once_and_a_line_says_where_one_left_off(desk):
    """U98: 120 at once, as after a break."""
    page = desk("owner", about="Quentin Bidon")
    begun = int(page.locator(".app").get_attribute("data-last-seq"))
    first = page.evaluate(MISSED, 120)
    assert first == [begun + n for n in range(81, 121)]  # whole and in order before anything above them
    expect(page.locator(".msg").last).to_be_in_viewport()
    expect(page.locator(f".msg[data-seq='{begun + 1}']")).to_be_attached()
    seqs = page.locator("message-list .msg").evaluate_all("rows => rows.map((row) => Number(row.dataset.seq))")
    assert seqs == sorted(set(seqs)) and seqs[-120:] == [begun + n for n in range(1, 121)]
    expect(page.locator(f"#new + .msg[data-seq='{begun + 1}']")).to_be_attached()
    expect(page.locator(".msg").last).to_be_in_viewport()  # one's place is kept while they come

    head, second, third = (page.locator(f".msg[data-seq='{begun + n}']") for n in (1, 2, 3))
    expect(
        head.get_by_text("Some Body")
    ).to_be_visible()  # a run of one person has one head, and starts anew at the line
    expect(second.locator(".msg-head")).to_be_hidden()
    expect(second).to_have_accessible_name(re.compile("^Some Body, to your team, "))
    page.evaluate(CHANGED, {"n": 2, "edited_at": "2026-11-23T10:00:00Z"})
    expect(second.get_by_text("edited")).to_be_visible()
    page.evaluate(CHANGED, {"n": 1, "deleted_at": "2026-11-23T10:00:00Z"})
    expect(head).to_contain_text("Some Body")  # what was taken back keeps the head that others stand under
    page.evaluate(CHANGED, {"n": 3, "author": {"id": "other", "name": "Other Body"}})
    expect(third.get_by_text("Other Body")).to_be_visible()
    expect(page.locator(f".msg[data-seq='{begun + 4}']").get_by_text("Some Body")).to_be_visible()


def practice_of(store, conversation_id: UUID) -> UUID:
    """Whose conversation it is."""

    def owner(db):
        return db.scalar(select(ConversationRow.practice_id).where(ConversationRow.id == conversation_id))

    assert store.door(doors.every_practice)
    return store.door(owner)
