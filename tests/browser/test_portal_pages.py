"""Pages of patients, before the lock and behind it, as they look and read."""

import json
import threading

import pytest
from playwright.sync_api import expect

from core import logs
from portal import create_app
from tests import https
from tests.browser.looking import fits, look_at, watched
from tests.browser.people import code_in, confirm, let_it_go, link_in, newest, type_line
from tests.demo_process import free_port


@pytest.mark.browser
def test_portal_pages(demo, screens):
    page = screens()
    complaints = watched(page)
    for path in ("/genuine", "/l/" + "x" * 43, "/unlock"):
        page.goto(demo.portal + path)
        look_at(page)
    assert [one for one in complaints if "status of 4" not in one] == []


@pytest.mark.browser
@pytest.mark.s("S65")
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_what_a_page_may_not_do_is_stopped_and_the_browser_tells_the_portal(settings, store, practice, screens, capsys):
    """Browsers report over https alone."""
    logs.configure("info", "json")
    url = f"https://localhost:{(port := free_port())}"
    app = create_app(settings.model_copy(update={"portal_url": url}), store)
    told = threading.Event()

    def listening(environ, start):
        yield from app(environ, start)
        if environ["PATH_INFO"] == "/policy-reports":
            told.set()

    with https.served(port, listening):
        page = screens()
        page.goto(f"{url}/genuine")
        page.locator("h1").evaluate("(h1) => h1.setAttribute('style', 'display: none')")
        expect(page.locator("h1")).to_be_visible()
        assert told.wait(20)
        page.close()
    logs.configure("info", "text")
    said = [json.loads(line) for line in capsys.readouterr().err.splitlines() if '"a page was stopped"' in line]
    assert [(one["path"], one["kind"], one["what"]) for one in said] == [("/genuine", "style-src-attr", "inline")]


@pytest.mark.browser
def test_the_pages_behind_the_lock(demo, screens, desk):
    patient = demo.patient("Helen Makebelieve")
    staff = desk("owner", about="Helen Makebelieve")
    type_line(staff, "/dm Read https://www.example.org/" + "a-long-address-" * 9 + " and these words")
    confirm(staff)
    let_it_go(demo)
    expect(staff.locator(".msg.out.dm .ticks").last).to_have_text("Not opened yet")
    page = screens(java_script_enabled=False)
    page.goto(link_in(newest(staff, demo, patient["email"], "email", "/l/")))
    fits(page)
    page.get_by_role("button", name="Text me a code", exact=True).click()
    fits(page)
    page.get_by_label("Code from the text message").fill("1234")
    page.get_by_role("button", name="Open my message").click()
    assert "The code has 8 numbers" in page.get_by_role("alert").inner_text()
    expect(page.get_by_label("Code from the text message")).to_be_focused()
    page.get_by_label("Code from the text message").fill(
        code_in(newest(staff, demo, patient["mobile"], "sms", "is your code"))
    )
    page.get_by_role("button", name="Open my message").click()
    fits(page)
    assert all(one.bounding_box()["height"] >= 44 for one in page.locator(".lone a").all())
    # On paper: no buttons, black on white from a dark screen, and whom to ring (U85).
    page.emulate_media(media="print", color_scheme="dark")
    assert page.locator(".btn:visible, .lone:visible, textarea:visible").count() == 0
    expect(page.get_by_text("Need help?")).to_be_visible()
    assert page.locator("article").evaluate("one => getComputedStyle(one).color") == "rgb(0, 0, 0)"
    page.emulate_media(media="screen", color_scheme="light")
    # The notice that the session will sleep takes no room before its time.
    assert page.locator(".soon").bounding_box()["height"] == 0
    # Without a style sheet an icon is no larger than its word (U71).
    page.route("**/static/*.css", lambda route: route.abort())
    page.reload()
    assert max(one.bounding_box()["height"] for one in page.locator("svg.i:visible").all()) <= 24
    staff.goto(f"{demo.staff}/sandbox/?who={patient['id']}")
    fits(staff)
