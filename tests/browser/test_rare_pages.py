"""Pages that few people ever meet, and nobody on a good day: no findings of axe, nothing sticks out (U71, U76).

A browser without a server: the pages are made by requests and loaded as they came.
"""

import re

import pytest
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, ServiceUnavailable

from core.delivery import emergency
from core.delivery.incoming import unmatched
from core.delivery.words import Channel, Unclear
from core.messages import reminders
from core.practice import staff
from core.practice.words import Role
from core.release import pin
from core.release.link import send_direct, take_back
from portal import create_app as create_portal
from staffbot import create_app as create_staffbot
from tests.browser.looking import CONTRAST, WHOLE, violations
from tests.conftest import START, hire, settings_on_sqlite
from tests.core.compose.test_scheduled import plan
from tests.core.delivery.test_emergency import WHY, talking
from tests.portal.visitor import BASE, Visitor, wrong_one
from tests.staffbot.browser import signed_in

SITE = "http://practice.test"
ENDLESS = "https://www.example.org/" + "a-long-address-" * 9


@pytest.fixture
def settings(tmp_path, migrated):
    """A practice of its own."""
    return settings_on_sqlite(tmp_path, migrated)


@pytest.fixture
def look_at_each(screens):
    """Loads pages by name, as they came: whole and light on a phone, and once more in the dark, wide."""
    page = screens(viewport={"width": 360, "height": 740})

    def look(found, client, base):
        def answer(route):
            path = route.request.url.removeprefix(SITE)
            if path.startswith("/static/"):
                kept = client.get(path, base_url=base)
                return route.fulfill(body=kept.data, content_type=kept.content_type)
            name = path[1:].replace("%20", " ")
            return route.fulfill(body=found[name], content_type="text/html") if name in found else route.abort()

        page.route("**/*", answer)
        for name in found:
            page.goto(f"{SITE}/{name}")
            for width, scheme, options in ((360, "light", WHOLE), (1280, "dark", CONTRAST)):
                page.set_viewport_size({"width": width, "height": 740})
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                seen = violations(page, options)
                assert seen == [], (
                    name,
                    scheme,
                    [(one["id"], [node["target"] for node in one["nodes"]]) for one in seen],
                )
                assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)

    return look


def trouble(app, error):
    """A page where an app fails in this way."""

    def fails():
        raise error

    app.view_functions["genuine.genuine"] = fails


@pytest.mark.browser
@pytest.mark.parametrize("language", ["en", "de"])
def test_what_a_patient_meets_on_a_bad_day(
    settings, store, system, anna, amara, network, clock, look_at_each, language
):
    app = create_portal(settings, store)
    guest, found = Visitor(app, **{"Accept-Language": language}), {}

    def keep(name, answer, status=200):
        assert answer.status_code == status, (name, answer.status_code)
        assert (f'lang="{language}"') in answer.text
        found[name] = answer.text
        return answer.text

    pin.choose(store, anna, amara.id, "brass lantern")
    sent = store.run(anna, send_direct, amara, f"Read {ENDLESS}", sensitive=True)
    link = network.link(amara.email).removeprefix(BASE)
    keep("no cookie", guest.get("/unlock"), 400)
    guest.get(link)
    keep("start", guest.get("/unlock"))
    keep("not for me", guest.get("/unlock/not-me"))
    keep("card wrong", guest.post("/unlock/card", {"card": "7KQM-4T2X-9RBD-0HVC"}), 422)
    guest.post("/unlock/send")
    keep("too soon", guest.post("/unlock/send"), 429)
    right = network.code(amara.mobile)
    keep("wrong", guest.post("/unlock/verify", {"code": wrong_one(right), "pin": "brass lantern"}), 422)
    guest.post("/unlock/verify", {"code": right, "pin": "brass lantern"})
    keep("refused", guest.post("/message/reply", {"text": ENDLESS * 40, "writer": "proxy"}), 422)
    keep("asked to be called", guest.get(guest.post("/message/reply", {"call": "1"}).location))
    keep("was not me", guest.get("/message/not-me"))
    token = re.search(r'csrf_token" value="([0-9a-f]+)', keep("message", guest.get("/message")))[1]
    clock.forward(minutes=16)
    keep("slept", guest.post("/message/reply", {"text": "late", "csrf_token": token}, token=False), 401)
    keep("locked", guest.post("/message/lock", {"csrf_token": token}, token=False))
    clock.forward(days=8)
    keep("expired", guest.get(link), 410)
    store.run(anna, take_back, sent.id)
    keep("unknown", guest.get(link), 404)
    for name, error in (("400", BadRequest()), ("413", RequestEntityTooLarge()), ("503", ServiceUnavailable())):
        trouble(app, error)
        keep(name, guest.get("/genuine"), int(name))
    look_at_each(found, app.test_client(), BASE)


@pytest.mark.browser
def test_what_staff_meet_on_a_bad_day(
    settings, store, system, practice, anna, ben, carl, amara, network, clock, look_at_each
):
    dora = hire(store, practice, "Dora Leaver", Role.PRACTITIONER)
    planned = plan(store, dora, amara)
    store.run(dora, reminders.remind_at, dora.actor.id, START.replace(hour=12), f"ring {ENDLESS}")
    store.run(system, staff.deactivate, dora.actor.id)
    network.settle()
    for why in Unclear:
        store.run(system, unmatched.put, Channel.SMS, why, "+447700900123", f"Who is this? {ENDLESS}")
    talk = talking(store, ben, carl)
    app = create_staffbot(settings, store)
    admin, found = signed_in(app, store, anna, clock), {}

    def keep(name, answer, status=200):
        assert answer.status_code == status, (name, answer.status_code)
        found[name] = answer.text

    baits = "/admin/lock/bait"
    keep("planned", admin.get("/scheduled"))
    late = {"to": str(ben.actor.id), "at": "2026-11-24T23:30"}
    keep("handed over wrong", admin.post(f"/scheduled/{planned.id}/hand-over", late, on="/scheduled"), 422)
    keep("bait refused", admin.post(f"{baits}/mail", {"email": "archive at elm"}, on=baits), 422)
    keep("bait", admin.post(f"{baits}/take", {}, on=baits))
    keep("tray", admin.get("/unmatched"))
    asked = {"conversation": str(talk), "reason": "because"}
    keep("emergency refused", admin.post("/admin/emergency", asked, on="/admin/emergency"), 422)
    store.run(anna, emergency.break_in, talk, WHY)
    keep("emergency", admin.get(f"/admin/emergency/{talk}"))
    contacts = f"/patients/{amara.id}/contacts"
    keep("contacts wrong", admin.post(contacts, {"email": amara.email, "mobile": "0"}, on=contacts), 422)
    keep("contacts kept", admin.get(f"{contacts}?done=told"))
    keep("nowhere", admin.get("/nowhere"), 404)
    look_at_each(found, app.test_client(), "https://127.0.0.1:8000")
