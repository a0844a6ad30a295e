"""A form in the languages its owner translated it into (F82)."""

import json
from decimal import Decimal
from urllib.parse import urlencode

import pytest

from core.errors import Invalid
from core.forms.asking.months import month
from core.forms.builder.retold import retold
from core.forms.builder.translating import pages, remembered, spoken, spoken_of, texts, translated
from core.forms.kinds import shown
from core.forms.languages import in_language, languages, offered, read_in
from core.forms.questionnaire import read
from core.forms.response import dumps
from tests.core.forms.making import HL7, form, item, questionnaire, when


def said(**by_language):
    return {"extension": [{"url": f"{HL7}translation", "extension": [{"url": "lang", "valueCode": code}, {"url": "content", "valueString": text}]} for code, text in by_language.items()]}  # fmt: skip


def test_words_are_put_beside_each_text_of_a_form_and_taken_away_again():
    coding = {"system": "s", "code": "y", "display": "Yes", "_display": said(sw="Ndiyo")}
    source = json.loads(questionnaire(item("g", "group", text="You", item=[
        item("a", "choice", text="Do you smoke?", answerOption=[{"valueCoding": coding}, {"valueString": "No"}])])))  # fmt: skip
    source.pop("language", None)
    german = {"title": " Vorher ", "item.a.text": "Rauchen Sie?", "item.a.answerOption.y.valueCoding.display": "Ja",
              "item.a.answerOption.1.valueString": "Nein"}  # fmt: skip
    made = translated(source, "de", "en", german)
    assert [(one.original, one.said) for one in texts(made, "de")][1:] == [
        ("You", ""), ("Do you smoke?", "Rauchen Sie?"), ("Yes", "Ja"), ("No", "Nein")]  # fmt: skip
    assert languages(made) == ("en", "de", "sw") and read_in(read(dumps(made)).form, "de").title == "Vorher"
    assert texts(made, "sw")[3].said == "Ndiyo"  # other languages stay
    without = translated(made, "de", "en", dict.fromkeys(german, ""))
    assert without == {**source, "language": "en"}
    for code, why in (("en", "own"), ("xx", "unknown")):
        with pytest.raises(Invalid) as refused:
            translated(source, code, "en", {})
        assert refused.value.why == why


def test_a_text_that_changed_after_it_was_translated_says_so_until_its_translation_is_looked_at():
    source = json.loads(
        questionnaire(item("a", text="Do you smoke?", _text=said(sw="Je?")), item("b", text="How old?"))
    )
    source = remembered({**source, "language": "en"})  # a file's translations fit the words that they came with
    made = translated(source, "de", "en", {"item.a.text": "Rauchen Sie?", "item.b.text": "Wie alt?"})
    assert [(one.missing, one.stale) for one in spoken(made)] == [(1, 0), (2, 0)]
    made["item"][0]["text"] = "Do you smoke or vape?"
    assert [(one.said, one.was, one.stale) for one in texts(made, "de")[1:]] == [
        ("Rauchen Sie?", "Do you smoke?", True), ("Wie alt?", "", False)]  # fmt: skip
    assert [(one.code, one.stale) for one in spoken(read(dumps(made)).form.source)] == [("de", 1), ("sw", 1)]
    other = translated(made, "de", "en", {"item.a.text": "Rauchen Sie?", "item.b.text": "Wie alt sind Sie?"})
    assert texts(other, "de")[1].stale and remembered(other) == other  # saved beside another one: nobody looked at it
    for words, fits in (({"item.a.text": "Rauchen oder dampfen Sie?"}, ()), ({"item.a.text": "Rauchen Sie?"}, ("item.a.text",))):  # fmt: skip
        assert not texts(translated(other, "de", "en", words, fits=frozenset(fits)), "de")[1].stale
    with pytest.raises(Invalid) as refused:
        translated(made, "de", "en", {"item.a.text": "x" * 10_001})
    assert refused.value.field == "translation"


def test_a_newer_file_that_brings_the_old_translation_of_a_new_question_is_known_to_lag_behind():
    def version(text, german, **also):
        return form(item("a", text=text, _text=said(de=german)), item("b", text="How old?", **also), language="en")

    first, second = version("Do you smoke?", "Rauchen Sie?"), version("Do you vape?", "Rauchen Sie?")
    third = version("Do you vape?", "Rauchen Sie?", _text=said(de="Wie alt?"))
    assert [one.stale for one in (*spoken_of(first), *spoken_of(first, second))] == [0, 1]
    assert spoken_of(first, second, third)[0].stale == 1  # nobody looked at it since
    assert spoken_of(first, version("Do you smoke?", "Rauchst du?"))[0].stale == 0
    (left,) = retold([first, second])["de"]
    assert (left.kind, left.original, left.now) == ("left", "Do you vape?", "Rauchen Sie?")
    assert [one.kind for one in retold([second, third])["de"]] == ["new"]
    assert [one.kind for one in retold([third, second])["de"]] == ["gone"]
    assert not retold([first, first]) and retold([second, version("Do you vape?", "Dampfen Sie?")])["de"][0].now
    built = remembered(dict(second.source), [first.source])
    assert texts(built, "de")[1].was == "Do you smoke?"


def test_messages_of_checks_are_translated_as_well_and_a_helping_of_texts_fits_one_post():
    check = {"url": f"{HL7}questionnaire-constraint", "extension": [
        {"url": "key", "valueId": "k"}, {"url": "human", "valueString": "Too old."}, {"url": "severity", "valueCode": "error"},
        {"url": "expression", "valueString": "true"}]}  # fmt: skip
    source = json.loads(
        questionnaire(item("a", extension=[check]), *(item(f"q{n}", text="क" * 400) for n in range(99)))
    )
    made = translated(source, "de", "en", {texts(source, "hi")[2].place: "Zu alt."})
    assert read_in(read(dumps(made)).form, "de").items[0].formulas.constraints[0].human == "Zu alt."
    helpings = pages(texts(made, "hi"))
    assert [one for helping in helpings for one in helping] == texts(made, "hi") and max(map(len, helpings)) <= 40
    posts = (urlencode({f"w-{one.place}": one.original for one in helping}) for helping in helpings)
    assert max(map(len, posts)) < 150 << 10


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
    assert offered(own) == ("en", "de", "sw")
    as_german = read_in(own, "de-CH")
    assert (as_german.title, as_german.reads, as_german.items[0].language, as_german.items[1].language) == (
        "Vor dem Besuch",
        "de",
        "de",
        "en",  # not translated: read out in the language it is in
    )
    assert (
        as_german.items[0].options[0].label == "Ja"
        and as_german.items[0].options[0].value == own.items[0].options[0].value
    )
    again = read_in(as_german, "sw")
    assert [(one.text, one.language) for one in again.items] == [("Je?", "sw"), ("Only English", "en")]
    assert read_in(as_german, "fr").reads == "en" and again is read_in(own, "sw")
    assert german.items[0].options[0].label == "Ja" and german.items[1].conditions == own.items[1].conditions
    assert in_language(source, "fr") == source


def test_months_are_read_in_the_languages_of_forms_and_what_means_two_means_none():
    assert [month(one) for one in ("Mar", "märz", "MARS", "Okt.", "août", "Dez", "giu")] == [3, 3, 3, 10, 8, 12, 6]
    assert [month(one) for one in ("jui", "ma", "3", "x", "")] == [None] * 5


def test_an_answer_is_shown_as_its_reader_writes_numbers_and_days():
    made = form(item("a", "boolean"), item("b", "date"), item("c", "decimal"))
    values = {"valueBoolean": True}, {"valueDate": "1985-03-14"}, {"valueDecimal": Decimal("2.50")}
    both = [
        [shown(one, (value,), code) for one, value in zip(made.items, values, strict=True)] for code in ("en", "de")
    ]
    assert both == [["Yes", "14 March 1985", "2.50"], ["Ja", "14. März 1985", "2,50"]]
    assert shown(made.items[1], ({"valueDate": "1985-03"},), "de") == "März 1985"
