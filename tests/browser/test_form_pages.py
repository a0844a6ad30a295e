"""The pages of a form in every state: no findings of axe, nothing sticks out, everything can be hit (F83-F85).

A browser without a server: the pages are made by requests and loaded as they came.
"""

import re

import pytest

from core.forms.words import Kind
from portal import create_app
from tests.browser.looking import violations
from tests.conftest import settings_on_sqlite
from tests.core.forms.making import choice, extension, item
from tests.portal.form_filler import FIELD, before_form, refused

NARROW = {"width": 320, "height": 640}
BASE = "http://portal.test"
TALL = 44  # pixels of whatever a thumb hits
SMALL_TARGETS = """(tall) => [...document.querySelectorAll("main :is(.btn, .choice, .input, [type=range], summary)")]
  .filter((one) => one.offsetParent && one.getBoundingClientRect().height < tall).map((one) => one.outerHTML.slice(0, 120))"""

STICKS_OUT = """(width) => document.documentElement.scrollWidth <= width ? [] : ["page", ...document.querySelectorAll("main *")]
  .filter((one) => one === "page" || one.getBoundingClientRect().right > width).map((one) => one.outerHTML?.slice(0, 90))"""


def look(code):
    return extension("questionnaire-itemControl", valueCodeableConcept={"coding": [{"code": code}]})


OWN_PAGE = (Kind.GROUP, Kind.DISPLAY, Kind.CHOICE, Kind.OPEN_CHOICE, Kind.REFERENCE, Kind.ATTACHMENT)
EVERYTHING = item("all", "group", text="About you", extension=[look("page")], item=[
    *(item(kind.value, kind.value, required=True, text=f"Your {kind.value}") for kind in Kind if kind not in OWN_PAGE),
    choice("one", "red", "green", required=True),
    choice("several", "tea", "coffee", repeats=True, required=True),
    choice("many", *(f"choice {n}" for n in range(20)), required=True),
    choice("suggested", *(f"choice {n}" for n in range(40)), required=True),
    {**choice("own", "cat", "dog", required=True), "type": "open-choice"},
    item("pain", "integer", text="Your pain", extension=[look("slider"), extension("minValue", valueInteger=0), extension("maxValue", valueInteger=10)]),
    item("help", "display", text="Small print", extension=[look("legal")]),
])  # fmt: skip
ALONE = (
    item("photo", "attachment", text="A photo of it"),
    item("medicine", "group", repeats=True, text="Your medicines", item=[item("drug", text="Which one?"), item("dose", text="How much?")]),
    item("allergy", repeats=True, text="Your allergies"),
    item("sign", "attachment", text="Your signature", extension=[look("signature")]),
)  # fmt: skip


@pytest.fixture
def settings(tmp_path, migrated):
    """A practice of its own."""
    return settings_on_sqlite(tmp_path, migrated)


@pytest.fixture
def states(settings, store, system, anna, amara, network):
    """Every page of a form, by name: as it is opened, with everything wrong, and filled; and the files they share."""
    visitor = before_form(
        settings, store, system, anna, amara, network, EVERYTHING, *ALONE, app=create_app(settings, store)
    )
    found = {"start": visitor.get("/form/start").text}
    found["all"] = page = visitor.get("/form/p/1").text
    signed = re.search(r'name="offer" value="([^"]+)"', page)[1]
    names = dict.fromkeys(re.findall(r'name="(q\d+)', page))
    wrong = {f"{name}-day" if f'name="{name}-day"' in page else name: "99" for name in names}
    found["all wrong"] = refused(visitor, visitor.post("/form/p/1", {"offer": signed, **wrong})).text
    later = visitor.post("/form/p/1", {"offer": signed, "later": "1"}).location
    for name, address in (("file", "/form/p/2"), ("group", "/form/p/3"), ("list", "/form/p/4"), ("one by one", "/form/p/5"), ("sign", "/form/p/6"), ("check", "/form/check"), ("later", later)):  # fmt: skip
        found[name] = visitor.get(address).text
    signed = re.search(r'name="offer" value="([^"]+)"', found["list"])[1]
    name = FIELD.search(found["group"])[1]
    signed = re.search(r'name="offer" value="([^"]+)"', found["group"])[1]
    visitor.post("/form/p/3", {"offer": signed, name: "aspirin"})
    found["list filled"] = listed = visitor.get("/form/p/4").text
    found["remove"] = visitor.get(re.search(r'href="(/form/p/4/remove/[^"]+)"', listed)[1]).text
    return found, {path: visitor.get(path) for path in re.findall(r'(?:href|src)="(/static/[^"]+)"', page)}


@pytest.mark.browser
def test_every_state_of_a_forms_pages_can_be_read_hit_and_heard(states, screens):
    found, files = states
    page = screens(viewport=NARROW)
    page.route("**/*", lambda route: _answer(route, found, files))
    for name in found:
        page.goto(f"{BASE}/{name}")
        assert page.locator("input[type=range], canvas").count() == name.startswith(("all", "sign"))
        if name == "all wrong":  # what is wrong is heard first, without script
            assert page.evaluate("document.activeElement.className") == "sum"
        seen = violations(page)
        assert seen == [], (name, [(one["id"], [node["target"] for node in one["nodes"]]) for one in seen])
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"], name
        assert page.evaluate(SMALL_TARGETS, TALL) == [], name
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        wide = page.evaluate(STICKS_OUT, NARROW["width"])
        assert wide == [], (name, "at 200 %", wide)
    page.emulate_media(forced_colors="active")
    page.goto(f"{BASE}/all wrong")
    assert violations(page) == []
    shown = page.locator("progress").evaluate("(one) => getComputedStyle(one).borderTopWidth")
    ringed = page.locator(".input[aria-invalid]").first.evaluate("(one) => getComputedStyle(one).borderTopWidth")
    assert (shown, ringed) == ("1px", "3px")  # how far one is, and what is wrong, show without our colours


def _answer(route, found, files):
    path = route.request.url.removeprefix(BASE)
    if path in files:
        return route.fulfill(body=files[path].data, content_type=files[path].content_type)
    name = path[1:].replace("%20", " ")
    return route.fulfill(body=found[name], content_type="text/html") if name in found else route.fulfill(status=404)
