"""Signing: a typed name and a box, kept with who, when and a hash of the answers; what was changed shows (F71)."""

import io
import json
from decimal import Decimal

import pytest
from PIL import Image

from core.forms import kinds
from core.forms.answering import signing
from core.forms.response import Given, dumps, items, response
from tests.conftest import START
from tests.core.forms.making import extension, form, given, item, string
from tests.core.forms.test_response import judged

SIGNED = {"extension": [extension("questionnaire-itemControl", valueCodeableConcept={"coding": [{"code": "signature"}]})]}  # fmt: skip


def test_a_form_is_signed_where_it_says_so_anywhere_or_asks_for_a_signature():
    said = extension("questionnaire-signatureRequired", valueCodeableConcept={"coding": [{"code": "x"}]})
    assert not signing.wanted(form(item("a")))
    assert signing.wanted(form(item("a"), extension=[said]))
    assert signing.wanted(form(item("g", "group", extension=[said], item=[item("a")])))
    assert signing.wanted(form(item("a", **SIGNED))) and signing.wanted(form(item("a", "attachment", **SIGNED)))


def test_a_signature_is_shown_by_its_name_though_it_is_a_picture_and_a_drawing_signs_for_nobody():
    made = form(item("s", "attachment", **SIGNED))
    for title, shown, name in (("Amara T.png", "Amara T", "Amara T"), ("Drawn by hand.png", "Drawn by hand", "")):
        value = {"valueAttachment": {"title": title}}
        assert kinds.shown(made.items[0], (value,)) == shown
        assert signing.name_in(made, given(s=value)) == name


def test_the_signature_is_of_the_answers_and_says_whether_they_are_still_the_ones():
    made = form(item("a"), item("n", "decimal"), item("s", **SIGNED))
    answers = given(a=string("x"), n={"valueDecimal": Decimal("2.50")}, s=string("Amara Testwell"))
    assert signing.name_in(made, answers) == "Amara Testwell"
    said = signing.extension(made, items(made.items, answers), "Amara Testwell", "p1", START)
    kept = response(made, answers, START, Given(id="r1", patient="p1", signature=said))
    judged(kept)
    back = json.loads(dumps(kept), parse_float=Decimal)
    assert signing.signature(made, back) == signing.Signature("Amara Testwell", START, True)
    back["item"][1]["answer"][0]["valueDecimal"] = Decimal("2.51")
    assert not signing.signature(made, back).holds
    back["item"][1]["answer"][0]["valueDecimal"], back["item"][2]["answer"] = Decimal("2.50"), [string("Somebody")]
    assert signing.signature(made, back).holds  # the signature's own question is no part of what is signed


@pytest.mark.parametrize("name", ["Amara Testwell", "Ελένη", "عمارة", "王"])
def test_a_typed_name_is_drawn_in_a_font_that_has_its_letters(name):
    picture = Image.open(io.BytesIO(signing.drawn(name)))
    assert picture.format == "PNG" and picture.convert("L").getextrema() == (0, 255)
