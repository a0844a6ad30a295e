"""U26: scrolling a conversation of 100,000 messages, beside an empty list of rows of the same heights scrolled the same way.

Said are, at a sixth of the processor and at the whole of it: frames, the main thread's work a frame (script, style,
layout and paint together), and apart from it the raster. Without a graphics card the raster is done by the processor, on
threads of its own that are not held back; a laptop with a card does not pay it. Both lists show the same to the card.
"""

import json
from bisect import bisect_left
from dataclasses import dataclass
from uuid import UUID

from playwright.sync_api import Browser, Page, sync_playwright

from core.config import load
from core.opening import open_store
from core.store import Who
from core.store.unit import SYSTEM
from tests.bench.practice import demonstration
from tests.bench.table import Sizes, say
from tests.browser.people import open_chat_about, sign_in
from tests.browser.test_long_conversation import AT_ONCE, MANY, fill, practice_of
from tests.demo_process import Demo
from tests.screens import chromium_path

FRAME = 1000 / 60  # ms
PACES = (-20, -60, 60)  # px a frame: 1,200 a second is a brisk wheel, 3,600 a thrown finger
SECONDS = 5
SCREEN = {"width": 1280, "height": 800}
SCROLL = """async ([seconds, by]) => {
  const list = document.querySelector("message-list, .floor")
  const frames = []
  await new Promise((done) => {
    const [from, last] = [performance.now(), { at: 0 }]
    requestAnimationFrame(function step(now) {
      if (last.at) frames.push(now - last.at)
      last.at = now
      list.scrollTop += by
      if (now - from < seconds * 1000) requestAnimationFrame(step)
      else done()
    })
  })
  return frames
}"""
# The floor: rows as high as those of the chat, empty, in a list as large, on the same ground.
HEIGHTS = """() => {
  const list = document.querySelector("message-list")
  return { width: list.clientWidth, height: list.clientHeight, rows: list.rows.map((row) => row.offsetHeight) }
}"""
FLOOR = """({ width, height, rows }) => {
  const list = document.createElement("div")
  list.className = "floor"
  Object.assign(list.style, { overflow: "auto", background: "white", width: `${width}px`, height: `${height}px` })
  for (let n = 0; n < 8000; n += 1) {
    const row = document.createElement("div")
    Object.assign(row.style, { height: `${rows[n % rows.length]}px`, marginBlockStart: "5px" })
    list.append(row)
  }
  document.body.replaceChildren(list)
  list.scrollTop = list.scrollHeight / 2
}"""


@dataclass(frozen=True)
class Took:
    """What scrolling took: ms between frames, ms of the main thread a frame, ms of raster a frame on all its threads."""

    frames: list[float]
    busy: list[float]
    raster: float

    def told(self) -> str:
        """In one line."""
        late = sum(one > 1.5 * FRAME for one in self.frames) / len(self.frames)
        return (
            f"frames p50 {at(self.frames, 0.5):5.1f} p95 {at(self.frames, 0.95):5.1f} late {late:5.1%}   "
            f"main thread p50 {at(self.busy, 0.5):5.1f} p95 {at(self.busy, 0.95):5.1f}   raster {self.raster:4.1f} ms"
        )


def main(sizes: Sizes) -> None:
    """Say what a frame takes, up and down, from the middle of the conversation."""
    with demonstration() as demo, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox"])
        page = sign_in(browser.new_page(viewport=SCREEN), demo, demo.user("owner"))
        _fill(demo, page)
        for slower in (6, 1):
            for by in PACES:
                page.reload()
                page.locator("#box[data-ready]").wait_for()
                _compare(browser, page, slower, by)
        browser.close()


def _fill(demo: Demo, page: Page) -> None:
    open_chat_about(page, demo, demo.patient("Nadia Sampleford"))
    thread = UUID(page.get_attribute(".app", "data-conversation"))
    begun = int(page.get_attribute(".app", "data-last-seq") or 0)
    store = open_store(load(demo.folder, demo=True))
    who = Who(practice_of(store, thread), SYSTEM)
    for first in range(begun + 1, MANY + 1, AT_ONCE):
        store.run(who, fill, thread, first, min(AT_ONCE, MANY + 1 - first))
    store.close()


def _compare(browser: Browser, page: Page, slower: int, by: int) -> None:
    page.evaluate("document.querySelector('message-list').to(50_000)")
    page.locator(".msg[data-seq='50000']").wait_for()
    heights = page.evaluate(HEIGHTS)
    took = scroll(browser, page, slower, by)
    bare = browser.new_page(viewport=SCREEN)
    bare.evaluate(FLOOR, heights)
    floor = scroll(browser, bare, slower, by)
    bare.close()
    say(f"U26  1/{slower} processor, {by:+} px a frame   the chat: {took.told()}")
    say(f"U26  {'':<32} an empty list: {floor.told()}")
    ratio = at(took.busy, 0.95) / at(floor.busy, 0.95)
    goal = "reached" if at(took.frames, 0.95) < 1.5 * FRAME else "MISSED"
    say(f"U26  {'':<32} p95 of the main thread {ratio:.1f} of the floor's; 60 a second in p95 {goal}")


def scroll(browser: Browser, page: Page, slower: int, by: int) -> Took:
    """Scroll for some seconds with the browser's own trace of its threads."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    browser.start_tracing(page=page, categories=["toplevel", "cc"])
    frames = sorted(page.evaluate(SCROLL, [SECONDS, by]))
    events = json.loads(browser.stop_tracing())["traceEvents"]
    cdp.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    whole = [one for one in events if one.get("ph") == "X"]
    raster = sum(one["dur"] for one in whole if one["name"] == "RasterTask") / 1000
    return Took(frames, _busy(events, whole), raster / len(frames))


def _busy(events: list[dict], whole: list[dict]) -> list[float]:
    """Processor time of the page's main thread from each frame to the next, ms, sorted."""
    begun = [one for one in whole if one["name"] == "ProxyMain::BeginMainFrame"]
    thread = (begun[0]["pid"], begun[0]["tid"])
    ends = sorted(one["ts"] for one in begun if (one["pid"], one["tid"]) == thread)
    busy = [0.0] * (len(ends) + 1)
    for one in whole:
        if (one["pid"], one["tid"]) == thread and one["name"] == "ThreadControllerImpl::RunTask":
            busy[bisect_left(ends, one["ts"])] += one.get("tdur", one["dur"]) / 1000
    return sorted(busy[1:-1])


def at(found: list[float], share: float) -> float:
    """What so large a share of sorted numbers does not pass."""
    return found[min(len(found) - 1, int(len(found) * share))]
