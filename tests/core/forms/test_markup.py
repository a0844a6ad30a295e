"""Marked-up texts: what passes, what does not, and what is left of what only looked (F65)."""

from base64 import b64encode
from hashlib import sha256
from time import process_time

import pytest

from core.forms.asking.controls import control
from core.forms.asking.markup import LONGEST
from core.forms.asking.pictures import AT, of_form
from core.forms.questionnaire import read
from core.forms.words import Asked, Place
from tests.core.forms.making import SDC, extension, form, item, questionnaire
from tests.documents import picture

STRUCTURE = "http://hl7.org/fhir/StructureDefinition/"


def marked(xhtml="", markdown=""):
    name, text = ("rendering-xhtml", xhtml) if xhtml else ("rendering-markdown", markdown)
    return {"_text": {"extension": [{"url": f"{STRUCTURE}{name}", "valueString" if xhtml else "valueMarkdown": text}]}}


@pytest.mark.parametrize(
    ("written", "alone", "in_a_label"),
    [
        ("<p>A <b class=\"x\">b</b></p>", "<p>A <b>b</b></p>", "A <b>b</b>"),
        ("<script>bad()</script> <i style=\"color:red\">C</i>", "<i>C</i>", "<i>C</i>"),
        ("<ul><li>x</li></ul>", "<ul><li>x</li></ul>", "x"),
        ("<a href=\"http://x.example\">x</a>", "<a OUT>x</a>", "x"),
        ("<a href=\"javascript:bad()\" onclick=\"bad()\">x</a>", "<a OUT>x</a>", "x"),
        ("<form><button>b</button></form>", "", ""),
        ("<img src=\"data:image/svg+xml;base64,AAAA\"/>", "", ""),
        ("<br/>", "", ""),
        ("<b>not closed", "<b>not closed</b>", "<b>not closed</b>"),
    ],
)  # fmt: skip
def test_plain_structure_passes_and_nothing_else(written, alone, in_a_label):
    made = form(item("a", "display", **marked(written)), item("b", **marked(written)))
    out = 'rel="noreferrer noopener"', 'target="_blank"'
    ways = [alone.replace("OUT", " ".join(one)) for one in (out, out[::-1])]  # in either order
    assert made.items[0].markup in ways and made.items[1].markup == in_a_label
    assert [one.text for one in made.items] == ["a", "b"]  # what copies, notices and lists say


def test_markup_beside_a_question_instead_of_its_text_is_read_as_well():
    assert form(item("a", "display", **marked("<b>x</b>")["_text"])).items[0].markup == "<b>x</b>"


def test_markdown_passes_the_same_sieve_with_its_html_off():
    text = "# Head\n\nSome *words*, [here](https://x.example).\n\n- one\n\n<b>raw</b> ![p](https://x.example/p.png)"
    (made,) = form(item("a", "display", **marked(markdown=text))).items
    assert made.markup.startswith("<p><strong>Head</strong></p>") and "<em>words</em>" in made.markup
    assert 'href="https://x.example"' in made.markup and "<li>one</li>" in made.markup
    assert "<b>" not in made.markup and "&lt;b&gt;raw" in made.markup and "<img" not in made.markup


def in_itself(data, kind="png"):
    return f"data:image/{kind};base64,{b64encode(data).decode()}"


ELSEWHERE = ["https://x.example/p.png", "data:image/svg+xml;base64,AAAA", "data:image/png;base64,AA", f"{AT}{'a' * 64}",
             in_itself(picture(size=(400, 400), compress_level=0)), in_itself(picture()[:60])]  # fmt: skip


@pytest.mark.parametrize("address", ELSEWHERE, ids=range(len(ELSEWHERE)))
def test_a_picture_that_is_left_out_is_told(address):
    found = read(questionnaire(item("a", **marked(f'<img src="{address}"/> words'))))
    assert [note.why for note in found.notes] == ["picture"] and "words" in found.form.items[0].markup


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_picture_that_a_form_carries_in_itself_stands_at_an_address_of_ours(kind):
    data = picture(kind)
    written = (
        f"<div title='x'><img width='9' onload='bad()' alt='A \"knee\"' src='{in_itself(data, kind.lower())}'/></div>"
    )
    found = read(questionnaire(item("a", **marked(written)), item("b", "display", extension=[
        extension(f"{SDC}itemMedia", valueAttachment={"contentType": "image/png", "data": b64encode(data).decode()})])))  # fmt: skip
    digest = sha256(data).hexdigest()
    one, other = found.form.items
    assert one.markup == f'<img src="{AT}{digest}" alt="A &quot;knee&quot;">' and not found.notes
    assert other.markup == f'b <img src="{AT}{digest}" alt="">'
    assert of_form(found.form.source, digest).type == f"image/{kind.lower()}"
    assert of_form(found.form.source, "a" * 64) is None


def test_a_picture_beside_a_choice_stands_beside_it_and_any_other_is_told():
    def beside(**attachment):
        return {"extension": [extension(f"{SDC}itemAnswerMedia", valueAttachment=attachment)]}

    drawn = beside(data=b64encode(picture()).decode(), title="A face")
    options = [{"valueString": "none", **drawn}, {"valueString": "some"}]
    look = extension("questionnaire-itemControl", valueCodeableConcept={"coding": [{"code": "drop-down"}]})
    found = read(questionnaire(item("a", "choice", answerOption=options, extension=[look])))
    asked = found.form.items[0]
    assert [one.picture for one in asked.options] == [
        f'<img src="{AT}{sha256(picture()).hexdigest()}" alt="A face">',
        "",
    ]
    assert not found.notes and of_form(found.form.source, sha256(picture()).hexdigest()).type == "image/png"
    assert control(Asked(Place("a"), asked, "q1", options=asked.options)) == "radios"  # a list shows no pictures
    for elsewhere in (beside(url="https://x.example/p.png"), beside(data=b64encode(picture()[:60]).decode())):
        left = read(questionnaire(item("a", "choice", answerOption=[{"valueString": "none", **elsewhere}])))
        assert [one.why for one in left.notes] == ["itemAnswerMedia"] and left.form.items[0].options[0].picture == ""


@pytest.mark.parametrize("written", ["<img", "<img ", "<h1", "<", "["])
def test_no_text_of_a_stranger_keeps_everybody_waiting(written):
    """A form of two megabytes of `<img` took half an hour of the one process that serves the whole practice (S71)."""
    long = marked(markdown=written * 300_000) if written == "[" else marked(xhtml=written * 200_000)
    short = marked(xhtml=written * (LONGEST // len(written)))
    began = process_time()
    found = form(item("long", "display", **long), item("short", "display", **short)).items
    assert [one.text for one in found] == ["long", "short"] and found[0].markup == ""
    assert process_time() - began < 3  # it takes a fiftieth of that
