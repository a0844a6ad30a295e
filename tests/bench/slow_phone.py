"""The patient's way on a slow phone: from the e-mailed link to the message, in Chromium held back as U77 says.

Slow 3G (400 kbit/s, 400 ms a round trip), a processor at a sixth, 360 pixels, no script. Said are the seconds until each
page stands and the bytes it took over the wire; what the machine itself is slow at counts in.
"""

import json
import re
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from core.delivery.credits import top_up
from core.patients.find import everyone
from core.release.link import send_direct
from tests.bench.practice import opened
from tests.bench.table import Sizes, say
from tests.demo_process import Demo
from tests.screens import chromium_path

SLOW = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}  # bytes a second
SLOWER = 6  # times
MOST = 10  # seconds that the pages themselves may take (U77)
WORDS = "Your results are back."


def main(sizes: Sizes) -> None:
    """Say what each page takes."""
    with tempfile.TemporaryDirectory() as folder:
        store, who = opened(Path(folder))
        store.run(who, top_up, 10)
        patient = next(one for one in store.look(who, everyone) if one.email and one.mobile)
        store.run(who, send_direct, patient, WORDS)
        store.close()
        demo = Demo(Path(folder) / "instance").start()
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox"])
                page = browser.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False).new_page()
                _walk(_Phone(page), demo, patient.email, patient.mobile)
                browser.close()
        finally:
            demo.stop()


class _Phone:
    """A page held back, that notes what each step took."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.seconds = 0.0
        self._bytes = self._requests = 0
        self._cdp = page.context.new_cdp_session(page)
        self._cdp.send("Network.enable")
        self._cdp.send("Network.emulateNetworkConditions", SLOW)
        self._cdp.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        self._cdp.on("Network.loadingFinished", self._came)

    def step(self, name: str, act) -> None:
        self._bytes = self._requests = 0
        began = time.monotonic()
        with self.page.expect_navigation(wait_until="load"):
            act()
        took = time.monotonic() - began
        self.seconds += took
        say(f"U77  {name:<24} {took:5.2f} s  {self._bytes / 1024:6.1f} KiB  {self._requests} answers")

    def _came(self, event) -> None:
        self._bytes += event["encodedDataLength"]
        self._requests += 1


def _walk(phone: _Phone, demo: Demo, email: str, mobile: str) -> None:
    page = phone.page
    link = re.search(r"/l/[\w-]{43}", _newest(demo, email, "/l/"))
    assert link
    phone.step("the link", lambda: page.goto(demo.portal + link[0]))
    phone.step("Text me a code", page.get_by_role("button", name="Text me a code", exact=True).click)
    code = re.search(r"#(\d{8})", _newest(demo, mobile, "is your code"))
    assert code
    page.get_by_label("Code from the text message").fill(code[1])
    phone.step("Open my message", page.get_by_role("button", name="Open my message").click)
    assert WORDS in page.content()
    reached = "reached" if phone.seconds <= MOST else "MISSED"
    say(f"U77  the pages from link to message: {phone.seconds:.1f} s of {MOST} at most, {reached}")


def _newest(demo: Demo, to: str, having: str) -> str:
    """The newest letter or text there that has these words, once it came."""
    where = f"{demo.staff}/sandbox/messages.json?to={urllib.parse.quote(to)}"
    for _ in range(100):
        with urllib.request.urlopen(where) as answer:
            found = [one["text"] for one in json.load(answer) if having in one["text"]]
        if found:
            return str(found[0])
        time.sleep(0.1)
    raise AssertionError(f"nothing with {having!r} came to {to}")
