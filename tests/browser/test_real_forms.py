"""Real questionnaires in Chromium, with script and without: what is stored is the same to the byte (F48, F88).

The suite fills two small ones; `make corpus` fills every file that can be imported. What the script adds is tried beside.
"""

import json
import os
import re
import threading
from decimal import Decimal

import pytest
from playwright.sync_api import expect
from werkzeug.serving import make_server

from core.forms import find, library
from core.forms.engine import evaluate
from core.forms.questionnaire import read
from core.forms.response import dumps, items
from core.forms.response import read as read_response
from core.release.link import send_direct
from portal import create_app
from tests.browser.hand import Hand
from tests.conftest import settings_on_sqlite
from tests.core.forms.filling import fill
from tests.core.forms.making import REAL, extension, item, questionnaire
from tests.core.forms.test_response import real_forms
from tests.demo_process import free_port
from tests.portal.test_form_script import ITEMS as SCRIPTED
from tests.portal.test_real_forms import but_files, stored

SMALL = ("multiple-enablewhen.json", "numbers.json")
WANTED = os.environ.get("CORPUS", "")  # files, parted by commas, or `all`
FILES = real_forms() if WANTED == "all" else [one for one in WANTED.split(",") if one] or SMALL
SIGNS = extension("questionnaire-itemControl", valueCodeableConcept={"coding": [{"code": "signature"}]})
ITEMS = (SCRIPTED[0], SCRIPTED[-1], item("sig", "attachment", text="Sign here", extension=[SIGNS]))  # limit, slider
PHONE = {"width": 390, "height": 844}
ITS_OWN = ("id", "identifier", "authored")  # what tells two responses apart


@pytest.fixture
def settings(tmp_path, migrated):
    """A practice whose portal listens on this machine."""
    return settings_on_sqlite(tmp_path, migrated, portal_url=f"http://127.0.0.1:{free_port()}")


@pytest.fixture
def portal(settings, store):
    """The portal, listening; its address."""
    port = int(settings.portal_url.rpartition(":")[2])
    server = make_server("127.0.0.1", port, create_app(settings, store), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield settings.portal_url
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.browser
@pytest.mark.parametrize("file", FILES)
def test_a_real_form_is_stored_the_same_to_the_byte_with_script_and_without(
    file, portal, screens, store, system, anna, amara, network, clock
):
    source = (REAL / file).read_bytes()
    store.run(system, library.add_form, source, key="a-form", accept=True)
    form = read(source).form
    _, state = fill(form, clock())
    kept = []
    for script in (True, False):
        clock.forward(seconds=1)
        store.run(anna, send_direct, amara, "", form=store.look(anna, find.by_key, "a-form"))
        page = screens(viewport=PHONE, java_script_enabled=script)
        _unlock(page, network)
        hand = Hand(page, state, form)
        hand.walk(portal + "/form/start")
        kept.append(stored(store, system))
        page.context.close()
        clock.forward(hours=1)
    with_script, without = (_but_its_own(one) for one in kept)
    assert with_script == without
    given = but_files(kept[0]).get("item", [])
    again = evaluate(form, read_response(form, json.loads(kept[0], parse_float=Decimal)).answers, now=clock())
    assert but_files(dumps(items(form.items, again.answers))) == given
    if not hand.unforeseen:
        assert but_files(dumps(items(form.items, state.answers))) == given


@pytest.mark.browser
@pytest.mark.s("S30", "S65")
def test_the_script_keeps_what_is_typed_counts_letters_loses_nothing_without_a_network_and_takes_a_drawing(
    portal, screens, store, system, anna, amara, network
):
    store.run(system, library.add_form, questionnaire(*ITEMS), key="a-form")
    store.run(anna, send_direct, amara, "", form=store.look(anna, find.by_key, "a-form"))
    page, complaints = screens(viewport=PHONE), []
    page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
    page.clock.install()
    _unlock(page, network)
    page.goto(portal + "/form/p/1")
    words, state, heard = page.get_by_label("Tell us"), page.locator(".kept"), page.locator(".kept + [role=status]")
    words.fill("Since last")
    expect(page.get_by_text("Letters left: 30")).to_be_visible()
    page.clock.fast_forward(20_000)
    expect(state).to_have_text("Saved")
    expect(heard).to_have_text("Saved")
    page.reload()
    expect(words).to_have_value("Since last")
    page.context.set_offline(True)
    words.fill("Since last week")
    page.clock.fast_forward(20_000)
    expect(state).to_have_text("Not saved. We try again.")
    page.get_by_role("button", name="Next question").last.click()
    expect(state).to_contain_text("What you typed is still here")
    page.context.set_offline(False)
    expect(state).to_have_text("Saved")
    page.get_by_role("button", name="Next question").last.click()
    page.wait_for_url("**/form/p/2")
    slider, number = page.get_by_role("slider"), page.get_by_role("textbox")
    assert slider.get_attribute("aria-valuetext") == "Not answered"
    slider.press("ArrowRight")
    expect(number).to_have_value("6")
    number.fill("2")
    expect(slider).to_have_value("2")
    page.get_by_role("button", name="Next question").last.click()
    sheet = page.get_by_role("img", name="You can sign here")
    box = sheet.bounding_box()
    sheet.hover(position={"x": 20, "y": 20})
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 60, steps=5)
    page.mouse.up()
    page.get_by_role("button", name="Check my answers").last.click()
    shown = re.compile(r"Since last week.*2.*Drawn by hand", re.DOTALL)
    expect(page.locator(".answers")).to_contain_text(shown)
    assert complaints == []


def _unlock(page, network):
    page.goto(network.link("amara@example.org"))
    page.get_by_role("button", name="Text me a code", exact=True).click()
    page.get_by_label("Code from the text message").fill(network.code("+447700900057"))
    page.get_by_role("button", name="Open my message").click()
    page.wait_for_url("**/message")


def _but_its_own(kept):
    """The stored bytes without what is each response's own; of files, only that there is one."""
    whole = but_files(kept)
    return dumps({key: value for key, value in whole.items() if key not in ITS_OWN})
