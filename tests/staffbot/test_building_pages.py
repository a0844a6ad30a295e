"""Building a form over HTTP and without script: begun, asked, tried, published (F75, F78)."""

import re
from uuid import UUID

import pytest

from core.forms import find
from core.forms.builder import sketches, translating
from core.patients import record
from core.practice.words import Role
from portal import create_app
from staffbot.commands.grammar import Call, parse, perform
from staffbot.warning_words import warning
from tests.conftest import hire
from tests.staffbot.browser import signed_in, token_in


def fields(page):
    """What every form of a page carries."""
    return {"changes": re.search(r'name="changes" value="(\d+)"', page)[1]}, token_in(page)


def speak(admin, do, here):
    """Translate the title and one choice into German; what is left over is said."""
    page = admin.get(f"{here}/words?in=de").text
    assert "It is written in English" in page and "texts are not translated" in page
    given = {"in": "de", "w-title": "Vor der Massage", "w-item.q1.text": "Schon eine gehabt?", "w-item.q2.nothing": "x"}
    assert "saved=1" in do("/words", given).location
    page = admin.get(f"{here}/words?in=de").text
    assert ">Vor der Massage</textarea>" in page and "not translated" in page and ">Deutsch</bdi>" in page
    do(
        "/question?q=q1", {"text": "Have you ever had one?", "kind": "yes"}
    )  # what it asks changes under its translation
    assert "1 text changed after it was translated" in admin.get(here).text
    page = admin.get(f"{here}/words?in=de").text
    assert page.count("It was translated when it said: “Have you had one before?”") == 1
    assert "1 of 5 texts changed since" in page and "still fits" in page
    own = do("/words", {**given, "in": "en"})
    assert own.status_code == 422 and "written in this language itself" in own.text
    assert do("/words", {**given, "in": "xx"}).status_code == 422


def test_a_form_is_built_tried_and_published_by_somebody_who_knows_no_fhir(settings, store, app, anna, amara, clock):
    store.run(anna, record.choose_language, amara.id, "de")
    admin = signed_in(app, store, anna, clock)
    here = admin.send("/forms/build", {"title": "Before your massage"}, token_in(admin.get("/forms").text)).location

    def do(path, given, on=None):
        carried, token = fields(admin.get(on or here).text)
        return admin.send(here + path, {**carried, **given}, token)

    assert admin.get(f"{here}?freed=\u00b2").status_code == 200  # a digit to Python, and no number
    nothing = admin.send("/forms/build", {"form": "no id", "title": "x"}, token_in(admin.get("/forms").text))
    assert nothing.status_code == 404
    asked = do("/add", {"kind": "yes"}).location
    assert "New question</textarea>" not in admin.get(asked).text  # what is typed first stands alone
    unsaid = do("/publish", {})
    assert unsaid.status_code == 422 and "no words of its own: “New question”" in unsaid.text
    assert (
        do("/question?q=q1", {"text": "Have you had one before?", "kind": "yes", "required": "on"}, asked).status_code
        == 303
    )
    assert "/question?q=q2" in do("/add", {"kind": "one"}).location
    wrong = do(
        "/question?q=q2", {"text": "How was it?", "kind": "one", "asked": "q1", "operator": "is", "value": "maybe"}
    )
    assert wrong.status_code == 422 and "Give at least two choices" in wrong.text and "How was it?" in wrong.text
    given = {"text": "How was it?", "kind": "one", "choice": ["Good", "Bad"], "points": ["0", "2"], "was": ["", ""],
             "counts": "on", "urgent": "2", "asked": "q1", "operator": "is", "value": "yes"}  # fmt: skip
    assert do("/question?q=q2", given).status_code == 303
    bands = {"low": ["0", "2"], "high": ["0", "2"], "label": ["fine", "bad"]}
    gap = do("/about", {"title": "Before your massage", "owner": "Our own", "method": "mean", **bands})
    assert gap.status_code == 422 and "There is a gap between two bands" in gap.text
    kept = ('value="bad"', 'value="Our own"', 'value="mean" selected')
    assert all(one in gap.text for one in kept)  # nothing that was typed is lost
    half = do("/about", {"title": "Before your massage", "low": ["0"], "high": [""], "label": ["fine"]})
    assert half.status_code == 422 and "Look at “0 fine”" in half.text and 'value="fine"' in half.text
    do("/about", {"title": "Before your massage", "low": ["0", "1"], "high": ["0", "2"], "label": ["fine", "bad"]})
    up = admin.get(do("/do", {"do": "up q2"}).location).text  # whoever moves by keyboard stands on the same button
    assert up.count("autofocus") == 1 and re.search(
        r'autofocus aria-label="How was it\?, now 1 of 2"', up
    )  # no further up
    assert 'value="up q2"' not in up and 'value="down q2"' in up and "into" not in up
    up = admin.get(do("/do", {"do": "down q2"}).location).text
    assert 'value="down q2"' not in up and re.search(r'autofocus aria-label="How was it\?, now 2 of 2"', up)
    speak(admin, do, here)
    do("/do", {"do": "copy q1"})
    gone = admin.get(do("/do", {"do": "remove q3"}).location).text
    assert "The question was taken away." in gone and "Undo the last change" in gone
    back = admin.get(do("/back", {}).location).text  # a press on the wrong button costs nothing
    assert (
        "The last change was taken back." in back
        and "Undo the last change" not in back
        and back.count('value="remove ') == 3
    )
    do("/do", {"do": "remove q3"})
    page = admin.get(here).text
    assert "Only if “Have you ever had one?” is Yes" in page and "counts, calls somebody" in page
    assert "“How was it?” counts and is not always asked." in page and "Every question can be asked" in page
    other = do("/question?q=q1", {"text": "Which one?", "kind": "one"})  # another kind: its choices are typed next
    assert other.status_code == 200 and "Now write the choices" in other.text and 'name="choice"' in other.text
    assert "Which one?" in other.text and "Which one?" not in admin.get(here).text

    _, token = fields(admin.get(here).text)
    tried = admin.send(f"{here}/preview", {"q1": "yes", "q2": "1"}, token).text
    shown = re.search(r'href="[^"]+(/preview/[^"]+)"', tried)[1]  # the same form, on the patients' own pages
    assert "Only a try" in create_app(settings, store).test_client().get(shown, base_url="https://127.0.0.1:8001").text
    assert "Score 2 of 2" in tried and "would be called at once" in tried and "It could be sent like this" in tried
    assert do("/publish", {"key": "massage"}).status_code == 303
    assert store.look(anna, find.by_key, "massage").questions == 2
    assert "1 of 5 texts changed since" in admin.get(f"/forms/{store.look(anna, find.by_key, 'massage').id}").text
    command, rest = parse("/form @Amara Testwell massage")
    warned = store.run(anna, perform, command, Call(rest)).warnings
    assert [warning(one) for one in warned] == [
        "1 text of “Before your massage” changed after it was translated (Deutsch). Amara Testwell reads it so."]  # fmt: skip


def test_two_people_do_not_write_over_each_other(store, practice, app, anna, clock):
    admin = signed_in(app, store, anna, clock)
    other = signed_in(app, store, hire(store, practice, "Dora Admin", Role.ADMIN), clock)
    here = admin.send("/forms/build", {"title": "Ours"}, token_in(admin.get("/forms").text)).location
    carried, token = fields(admin.get(here).text)
    theirs, their_token = fields(other.get(here).text)
    assert admin.send(f"{here}/add", {**carried, "kind": "yes"}, token).status_code == 303
    late = other.send(f"{here}/add", {**theirs, "kind": "date"}, their_token)
    assert late.status_code == 409 and "Somebody changed this form meanwhile" in late.text
    for button in ("publish", "away"):
        late = other.send(f"{here}/{button}", {**theirs, "key": "ours"}, their_token)
        assert late.status_code == 409 and "Somebody changed this form meanwhile" in late.text
    assert other.get(here).status_code == 200


@pytest.mark.s("S52", "S65")
def test_a_form_that_is_built_is_its_practices_own_and_its_words_are_words(store, app, anna, tom, clock):
    """Whatever can be asked of it, by somebody who administers another practice; and labels that would be scripts."""
    evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    admin, stranger = signed_in(app, store, anna, clock), signed_in(app, store, tom, clock)
    here = admin.send("/forms/build", {"title": evil}, token_in(admin.get("/forms").text)).location
    sketch_id = UUID(here.rsplit("/", 1)[1])
    carried, token = fields(admin.get(here).text)
    admin.send(f"{here}/add", {**carried, "kind": "one"}, token)

    def spoil(form):
        first = form["item"][0]
        first["text"] = first["answerOption"][0]["valueCoding"]["display"] = evil
        return translating.translated(form, "de", "en", {one.place: evil for one in translating.texts(form, "de")})

    store.run(anna, sketches.change, sketch_id, 1, spoil)
    before = store.look(anna, sketches.one, sketch_id)
    name = before.form["item"][0]["linkId"]
    shown = [
        f"{here}{rest}" for rest in ("", f"?at=up {name}", f"/question?q={name}", "/about", "/preview", "/words?in=de")
    ]
    for page in shown:
        text = admin.get(page).text
        assert "alert(1)" in text and "<script>alert" not in text and "<img src=x" not in text, page
        assert stranger.get(page).status_code == 404, page
    stranger_token = token_in(stranger.get("/forms").text)
    sent = {
        **carried,
        "changes": "2",
        "do": f"remove {name}",
        "key": "x",
        "in": "de",
        "q": name,
        "title": "x",
        "kind": "yes",
    }
    for button in ("do", "add", "back", "publish", "away", "words", "question", "about", "preview"):
        answer = stranger.send(f"{here}/{button}", sent, stranger_token)
        assert answer.status_code in (404, 405), (button, answer.status_code)
    assert store.look(anna, sketches.one, sketch_id) == before
