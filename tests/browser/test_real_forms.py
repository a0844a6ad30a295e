"""Real questionnaires in Chromium, with script and without: what is stored is the same to the byte (F48, F88).

The suite fills two small ones; `make corpus` fills every file that can be imported.
"""

import json
import os
import threading
from decimal import Decimal

import pytest
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
from tests.core.forms.making import REAL
from tests.core.forms.test_response import real_forms
from tests.demo_process import free_port
from tests.portal.test_real_forms import but_files, stored

SMALL = ("multiple-enablewhen.json", "numbers.json")
WANTED = os.environ.get("LATCHKEY_CORPUS", "")  # files, parted by commas, or `all`
FILES = real_forms() if WANTED == "all" else [one for one in WANTED.split(",") if one] or SMALL
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
