"""A patient before a form over HTTP: what a page shows and signs, and posting it as a browser would."""

import re

from core.forms import find, library
from core.release.link import send_direct
from portal import create_app
from tests.core.forms.making import questionnaire
from tests.portal.visitor import BASE, Visitor, unlock

FIELD = re.compile(r'name="(q\d+\w*?)(?:-\w+)?"')


def before_form(settings, store, system, anna, amara, network, *items, key="a-form", source=b"", app=None):
    """Amara, unlocked, before a form of these items (or of that source, or the ones of these keys)."""
    if items or source:
        store.run(system, library.add_form, source or questionnaire(*items), key=key, accept=bool(source))
    store.run(anna, send_direct, amara, "", form=store.look(anna, find.pack, key))
    visitor = Visitor(app or create_app(settings, store))
    unlock(visitor, network.link(amara.email).removeprefix(BASE), network, amara.mobile)
    return visitor


def offered(visitor, number):
    """The name a page's field goes by (empty on a list), and what the page signed."""
    page = visitor.get(f"/form/p/{number}").text
    name = FIELD.search(page)
    return name[1] if name else "", re.search(r'name="offer" value="([^"]+)"', page)[1]


def answer(visitor, number, press="", **parts):
    """Post one page; `value` is the field itself, anything else a part of it, `press` another button than *Next*."""
    name, signed = offered(visitor, number)
    posted = {name if part == "value" else f"{name}-{part}": one for part, one in parts.items()}
    return visitor.post(f"/form/p/{number}", {"offer": signed, **({press: "1"} if press else {}), **posted})


def refused(visitor, response):
    """The same page as it is shown by a get after a post that could not go on (F84)."""
    leads = response.headers["Location"]
    assert response.status_code == 303 and "wrong=1" in leads and leads.endswith("#problem")
    page = visitor.get(leads.partition("#")[0])
    assert page.status_code == 200 and 'id="problem"' in page.text and "<title>Error: " in page.text
    return page


def heading(visitor, number):
    """What a page asks."""
    found = re.search(r"<h1[^>]*>(.*?)(?: <span|</h1>)", visitor.get(f"/form/p/{number}").text)
    return found[1] if found else ""


def where(response):
    """The number of the page that a post leads to."""
    return int(response.headers["Location"].rpartition("/p/")[2].partition("?")[0])
