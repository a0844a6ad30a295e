"""A second language, whole: nothing that patients read is missing from it, and the page says which one it is."""

import ast
import re
from pathlib import Path

import pytest
from flask.templating import Environment

from core.messages.filetypes import TYPES
from core.patients import record
from core.practice import administer, describing
from core.release.link import send_direct
from core.release.reading import CALL_ME, ONLY_FILES
from portal import create_app, language, wording
from portal import shown as seen
from portal.language import ENGLISH, NAMES, WORDS
from tests.portal.visitor import BASE, PHONE, Visitor

PORTAL = Path(wording.__file__).parent
GAP = re.compile(r"%\((\w+)\)s")
DEVICES = ("an iPhone", "an iPad", "an Android phone", "a phone", "a computer", "a device")


def said(app) -> set[str]:
    """Every text that templates and code hand to the translator."""
    found = {*DEVICES, *seen.WAITING.values(), *wording.INSTEAD.values(), wording.KINDS_TAKEN}
    found |= {wording.WRONG_CODE, CALL_ME, ONLY_FILES, *(one.words for one in TYPES.values())}
    for path in (PORTAL / "templates").rglob("*.*"):
        for _, _, text in app.jinja_env.extract_translations(path.read_text("utf-8")):
            found |= {text} if isinstance(text, str) else {one for one in text if one}
    for path in PORTAL.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("say", "say_many", "translate"):
                found |= {
                    arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
                }
    return found


@pytest.fixture
def app(settings, store):
    return create_app(settings, store)


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_no_sentence_is_missing_or_left_over_and_every_gap_is_kept(app):
    wanted = said(app)
    assert len(wanted) > 150
    for code in set(NAMES) - {ENGLISH}:
        assert wanted - set(WORDS[code]) == set() and set(WORDS[code]) - wanted == set()
        assert [text for text, own in WORDS[code].items() if set(GAP.findall(text)) != set(GAP.findall(own))] == []
        assert all(own.strip() for own in WORDS[code].values())


def test_a_browser_is_met_in_its_language_and_a_plain_link_changes_it(app, store, anna, amara, network):
    store.run(anna, send_direct, amara, "Your results are back.")
    link = network.link(amara.email)
    guest = Visitor(app, **{"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"})
    assert guest.get(link.removeprefix(BASE)).status_code == 303
    page = guest.get("/unlock").text
    assert '<html lang="de" dir="ltr">' in page and "Sie haben eine sichere Nachricht" in page
    assert "Montag, 30. November" in page and 'href="?language=en" hreflang="en" lang="en">English' in page
    guest.post("/unlock/send")
    wrong = guest.post("/unlock/verify", {"code": "12"})
    assert "Der Code hat 8 Ziffern" in wrong.text and 'href="/unlock?language=en"' in wrong.text
    assert guest.get("/unlock?language=en").text.count("Check your phone") == 1
    assert guest.post("/unlock/verify", {"code": network.code(PHONE)}).status_code == 303
    read = guest.get("/message").text
    assert '<html lang="en"' in read and "Your message" in read and "<script" not in read
    assert "?language=fr" not in guest.get("/message?language=fr").text


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_what_a_practice_says_of_its_hours_and_of_urgent_things_is_read_in_german_too(app, store, anna, amara, network):
    """Our own first words and simple hours are said in German by us, the practice's own as it wrote them; where it wrote
    none, the page says that what stands there is English (U107).
    """
    store.run(anna, send_direct, amara, "Your results are back.")
    guest = Visitor(app, **{"Accept-Language": "de"})
    guest.get(network.link(amara.email).removeprefix(BASE))
    page = guest.get("/unlock").text
    assert "Montag bis Freitag, 8 bis 18 Uhr" in page and "Im Notfall rufen Sie 999 an." in page
    own = {"name": "Elm Clinic", "phone": "01632 960001", "urgent": "Ring 112."}
    store.run(anna, describing.describe, **own)
    store.run(anna, administer.set_hours, "Mon to Thu, 8 to 6, Fri 8 to 1", 120, 2)
    page = guest.get("/unlock").text
    assert '<span lang="en" dir="ltr">Ring 112.</span>' in page
    assert '<span lang="en" dir="ltr">Mon to Thu, 8 to 6, Fri 8 to 1</span>' in page
    store.run(anna, describing.describe, **own, urgent_de="112 anrufen.")
    store.run(anna, administer.set_hours, "Mon to Thu, 8 to 6, Fri 8 to 1", 120, 2, "Mo–Do 8–18, Fr 8–13")
    page = guest.get("/unlock").text
    assert "<p>112 anrufen.</p>" in page and "Mo–Do 8–18, Fr 8–13" in page and 'lang="en" dir' not in page
    assert "Ring 112." in guest.get("/unlock?language=en").text


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_the_patients_own_language_comes_before_the_browsers_and_after_what_was_pressed(
    app, store, anna, amara, network, clock
):
    german = store.run(anna, record.choose_language, amara.id, "de")
    store.run(anna, send_direct, german, "Your results are back.")
    guest = Visitor(app, **{"Accept-Language": "en-GB"})
    guest.get(network.link(amara.email).removeprefix(BASE))
    assert "Sie haben eine sichere Nachricht" in guest.get("/unlock").text
    guest.post("/unlock/send")
    assert "ist Ihr Code zum Öffnen Ihrer Nachricht" in network.to(PHONE)[0].text
    assert guest.post("/unlock/verify", {"code": network.code(PHONE)}).status_code == 303
    assert '<html lang="de"' in guest.get("/message").text
    assert '<html lang="en"' in guest.get("/message?language=en").text
    assert '<html lang="en"' in guest.get("/message").text
    clock.forward(days=8)
    late = Visitor(app, **{"Accept-Language": "en-GB"}).get(network.link(amara.email).removeprefix(BASE))
    assert late.status_code == 410 and '<html lang="de"' in late.text


def test_looking_at_a_link_sets_no_cookie_of_a_language(app):
    answer = Visitor(app, **{"Accept-Language": "de"}).get("/genuine")
    assert "Ist diese Nachricht echt?" in answer.text and not answer.headers.getlist("Set-Cookie")


@pytest.mark.parametrize(
    ("told", "english", "german"),
    [
        ('{{ _("Enter your code") }}', "Enter your code", "Geben Sie Ihren Code ein"),
        ("{% trans %}Enter your code{% endtrans %}", "Enter your code", "Geben Sie Ihren Code ein"),
        ("{% trans %}<b>100 %</b> & more{% endtrans %}", "<b>100 %</b> & more", "<b>100 %</b> & more"),
        ("{% trans who=evil %}To {{ who }}, 5 %{% endtrans %}", "To &lt;i&gt;, 5 %", "To &lt;i&gt;, 5 %"),
        ('{{ _("%(a)s!", a=evil) }}{{ _(evil) }}', "&lt;i&gt;!<i>", "&lt;i&gt;!<i>"),
        ('{% macro part() %}{{ _("Enter your code") }}{% endmacro %}{{ part() }}', "Enter your code", "Geben Sie Ihren Code ein"),
    ],
)  # fmt: skip
def test_what_is_looked_up_where_it_stands_is_what_the_translator_says(app, told, english, german):
    """Beside Jinja's own way; in a page that says its language, and in a part that is made without one."""
    plain = app.jinja_env.overlay()
    plain.__class__ = Environment
    for code, said in (("en", english), ("de", german)):
        with app.test_request_context(f"/genuine?language={code}"):
            for page in ({}, {"language": code, **language.for_pages()}):
                ours, theirs = (env.from_string(told).render(evil="<i>", **page) for env in (app.jinja_env, plain))
                assert ours == theirs == said
