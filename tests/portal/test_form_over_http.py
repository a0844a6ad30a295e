"""A Smart Form page by page over HTTP: every kind of question, what is wrong shown as typed, sent once."""

import io
import re
from base64 import b64encode
from datetime import timedelta

import pytest
from sqlalchemy import update

from core.forms import find, habits, library
from core.forms.habits import Habits
from core.forms.responses import answered
from core.messages.find import message
from core.release.tables import LinkRow
from core.web import sizes
from tests.core.forms.making import HL7, SDC, extension, item, questionnaire, when
from tests.core.forms.test_languages import said
from tests.documents import photo_with_a_place, picture
from tests.portal.form_filler import answer, before_form, offered, refused
from tests.portal.form_walker import Controls
from tests.portal.visitor import TOKEN

KILOGRAMS, POUNDS = ({"system": "http://unitsofmeasure.org", "code": c} for c in ("kg", "[lb_av]"))
QUESTIONS = (
    item("smokes", "boolean", required=True),
    item("many", "integer", **when("smokes", "=", answerBoolean=True)),
    item("words", "display"),
    item("dose", "decimal", maxLength=9, extension=[
        {"url": f"{HL7}questionnaire-unit", "valueCoding": {"code": "mg"}}, {"url": f"{HL7}questionnaire-supportLink", "valueUri": "https://read.example/more"},
        {"url": f"{HL7}questionnaire-supportLink", "valueUri": "http://plain.example/"}]),
    item("born", "date"),
    item("seen", "dateTime"),
    item("wakes", "time"),
    item("site", "url"),
    item("tell", "text"),
    item("colour", "open-choice", answerOption=[{"valueString": "red"}, {"valueString": "blue"}]),
    item("weight", "quantity", extension=[{"url": f"{HL7}questionnaire-unitOption", "valueCoding": unit} for unit in (KILOGRAMS, POUNDS)]),
    item("guess", "string", initial=[{"valueString": "our guess"}]),
)  # fmt: skip


@pytest.fixture
def visitor(settings, store, system, anna, amara, network):
    """Amara, unlocked, before a form with every kind of question."""
    return before_form(settings, store, system, anna, amara, network, *QUESTIONS)


def test_every_kind_of_question_is_asked_judged_and_sent_once(visitor):
    assert smokes(visitor, "no", "20").headers["Location"] == "/form/p/2"
    assert "<dt>many</dt>" not in visitor.get("/form/check").text  # kept, but nobody who does not smoke is asked it
    assert 'value="a few"' in refused(visitor, smokes(visitor, "yes", "a few")).text
    assert smokes(visitor, "no", "a few").status_code == 303  # nobody is told off about what is not asked
    assert smokes(visitor, "yes", "20").headers["Location"] == "/form/p/2"
    dose = visitor.get("/form/p/2").text
    assert 'href="https://read.example/more" target="_blank" rel="noreferrer"' in dose and "on read.example" in dose
    assert "9 letters" not in dose  # a number has none
    assert "plain.example" not in dose and re.search(
        r'aria-describedby="first-hint first-in"[^>]*>\s*<span id="first-in">mg</span>', dose
    )
    typed = [
        {"value": "2,50"}, {"day": "14", "month": "Mar", "year": "1985"},
        {"day": "23", "month": "11", "year": "2026", "time": "9.30 am"}, {"value": "7:15"}, {"value": "https://example.org/"},
        {"value": "Two\r\nlines"}, {"value": "other", "other": "green"}, {"value": "70", "unit": "kg"},
    ]  # fmt: skip
    for number, parts in enumerate(typed, 2):
        assert answer(visitor, number, **parts).status_code == 303, number
    last = visitor.get("/form/p/10").text
    assert 'value="our guess"' in last and "Filled in for you" in last
    assert answer(visitor, 10, value="our guess").headers["Location"] == "/form/check"
    checked = visitor.get("/form/check").text
    for shown in ("2.50", "14 March 1985", "23 November 2026, 09:30", "07:15", "green", "70 kg"):
        assert shown in checked
    assert [visitor.post("/form/submit").headers["Location"] for _ in range(2)] == ["/form/done", "/form/done"]


WRONG_DATES = (
    (("29", "2", "2023"), "day", "February 2023 has only 28 days."),
    (("14", "Foo", "1985"), "month", "We do not know the month “Foo”."),
    (("14", "3", "85"), "year", "Is the year 1985 or 2085?"),
)


def test_of_a_date_only_the_wrong_field_is_marked_and_the_summary_leads_to_it(visitor):
    smokes(visitor, "no", "")
    for typed, marked, sentence in WRONG_DATES:
        parts = dict(zip(("day", "month", "year"), typed, strict=True))
        wrong = refused(visitor, answer(visitor, 3, **parts))
        assert wrong.text.count(sentence) == 2  # at the top, and at the field
        fields = dict(re.findall(r'name="q\d+-(day|month|year)"([^>]*)', wrong.text))
        assert [part for part, held in fields.items() if "aria-invalid" in held] == [marked]
        assert all(f'value="{parts[part]}"' in held for part, held in fields.items())
        assert f'<a href="#first{"" if marked == "day" else f"-{marked}"}">' in wrong.text


def test_whoever_saved_a_page_in_the_half_hour_after_the_end_goes_on_to_check_and_send(
    settings, store, system, anna, amara, network, clock
):
    visitor = before_form(settings, store, system, anna, amara, network, item("a", required=True))
    store.run(anna, lambda unit: unit.db.execute(update(LinkRow).values(expires_at=clock() + timedelta(minutes=5))))
    page = visitor.get("/form/p/1").text
    name, signed, token = Controls(page).questions[0], offered(visitor, 1)[1], TOKEN.search(page)[1]
    clock.forward(minutes=10)
    shown = visitor.get("/form/p/1")  # nobody opens a page now who has not posted one
    assert shown.status_code == 410 and "This form could be sent until 23 November." in shown.text
    assert "Dieses Formular konnte bis 23. November" in visitor.get("/form/p/1", Accept_Language="de").text
    typed = {"offer": signed, name: "in time", "csrf_token": token}
    assert visitor.post("/form/p/1", typed, token=False).headers["Location"] == "/form/check"
    checked = visitor.get("/form/check").text
    assert "in time" in checked and "We still take it if you send it before" in checked
    sends = {"csrf_token": TOKEN.search(checked)[1]}
    assert visitor.post("/form/submit", sends, token=False).headers["Location"] == "/form/done"
    assert "Your answers have arrived" in visitor.get("/form/done").text


def smokes(visitor, value, many):
    """Post the first page, whose second field stands under *Yes* (F36)."""
    page = visitor.get("/form/p/1").text
    assert page.index('value="yes"') < page.index("If yes:") < page.index('value="no"')
    name, signed = offered(visitor, 1)
    under = next(one for one in Controls(page).questions if one != name)
    return visitor.post("/form/p/1", {"offer": signed, name: value, under: many})


def test_what_must_be_answered_can_wait_where_the_practice_says_so_until_the_answers_are_checked(
    visitor, store, anna, system
):
    assert "Skip for now" not in visitor.get("/form/p/1").text
    form_id = store.look(anna, find.by_key, "a-form").id
    store.run(anna, habits.choose, form_id, Habits(skip=True))
    assert "Skip for now" in visitor.get("/form/p/1").text and "Skip for now" not in visitor.get("/form/p/2").text
    assert "Choose an answer to" in refused(visitor, answer(visitor, 1)).text
    assert answer(visitor, 1, press="skip").headers["Location"] == "/form/p/2"
    assert "Something is missing" in visitor.get("/form/check").text
    assert visitor.post("/form/submit").headers["Location"].startswith("/form/p/1?")


def test_a_form_is_read_in_the_language_of_the_page_or_in_a_chosen_one_and_answered_in_its_own(
    settings, store, system, anna, amara, network
):
    coding = {"system": "s", "code": "y", "display": "Yes, I do", "_display": said(fr="Oui", de="Ja, das tue ich")}
    asked = item(
        "a", "choice", answerOption=[{"valueCoding": coding}], _text=said(fr="Fumez-vous ?", de="Rauchen Sie?")
    )
    source = questionnaire(asked, item("b", text="Only English"), language="en", _title=said(fr="Bonjour"))
    visitor = before_form(settings, store, system, anna, amara, network, key="k", source=source)
    start = visitor.get("/form/start").text
    assert "Français" in start and 'value="de" lang="de"' in start
    assert "Rauchen Sie?" in visitor.get("/form/p/1?language=de").text
    assert visitor.post("/form/language", {"language": "fr"}).headers["Location"] == "/form/start"
    page = visitor.get("/form/p/1").text
    assert '<span lang="fr" dir="ltr">Fumez-vous ?</span>' in page and "Oui" in page
    answer(visitor, 1, value="0")
    assert '<span lang="en" dir="ltr">Only English</span>' in visitor.get("/form/p/2").text
    answer(visitor, 2)
    assert '<dd lang="fr" dir="ltr">Oui</dd>' in visitor.get("/form/check").text
    visitor.post("/form/submit")
    sent = store.look(anna, lambda unit: next(answered._answered(unit)))
    assert sent.response["language"] == "fr" and sent.response["item"][0]["text"] == "Fumez-vous ?"
    assert sent.response["item"][0]["answer"][0]["valueCoding"]["display"] == "Yes, I do"
    told = store.look(anna, message, sent.message_id)
    assert told.form["answers"][0] == {"question": "a", "answer": "Yes, I do"}
    assert "Fumez-vous" in visitor.get("/form/done").text or visitor.get("/form/copy").data.startswith(b"%PDF")


@pytest.mark.attack("C22")
@pytest.mark.s("S87")
def test_a_field_that_the_page_did_not_offer_refuses_the_post(visitor):
    name, signed = offered(visitor, 1)
    assert visitor.post("/form/p/1", {"offer": signed, name: "yes", "q99": "1"}).status_code == 422


@pytest.mark.attack("C21")
@pytest.mark.s("S87")
def test_an_answer_to_what_is_not_asked_refuses_the_page_and_one_given_before_is_never_sent(visitor, store, anna):
    """The catalogue refuses both; decision 16 keeps what was typed before in the draft, for who changes their mind."""
    smokes(visitor, "yes", "20")
    (_, under), name = Controls(visitor.get("/form/p/1").text).questions, offered(visitor, 2)[0]
    smokes(visitor, "no", "20")
    assert (
        visitor.post("/form/p/2", {"offer": offered(visitor, 2)[1], name: "31337.5", under: "4711"}).status_code == 422
    )
    checked = visitor.get("/form/check").text
    assert "31337" not in checked and "4711" not in checked and "<dt>many</dt>" not in checked
    for number in range(2, 11):
        answer(visitor, number)
    assert visitor.post("/form/submit").status_code == 303
    sent = store.look(anna, lambda unit: next(answered._answered(unit)))
    assert "smokes" in str(sent.response) and "many" not in str(sent.response)


def test_one_form_after_the_other_behind_one_link(settings, store, system, anna, amara, network):
    store.run(system, library.install, ("phq-2", "gad-2"))
    visitor = before_form(settings, store, system, anna, amara, network, key="phq-2 gad-2")
    assert "2 forms, about 2 minutes. It is form 1 of 2" in visitor.get("/form/start").text
    assert "Fill in the form" in visitor.get("/message").text
    for _ in range(2):
        for number in (1, 2):
            answer(visitor, number, value="1")
            assert "Go on with the form" in visitor.get("/message").text
        visitor.post("/form/submit")
        ended = visitor.get("/form/done").text
        assert ("Go on to the next form" in ended) is ("It is form 2 of 2" in visitor.get("/form/start").text)
        assert visitor.get("/form/check").headers["Location"].endswith("/form/done"), "back from the end of a form"
    assert "You do not need to do anything else" in ended
    behind = visitor.get("/message?language=de").text
    assert "Sie haben dieses Formular gesendet" in behind and 'href="/form/start"' not in behind
    assert "Sie haben das Formular „" in behind and "answered" not in behind


@pytest.mark.parametrize(
    ("press", "leads"), [("later", "/form/later"), ("back", "/form/p/1"), ("more_time", "/form/p/2?wrong=1#problem")]
)
def test_leaving_a_page_demands_nothing_and_keeps_what_cannot_be_taken_as_typed(visitor, press, leads):
    answer(visitor, 1, value="yes")
    left = answer(visitor, 2, press=press, value="a few")
    assert left.headers["Location"] == leads
    assert 'value="a few"' in visitor.get("/form/p/2").text
    assert answer(visitor, 3, press=press).status_code == 303


def test_files_come_by_a_post_of_their_own_are_listed_and_go_with_the_answers(
    settings, store, system, anna, amara, network
):
    visitor = before_form(settings, store, system, anna, amara, network, item("scan", "attachment", required=True))
    _, signed = offered(visitor, 1)
    refused(visitor, answer(visitor, 1))

    def sent(name, data):
        return visitor.post("/form/p/1/file", {"offer": signed, "file": (io.BytesIO(data), name)})

    assert sent("scan.png", b"<html>").status_code == 422
    large = picture(size=(300, 300), compress_level=0)
    assert len(large) > sizes.FORM and sent("scan.png", large).status_code == 303  # as large as phones make them
    page = visitor.get("/form/p/1").text
    assert "scan.png" in page and "Remove" in page
    assert answer(visitor, 1).headers["Location"] == "/form/check"
    assert visitor.post("/form/submit").headers["Location"] == "/form/done"


@pytest.mark.s("S65")
def test_a_picture_in_a_form_comes_from_our_own_origin_to_whoever_unlocked_it(
    settings, store, system, anna, amara, network
):
    shows = {"contentType": "image/jpeg", "title": "The knee", "data": b64encode(photo_with_a_place()).decode()}
    media = extension(f"{SDC}itemMedia", valueAttachment=shows)
    face = extension(
        f"{SDC}itemAnswerMedia", valueAttachment={"contentType": "image/png", "data": b64encode(picture()).decode()}
    )
    faces = item("face", "choice", answerOption=[{"valueString": "none", "extension": [face]}, {"valueString": "bad"}])
    hurts = item("hurts", "boolean", extension=[media])
    visitor = before_form(settings, store, system, anna, amara, network, item("both", "group", item=[hurts, faces]))
    page = visitor.get("/form/p/1").text
    choice = re.search(r'none <img src="([^"]+)" alt="">', page + visitor.get("/form/p/2").text)[1]
    assert visitor.get(choice).content_type == "image/png"
    address = re.search(r'<img src="([^"]+)" alt="The knee">', page)[1]
    came = visitor.get(address)
    assert (came.status_code, came.content_type) == (200, "image/jpeg") and b"Latchphone" not in came.data
    assert "img-src 'self'" in came.headers["Content-Security-Policy"]
    assert visitor.get(address[:-1] + "x").status_code == 404
    assert visitor.get(address, **{"Sec-Fetch-Site": "cross-site"}).status_code == 404
    visitor.post("/message/lock")
    assert visitor.get(address).status_code != 200


def test_a_red_flag_tells_its_giver_where_to_find_help_and_the_answers_can_be_kept(
    settings, store, system, anna, amara, network
):
    store.run(system, library.install)
    visitor = before_form(settings, store, system, anna, amara, network, key="phq-9")
    for number in range(1, 10):
        answer(visitor, number, value="1")
    assert "If you need help now" in visitor.get("/form/p/10").text
    answer(visitor, 10, value="1")
    assert "If you need help now" in visitor.get("/form/check").text
    visitor.post("/form/submit")
    assert "If you need help now" in visitor.get("/form/done").text
    copied = visitor.get("/form/copy")
    assert copied.headers["Content-Disposition"].startswith("attachment") and copied.data.startswith(b"%PDF")


def test_a_copy_in_letters_that_no_font_has_is_a_text_file(settings, store, system, anna, amara, network):
    visitor = before_form(settings, store, system, anna, amara, network, item("tell", "text"))
    answer(visitor, 1, value="ગુજરાતી <b>")
    visitor.post("/form/submit")
    assert "ગુજરાતી <b>" in visitor.get("/form/copy").text


def test_a_form_that_is_signed_asks_for_name_and_box_and_keeps_who_when_and_what(
    settings, store, system, anna, amara, network
):
    look = extension("questionnaire-itemControl", valueCodeableConcept={"coding": [{"code": "signature"}]})
    form = (item("a", required=True), item("sig", "attachment", text="Your signature", required=True, extension=[look]))
    visitor = before_form(settings, store, system, anna, amara, network, *form)
    answer(visitor, 1, value="x")
    page = visitor.get("/form/p/2").text
    signed = re.search(r'name="offer" value="([^"]+)"', page)[1]
    assert 'name="signed"' in page and 'type="file"' not in page
    unnamed = visitor.post("/form/p/2/file", {"offer": signed, "next": "1"})
    assert "Type your name for “Your signature”." in refused(visitor, unnamed).text
    typed = {"offer": signed, "signed": "Amara Testwell", "next": "1"}  # pressing *Next* takes what was typed along
    assert visitor.post("/form/p/2/file", typed).location == "/form/check"
    assert "<dd>Amara Testwell</dd>" in visitor.get("/form/check").text
    checked = visitor.get("/form/check").text
    assert 'value="Amara Testwell"' in checked and "I sign this" in checked
    unsigned = visitor.post("/form/submit", {"signed": "Amara T."})
    assert unsigned.status_code == 422 and "tick “I sign this”" in unsigned.text and 'value="Amara T."' in unsigned.text
    assert visitor.post("/form/submit", {"signed": "Amara T.", "sign": "yes"}).location == "/form/done"
    (given,) = store.look(anna, answered.of_patient, amara.id, store.look(anna, find.by_key, "a-form").id)
    assert (given.signature.name, given.signature.holds) == ("Amara T.", True)
    assert given.answers["sig"][0].value["valueAttachment"]["contentType"] == "image/png"
