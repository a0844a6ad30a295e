"""Pages as they look and read: no findings of axe, no sideways scroll, no complaint of the browser's own policy."""

import gzip

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.people import sign_in

PAGES = ("/login", "/patients", "/notifications", "/credits", "/forms", "/sandbox/")
WIDTHS = (390, 1280)


def look_at(page) -> None:
    """At both widths in both themes: nothing axe finds, nothing that sticks out."""
    for width in WIDTHS:
        for scheme in ("light", "dark"):
            page.set_viewport_size({"width": width, "height": 844})
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # colours do not fade while axe looks
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (page.url, width)
            found = Axe().run(page).response["violations"]
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
        f"/patients/{patient['id']}",
        f"/patients/{patient['id']}/messages",
        f"/patients/{patient['id']}/chat",
    ):
        page.goto(demo.staff + path)
        look_at(page)
    page.set_viewport_size({"width": 1280, "height": 844})
    page.locator("#box").click()
    page.keyboard.type("/")
    page.locator("#combo").wait_for()
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
