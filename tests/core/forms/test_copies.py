"""Answers read again and taken away: as they are shown, as PDF, as CSV, as a FHIR Bundle (F59, F60, F72-F74)."""

import csv
import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal
from time import process_time
from uuid import UUID

import pikepdf
import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from core.forms import letters
from core.forms.library import OURS
from core.forms.questionnaire import read
from core.forms.response import Given, dumps, response
from core.forms.responses import paper, sheet
from core.forms.responses.answered import Answered
from core.forms.responses.bundle import bundle
from core.forms.words import Kind
from core.patients.words import Patient, PatientStatus
from tests.conftest import START
from tests.core.forms.making import choice, form, given, item, repetition, string, when

NOBODY = UUID("00000000-0000-7000-8000-000000000000")
AMARA = Patient(NOBODY, "Amara", "Testwell", date(1985, 3, 14), "a@example.org", "+447700900057", PatientStatus.ACTIVE)
WORDS = paper.Words(
    "Elm Clinic",
    "Amara Testwell",
    "Answered today",
    "Not answered",
    "Page {page} of {pages}",
    "Score",
    "{answered} of {of}",
)
MEDICINES = {"items": [item("drug"), item("dose", "integer")]}


def answered(made, answers, key="a"):
    """Answers as they are kept, read again."""
    kept = dumps(response(made, answers, START, Given(id="r1", identifier=f"urn:uuid:{NOBODY}", patient=str(NOBODY))))
    return Answered(NOBODY, NOBODY, key, 1, made, json.loads(kept, parse_float=Decimal), AMARA, START)


def phq_9(*points):
    made = read((OURS / "phq-9.json").read_bytes()).form
    chosen = {f"phq9-{n}": next(one for one in made.items if one.link_id == f"phq9-{n}").options[p].value for n, p in enumerate(points, 1)}  # fmt: skip
    return answered(made, given(**chosen), "phq-9")


def rows(text):
    return list(csv.reader(io.StringIO(text, newline="")))


def test_every_question_is_shown_with_its_answer_and_an_open_one_as_open():
    made = form(
        item("d", "display"),
        {"linkId": "g", "type": "group", "text": "About you", "item": [item("a"), item("b", "boolean")]},
        item("c", **when("b", "=", answerBoolean=True)),
        item("r", "group", repeats=True, item=[item("x")]),
    )
    found = answered(made, given(a=string("Yes"), r=[repetition(x=string("one")), repetition(x=string("two"))]))
    assert [(one.text, one.depth, one.answer) for one in found.lines()] == [
        ("About you", 0, ""), ("a", 1, "Yes"), ("b", 1, ""), ("r (1)", 0, ""), ("x", 1, "one"), ("r (2)", 0, ""), ("x", 1, "two")]  # fmt: skip


def test_a_score_says_how_it_came_about_and_is_none_while_a_question_is_open():
    found = phq_9(1, 1, 1, 1, 1, 1, 1, 1, 0).score
    assert (found.total, found.band, [int(one.points) for one in found.working]) == (8, "mild", [1] * 8 + [0])
    found = phq_9(3, 3).score
    assert (found.total, found.answered, len(found.working)) == (None, 2, 9)


# -- PDF -------------------------------------------------------------------------------------------------------------


def pages(data):
    with pikepdf.open(io.BytesIO(data)) as document:
        return len(document.pages)


def tags(document):
    """The tag of each text on each page, as it is written there; None where a text has none."""
    found = []
    for page in document.pages:
        around = []
        for operands, operator in pikepdf.parse_content_stream(page):
            if str(operator) in ("BDC", "BMC"):
                around.append(str(operands[0]))
            elif str(operator) == "EMC":
                around.pop()
            elif str(operator) in ("Tj", "TJ"):
                found.append(around[-1] if around else None)
        assert not around
    return found


def test_all_of_a_pdf_is_tagged_so_that_a_screen_reader_knows_headings_and_leaves_out_the_foot():
    inner = item("inner", "group", item=[item("a", "text")])
    found = answered(form(item("outer", "group", item=[inner, item("b")])), given(a=string("A long answer.\n" * 55)))
    with pikepdf.open(io.BytesIO(paper.copy_of(found, WORDS, for_staff=True))) as document:
        assert document.Root.MarkInfo.Marked and len(document.pages) == 2
        tree = [str(one.S) for one in document.Root.StructTreeRoot.K[0].K]
        assert [one for one in tree if one != "/P"] == ["/H1", "/H2", "/H3"]
        written = tags(document)
        assert None not in written and "/Artifact" in written
        # Each piece of the tree is one that stands on a page: an answer that goes on there counts on both.
        marked = [
            o[1].MCID for page in document.pages for o, x in pikepdf.parse_content_stream(page) if str(x) == "BDC"
        ]
        assert len(marked) == len(tree)


def test_the_same_answers_make_the_same_pdf_in_whatever_script():
    words = "Ünïcode Ελληνικά Русский العربية עברית हिन्दी বাংলা தமிழ் తెలుగు ไทย ភាសាខ្មែរ አማርኛ 中文 日本語 한국어"
    found = answered(form(item("a"), copyright="Free to use"), given(a=string(words)))
    first, again = (paper.copy_of(found, WORDS, for_staff=True) for _ in range(2))
    assert first == again and pages(first) == 1
    assert set(letters.fonts_for([words])[0]) >= {"arabic", "hebrew", "bengali", "cjk", "thai"}


def test_only_letters_that_join_are_shaped():
    assert not letters.join(["“Ünïcode” – Ελληνικά, Русский"]) and letters.join(["a", "العربية"])
    assert letters.join(["हिन्दी"])  # which the first font has, too


def test_a_script_that_no_font_has_is_named_and_no_boxes_are_printed():
    with pytest.raises(paper.CannotPrint) as refused:
        paper.copy_of(answered(form(item("a")), given(a=string("ગુજરાતી"))), WORDS, for_staff=True)
    assert refused.value.scripts == ("Gujarati",)


def test_only_the_copy_for_staff_has_the_score_and_a_long_form_takes_several_pages():
    found = phq_9(1, 1, 1, 1, 1, 1, 1, 1, 1)
    staff, patient = (paper.copy_of(found, WORDS, for_staff=one) for one in (True, False))
    assert len(staff) > len(patient)
    assert [one.partition(" ")[0] for one in found.urgent] == ["Thoughts"] and not phq_9(*[1] * 8, 0).urgent
    other = paper.copy_of(replace(found, patient=replace(AMARA, last_name="Otherwell")), WORDS, for_staff=True)
    assert other != staff  # whose it is stands at the foot of every sheet
    assert len(paper.copy_of(found, replace(WORDS, signed="Signed by Amara"), for_staff=True)) > len(staff)
    many, began = answered(form(*(item(f"q{n}") for n in range(500))), {}), process_time()
    assert pages(paper.copy_of(many, WORDS, for_staff=True)) > 2
    assert process_time() - began < 2  # seconds (F72)


# -- CSV -------------------------------------------------------------------------------------------------------------


def test_a_row_a_response_with_what_was_left_open_and_what_was_not_asked():
    made = form(item("a"), item("b", "boolean"), item("c", **when("b", "=", answerBoolean=True)), item("n", "integer"))
    found = [
        answered(made, given(a=string("x"), n={"valueInteger": -5})),
        answered(made, given(b={"valueBoolean": True})),
    ]
    table = rows(sheet.sheets(made, found)["answers.csv"])
    assert table[0] == ["response_id", "patient_id", "authored", "version", "a", "b", "c", "n"]
    assert [row[4:] for row in table[2:]] == [["x", "", "#disabled", "-5"], ["", "true", "", ""]]


def test_choices_are_codes_and_words_or_points_or_columns():
    found = phq_9(*[2] * 9)
    table = rows(sheet.sheets(found.form, [found])["answers.csv"])
    assert (table[0][4:6], table[2][4:6]) == (["phq9-1", "phq9-1.display"], ["2", "More than half the days"])
    points = rows(sheet.sheets(found.form, [found], sheet.Layout(weights=True))["answers.csv"])
    assert points[2][4:13] == ["2"] * 9
    several = choice("a", "one", 'two; "2"', "three", repeats=True)
    found = answered(form(several), given(a=[string("one"), string('two; "2"')]))
    assert rows(sheet.sheets(found.form, [found])["answers.csv"])[2][5] == 'one; "two; ""2"""'
    apart = rows(sheet.sheets(found.form, [found], sheet.Layout(apart=True))["answers.csv"])
    assert (apart[0][4:], apart[2][4:]) == (["a.1", "a.2", "a.3"], ["1", "1", "0"])


def test_what_repeats_has_a_sheet_of_its_own_and_the_zip_is_always_the_same():
    illness = item(
        "illness", "group", repeats=True, item=[item("what"), item("drug", "group", repeats=True, item=[item("name")])]
    )
    made = form(item("a"), illness)
    one = repetition(what=string("flu"), drug=[repetition(name=string("tea")), repetition(name=string("rest"))])
    found = sheet.sheets(made, [answered(made, given(illness=[one, repetition(what=string("cold"))]))])
    assert [row[:3] for row in rows(found["repeated-1.csv"])[2:]] == [["r1", "1", "flu"], ["r1", "2", "cold"]]
    assert [row[1:3] for row in rows(found["repeated-2.csv"])[2:]] == [["1.1", "tea"], ["1.2", "rest"], ["2.1", ""]]
    ending, data = sheet.packed(found)
    assert ending == "zip" and (ending, data) == sheet.packed(found)
    assert zipfile.ZipFile(io.BytesIO(data)).namelist() == ["answers.csv", "repeated-1.csv", "repeated-2.csv"]


@pytest.mark.attack("C24")
@pytest.mark.s("S89")
@drawn(
    st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\t\n＝＋－＠"), max_size=20).filter(
        str.strip
    )
)
def test_no_cell_is_a_formula_and_every_text_comes_back(said):
    made = form(item("a", "text"), item("=b", text="@c"), version="=1+1")  # the form's author may be anybody
    found = answered(made, given(a=string(said)))
    table = rows(sheet.sheets(made, [found])["answers.csv"])
    assert not any(cell.startswith(sheet.FORMULA) for row in table for cell in row) and table[2][3] == "'=1+1"
    assert table[2][4].removeprefix("'") == said.removeprefix("'")


# -- FHIR ------------------------------------------------------------------------------------------------------------


def test_the_bundle_is_valid_by_another_judge_and_has_the_files_in_it():
    from fhir.resources.R4B.bundle import Bundle

    source = (OURS / "phq-9.json").read_bytes()
    made = bundle(phq_9(*[1] * 9), source, {str(NOBODY): ("image/png", b"abc")}, "https://portal.example/fhir")
    judged = Bundle.model_validate_json(made)
    assert [one.resource.get_resource_type() for one in judged.entry] == [
        "Questionnaire", "Patient", "QuestionnaireResponse", "Binary"]  # fmt: skip
    assert b"example.org" not in made  # whose it is, and no way to reach them


def test_everything_a_bundle_refers_to_is_in_it_also_of_a_form_without_a_name_and_after_a_correction():
    from fhir.resources.R4B.bundle import Bundle

    source = json.dumps({"resourceType": "Questionnaire", "item": [item("a")]}).encode()
    bare = read(source).form
    facts = Given(id="r1", identifier=f"urn:uuid:{NOBODY}", questionnaire=f"urn:uuid:{NOBODY}|1", patient=str(NOBODY))
    first = response(bare, given(a=string("x")), START, facts)
    second = response(
        bare, given(a=string("y")), START, replace(facts, id="r2", amends="r1", corrected_by=("s1", "Anna"))
    )
    found = Answered(NOBODY, NOBODY, "a", 1, bare, json.loads(dumps(second)), AMARA, START)
    made = bundle(found, source, {}, "https://portal.example/fhir", [json.loads(dumps(first))])
    Bundle.model_validate_json(made)
    there = [
        (one["fullUrl"].removeprefix("https://portal.example/fhir/"), one["resource"])
        for one in json.loads(made)["entry"]
    ]
    form = there[0][1]
    assert (form["url"], form["version"], form["status"]) == (f"urn:uuid:{NOBODY}", "1", "draft")
    referred = set(re.findall(r'"reference":"([^"]+)"', made.decode()))
    assert (
        referred == {f"Patient/{NOBODY}", "Practitioner/s1", "QuestionnaireResponse/r1"} <= {name for name, _ in there}
    )


def test_every_kind_of_question_can_be_copied():
    kinds = [one for one in Kind if one.asks and one not in (Kind.REFERENCE, Kind.CHOICE, Kind.ATTACHMENT)]
    made = form(*(item(f"q{n}", one.value) for n, one in enumerate(kinds)))
    found = answered(made, {})
    assert len(rows(sheet.sheets(made, [found])["answers.csv"])[2]) > len(kinds)
    assert paper.copy_of(found, WORDS, for_staff=False).startswith(b"%PDF")
