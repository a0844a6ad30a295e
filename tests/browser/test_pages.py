"""Pages of staff as they look and read, what they weigh, and what is dragged on them."""

import gzip

import pytest
from playwright.sync_api import expect

from tests.browser.looking import look_at, watched
from tests.browser.people import sign_in

PAGES = (
    "/login",
    "/patients",
    "/notifications",
    "/credits",
    "/forms",
    "/manual",
    "/search?q=kind:sms the",
    "/admin/audit",
    "/admin/deliveries",
    "/admin/lock",
    "/sandbox/",
)


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
    page.set_viewport_size(
        {"width": 320, "height": 256}
    )  # the chat at 400 % zoom: it scrolls, and can be read (WCAG 1.4.10)
    assert page.locator("message-list").evaluate("one => one.clientHeight") > 100
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(demo.staff + "/templates")  # the one that is written, and the list beside it
    edited, listed = (page.locator(".split > div").nth(n).bounding_box() for n in (0, 1))
    assert edited["y"] == listed["y"] and edited["x"] + edited["width"] < listed["x"]
    assert complaints == []


@pytest.mark.browser
def test_pages_stay_within_their_weight(demo, screens, desk):
    assert len(gzip.compress(screens().request.get(demo.staff + "/login").body())) <= 5 * 1024
    page = desk("owner")
    budgets = {"/patients": 20, "/notifications": 20, "/credits": 20, "/forms": 20}
    for path, limit in budgets.items():
        assert len(gzip.compress(page.request.get(demo.staff + path).body())) <= limit * 1024, path
    chat = page.request.get(f"{demo.staff}/patients/{demo.patient('Ada Okafor')['id']}/chat")
    assert len(gzip.compress(chat.body())) <= 30 * 1024


@pytest.mark.browser
def test_a_question_that_is_built_is_dragged_before_another(demo, desk):
    page = desk("owner")
    complaints = watched(page)
    page.goto(demo.staff + "/forms")
    page.get_by_role("link", name="GAD-7").first.click()
    page.get_by_label("Copy it under the title").fill("Dragged")
    page.get_by_role("button", name="Copy").click()
    rows = page.locator(".built li b")
    expect(page.locator(".built li[draggable=true]").first).to_be_visible()
    before = rows.all_inner_texts()
    page.locator(".built li").nth(3).drag_to(page.locator(".built li").nth(1))
    expect(rows.nth(1)).to_have_text(before[3])
    assert rows.all_inner_texts() == [before[0], before[3], *before[1:3], *before[4:]]
    here = page.url.partition("#")[0].partition("?")[0]
    for path in ("", "/words?in=de"):
        page.goto(here + path)
        look_at(page)
    assert complaints == []
