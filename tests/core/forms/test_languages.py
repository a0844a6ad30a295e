"""A form in the languages its owner translated it into (F82)."""

import json

from core.forms.languages import in_language, languages
from core.forms.questionnaire import read
from core.forms.response import dumps
from tests.core.forms.making import HL7, item, questionnaire, when


def said(**by_language):
    return {"extension": [{"url": f"{HL7}translation", "extension": [{"url": "lang", "valueCode": code}, {"url": "content", "valueString": text}]} for code, text in by_language.items()]}  # fmt: skip


def test_every_translated_text_takes_its_place_and_nothing_else_changes():
    coding = {"system": "s", "code": "y", "display": "Yes", "_display": said(de="Ja")}
    source = json.loads(
        questionnaire(
            item("a", "choice", answerOption=[{"valueCoding": coding}], _text=said(de="Rauchen Sie?", sw="Je?")),
            item("b", text="Only English", **when("a", "=", answerCoding={"system": "s", "code": "y"})),
            language="en", _title=said(de="Vor dem Besuch"),
        )
    )  # fmt: skip
    assert languages(source) == ("en", "de", "sw")
    german = read(dumps(in_language(source, "de"))).form
    assert (german.title, german.items[0].text, german.items[1].text) == (
        "Vor dem Besuch",
        "Rauchen Sie?",
        "Only English",
    )
    own = read(dumps(source)).form
    assert german.items[0].options[0].label == "Ja" and german.items[1].conditions == own.items[1].conditions
    assert in_language(source, "fr") == source
