"""What a page of a form does with its script, as the server sees it: the one script, and words kept while typed (F48)."""

import io
import re
from uuid import UUID

import pytest
from PIL import Image

from core.audit.trail import entries
from core.forms import find
from core.forms.responses import answered
from core.messages import files
from core.web.throttle import PAGES_KEPT
from tests.core.forms.making import extension, item
from tests.portal.form_filler import answer, before_form, heading, offered, refused
from tests.portal.visitor import PHONE

ITEMS = (
    item("tell", "text", text="Tell us", maxLength=40),
    item("born", "date", text="When?"),
    item("guess", text="Is this so?", initial=[{"valueString": "our guess"}]),
    item("allergy", text="Your allergies", repeats=True),
    item("pain", "integer", text="How bad?", extension=[
        extension("questionnaire-itemControl", valueCodeableConcept={"coding": [{"code": "slider"}]}),
        extension("minValue", valueInteger=0), extension("maxValue", valueInteger=10)]),
)  # fmt: skip

pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


@pytest.fixture
def visitor(settings, store, system, anna, amara, network):
    """Amara, unlocked, before a form."""
    return before_form(settings, store, system, anna, amara, network, *ITEMS)


def keep(visitor, number, **parts):
    """What the script of a page that is open posts; `opened` is a page that was opened before."""
    name, signed = parts.pop("opened", None) or offered(visitor, number)
    posted = {name if part == "value" else f"{name}-{part}": one for part, one in parts.items()}
    return visitor.post("/form/keep", {"offer": signed, **posted})


def policy_of(page):
    return dict(part.strip().split(" ", 1) for part in page.headers["Content-Security-Policy"].split(";"))


@pytest.mark.s("S65")
def test_only_pages_that_ask_carry_the_one_script_and_by_a_nonce_of_their_own(visitor):
    plain = ["/genuine", "/unlock", "/message", "/form/start", "/form/later", "/form/check"]
    visitor.post("/form/submit")
    for path in [*plain, "/form/done", "/form/p/99"]:
        page = visitor.get(path)
        assert policy_of(page)["script-src"] == "'none'" and "connect-src" not in policy_of(page), path
        assert "<script" not in page.text and not re.search(r"<[^>]+\son\w+=", page.text), path


@pytest.mark.s("S65", "S74")
def test_the_script_of_a_page_that_asks_is_our_own_file_and_may_ask_nobody_but_us(visitor):
    seen = [visitor.get("/form/p/1") for _ in range(2)]
    nonces = []
    for page in seen:
        (tag,) = re.findall(r"<script[^>]*>[^<]*</script>", page.text)
        nonce, source = re.search(r'nonce="([^"]{22,})" src="(/static/form\.\w+\.js)" defer', tag).groups()
        assert tag.endswith("></script>") and not re.search(r"<[^>]+\son\w+=", page.text)
        assert policy_of(page) == {
            **dict.fromkeys(("default-src", "frame-ancestors", "base-uri", "object-src", "trusted-types"), "'none'"),
            **dict.fromkeys(("style-src", "img-src", "font-src", "form-action", "connect-src"), "'self'"),
            "script-src": f"'nonce-{nonce}'", "require-trusted-types-for": "'script'", "report-to": "csp",
        }  # fmt: skip
        nonces.append(nonce)
    assert len(set(nonces)) == 2
    script = visitor.get(source)
    assert script.content_type.startswith("text/javascript") and "immutable" in script.headers["Cache-Control"]
    assert len(script.data) < 10_240 and not re.search("innerHTML|eval|localStorage|data:", script.text)
    assert visitor.get("/static/form.0.js").status_code == 404


def test_what_is_typed_is_kept_as_it_stands_and_passes_nothing(visitor):
    said = keep(visitor, 1, value="Since last")
    assert said.json == {"kept": True, "locks_in": 900}
    assert ">Since last</textarea>" in visitor.get("/form/p/1").text
    assert 'href="/form/p/1"' in visitor.get("/form/start").text  # it goes on where nobody pressed Next
    keep(visitor, 2, day="14", month="Ma")
    half = visitor.get("/form/p/2").text
    assert 'value="14"' in half and 'value="Ma"' in half
    keep(visitor, 3, value="our guess")
    assert "Filled in for you" in visitor.get("/form/p/3").text  # only offered still: nobody has posted it
    assert "our guess" not in visitor.get("/form/check").text


def test_the_page_goes_on_from_what_its_script_kept_also_to_what_it_showed_at_first(visitor):
    opened = offered(visitor, 1)
    assert keep(visitor, 1, value="One", opened=opened).json["kept"]
    assert keep(visitor, 1, value="One two", opened=opened).json["kept"]  # though the first answer may have been lost
    name, signed = opened
    on = visitor.post("/form/p/1", {"offer": signed, name: ""})
    assert on.headers["Location"] == "/form/p/2"
    assert "One two" not in visitor.get("/form/p/1").text


def test_a_page_that_was_overtaken_keeps_nothing_by_itself_but_by_a_press(visitor):
    opened = offered(visitor, 1)
    answer(visitor, 1, value="From the phone")
    assert keep(visitor, 1, value="From the desk", opened=opened).status_code == 409
    assert "From the phone" in visitor.get("/form/p/1").text
    name, signed = opened
    visitor.post("/form/p/1", {"offer": signed, name: "From the desk"})
    assert "From the desk" in visitor.get("/form/p/1").text


def test_an_answer_that_is_added_one_by_one_is_words_until_it_is_added(visitor):
    opened = offered(visitor, 4)
    for typed in ("nu", "nuts"):
        keep(visitor, 4, value=typed, opened=opened)
    page = visitor.get("/form/p/4").text
    assert 'value="nuts"' in page and "<li>" not in page and "Filled in for you" not in page
    assert "nuts" not in visitor.get("/form/check").text
    answer(visitor, 4, value="nuts", press="add")
    page = visitor.get("/form/p/4").text
    assert page.count("<li>") == 1 and 'value="nuts"' not in page
    assert keep(visitor, 4, value="", opened=offered(visitor, 4)).json["kept"]


@pytest.mark.attack("C22")
@pytest.mark.s("S68", "S87", "S71")
def test_keeping_is_for_our_own_pages_their_own_fields_and_not_without_end(visitor, store, anna):
    name, signed = offered(visitor, 1)
    assert visitor.post("/form/keep", {"offer": signed, name: "x"}, token=False).status_code == 400
    assert (
        visitor.post("/form/keep", {"offer": signed, name: "x"}, **{"Sec-Fetch-Site": "cross-site"}).status_code == 400
    )
    assert visitor.post("/form/keep", {"offer": signed, "q9": "x"}).status_code == 422
    assert visitor.post("/form/keep", {"offer": "made-up", name: "x"}).status_code == 422
    said = [one["verb"] for one in store.look(anna, lambda unit: list(entries(unit)))]
    assert said.count("form page refused") == 1 and "x</textarea>" not in visitor.get("/form/p/1").text
    statuses = [visitor.post("/form/keep", {"offer": signed, name: "x"}, token=False).status_code for _ in range(3)]
    assert statuses == [400] * 3  # a stranger's posts use up nothing
    house = visitor.client.application.extensions["latchkey"]
    for _ in range(PAGES_KEPT.item.amount - 3):
        house.throttle.hit(PAGES_KEPT, house.offers.read(signed)["link"])
    assert [keep(visitor, 1, value="x", opened=(name, signed)).status_code for _ in range(2)] == [200, 429]


def test_words_are_kept_when_the_page_has_locked_itself_and_typing_holds_the_lock_open(visitor, clock, network):
    opened = offered(visitor, 1)
    for _ in range(3):
        clock.forward(minutes=14)
        assert keep(visitor, 1, value=f"{_}", opened=opened).json["locks_in"] == 900
    csrf = re.search(r'csrf_token" value="([0-9a-f]+)', visitor.get("/message").text)[1]
    clock.forward(minutes=15)
    name, signed = opened
    said = visitor.post("/form/keep", {"csrf_token": csrf, "offer": signed, name: "nearly done"}, token=False)
    assert said.json == {"kept": True, "locks_in": 0}
    assert visitor.get("/form/p/1").status_code == 401
    visitor.post("/message/again", {"csrf_token": csrf}, token=False)
    visitor.post("/unlock/send")
    visitor.post("/unlock/verify", {"code": network.code(PHONE)})
    assert "nearly done</textarea>" in visitor.get("/form/p/1").text


def test_a_text_that_is_too_long_says_how_much_it_may_be_and_how_much_it_is(visitor):
    page = refused(visitor, answer(visitor, 1, value=f" {'é' * 38}\r\n{'e' * 3} "))
    assert "Tell us must be 40 characters or fewer. You have 42." in page.text


def test_a_slider_and_a_limit_say_what_the_script_needs(visitor):
    assert 'data-most="40"' in visitor.get("/form/p/1").text
    assert heading(visitor, 5) == "How bad?" and 'data-slider="0 10 1"' in visitor.get("/form/p/5").text


@pytest.mark.s("S78", "S80")
def test_a_signature_that_was_drawn_is_a_picture_of_our_own_making_and_signs_for_nobody_by_name(
    settings, store, system, anna, amara, network
):
    look = extension("questionnaire-itemControl", valueCodeableConcept={"coding": [{"code": "signature"}]})
    signs = item("sig", "attachment", text="Your signature", required=True, extension=[look])
    visitor = before_form(settings, store, system, anna, amara, network, signs)
    _, signed = offered(visitor, 1)
    for way in ("M1 2L", "M1 2L601 3", "M1 2L3 201", "1 2", "<svg>", "M0 0" * 5_001):
        page = visitor.post("/form/p/1/file", {"offer": signed, "drawn": way, "signed": "Amara T."})
        assert page.status_code == 422 and "We could not read your drawing." in page.text, way[:20]
        assert 'value="Amara T."' in page.text  # what was typed beside it is not lost
    drawn = {"offer": signed, "drawn": "M100 50L200 150L300 50M400 100", "next": "1"}
    assert visitor.post("/form/p/1/file", drawn).location == "/form/check"
    checked = visitor.get("/form/check").text
    assert (
        "<dd>Drawn by hand</dd>" in checked and 'name="signed" autocomplete="name" maxlength="200" value=""' in checked
    )
    assert visitor.post("/form/submit", {"signed": "Amara T.", "sign": "yes"}).location == "/form/done"
    (given,) = store.look(anna, answered.of_patient, amara.id, store.look(anna, find.by_key, "a-form").id)
    kept = given.answers["sig"][0].value["valueAttachment"]
    data = store.look(anna, files.bytes_of, UUID(kept["url"].removeprefix("urn:uuid:")))
    shown = Image.open(io.BytesIO(data)).convert("L")
    assert kept["contentType"] == "image/png" and shown.size == (600, 200)
    assert [shown.getpixel(spot) < 128 for spot in ((150, 100), (400, 100), (20, 20))] == [True, True, False]
