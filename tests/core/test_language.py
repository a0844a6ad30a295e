"""A second language, whole: nothing that patients are sent is missing from it, and it is theirs that is used."""

import ast
import re
from pathlib import Path

import pytest

import core
from core import language
from core.calendar import day
from core.delivery.incoming import replies
from core.delivery.incoming.quotes import MARKER, answer
from core.delivery.segments import count
from core.delivery.writing import patient_letters
from core.errors import Forbidden, Invalid
from core.language import NAMES, WORDS, known, language_for, say
from core.patients import find as patients
from core.patients import intake, record
from core.release import contacts
from core.release.contacts import correct
from core.release.link import send_direct
from tests.conftest import START

GAP = re.compile(r"%\((\w+)\)s")
ZONE = "Europe/Berlin"


def said() -> set[str]:
    """Every text of `core` that is handed to the translator."""
    found = {MARKER, replies.STOPPED, replies.STARTED, replies.HELPED, replies.NO_PICTURES}
    for path in Path(core.__file__).parent.rglob("*.py"):
        text = path.read_text("utf-8")
        if "from core.language import" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say":
                found |= {a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)}
    return found


def test_no_text_is_missing_or_left_over_and_every_gap_is_kept():
    wanted = said()
    assert len(wanted) > 30
    for code in set(NAMES) - {language.ENGLISH}:
        assert wanted - set(WORDS[code]) == set() and set(WORDS[code]) - wanted == set()
        assert [one for one, own in WORDS[code].items() if set(GAP.findall(one)) != set(GAP.findall(own))] == []
        assert all(own.strip() and own != one for one, own in WORDS[code].items())


def test_days_are_those_of_the_practice_in_the_form_of_the_language():
    late = START.replace(day=29, hour=23, minute=30)
    assert day(late, "Europe/London") == "Sunday 29 November"
    assert day(late, ZONE, "de") == "Montag, 30. November"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("de", "de"), ("de-AT", "de"), (" Deutsch ", "de"), ("German", "de"), ("EN_gb", "en"), ("fr", ""), ("", "")],
)
def test_a_language_is_known_by_its_name_or_its_letters(typed, meant):
    assert known(typed) == meant


def test_who_was_not_asked_is_written_to_as_their_country_speaks_where_it_speaks_one_language():
    assert [language_for("", one) for one in ("GB", "DE", "AT", "CH")] == ["en", "de", "de", "en"]
    assert language_for("en", "DE") == "en"


@pytest.mark.parametrize("code", NAMES)
@pytest.mark.parametrize("name", ["Elm Clinic", "Ärztehaus am Großen Stern " * 4, "Клиника " * 5])
def test_each_answer_by_text_is_one_segment_in_every_language(practice_card, code, name):
    card = practice_card(name=name)
    for reply in (replies.stopped, replies.started, replies.helped, replies.no_pictures):
        assert count(reply(card, code)).segments == 1
    assert count(replies.nobodys(code)).segments == 1


@pytest.fixture
def practice_card():
    from core.practice.words import Plan, PracticeCard

    def made(name):
        return PracticeCard(
            None, "elm", name, Plan.TRIAL, "01632 960001", "9 to 5", "Call 999", ZONE, "DE", credits=1,
            credits_low_at=None,
        )  # fmt: skip

    return made


@pytest.mark.parametrize("code", NAMES)
def test_every_letter_to_a_patient_is_in_their_language_as_words_and_as_html(practice_card, code):
    card, url = practice_card(name="Praxis Elm & Söhne"), "https://portal.example.org/l/x?a=1&b=2"
    letters = [
        patient_letters.link_email("a@x.org", card, code, url, START, form=form, minutes=minutes, by_card=by_card)
        for form, minutes in (("", 5), ("PHQ-9", 5), ("PHQ-9", 1))
        for by_card in (False, True)
    ]
    letters += [write("a@x.org", card, code, START, START, url)
                for write in (patient_letters.reminder_email, patient_letters.form_reminder_email)]  # fmt: skip
    letters += [patient_letters.ended_email("a@x.org", card, code),
                patient_letters.taken_back_email("a@x.org", card, code, START)]  # fmt: skip
    letters += [patient_letters.contact_changed_email("a@x.org", card, code, what) for what in patient_letters.Contact]
    for letter in letters:
        assert letter.text.startswith({"en": "Hello, ", "de": "Guten Tag, "}[code])
        assert f'<html lang="{code}"' in letter.html and "Praxis Elm &amp; Söhne" in letter.html
        assert letter.html.count("<p>") == letter.text.count("\n\n") + 1 and "%(" not in letter.subject + letter.text
        assert ("/l/x" in letter.text) == ('<a href="https://portal.example.org/l/x?a=1&amp;b=2">' in letter.html)
    assert len({letter.text for letter in letters}) == len(letters)
    english = {one.partition("%(")[0] for one in WORDS["de"] if len(one.partition("%(")[0]) > 12}
    if code == "de":
        assert [one for one in english for letter in letters if one in letter.text + letter.subject] == []


def test_a_patients_language_is_theirs_in_letters_and_stays_when_a_file_says_none(store, anna, carl, amara, network):
    with pytest.raises(Forbidden):
        store.run(carl, record.choose_language, amara.id, "de")
    with pytest.raises(Invalid):
        store.run(anna, record.choose_language, amara.id, "tlh")
    store.run(anna, record.choose_language, amara.id, "German")
    header = b"first_name,last_name,date_of_birth,email,mobile,language\n"
    line = b"Amara,Testwell,1985-03-14,amara@example.org,07700 900057,"
    assert intake.import_csv(store, anna, header + line, moved=contacts.moved).unchanged == 1
    assert intake.import_csv(store, anna, header + line + b"English", moved=contacts.moved).updated == 1
    assert store.look(anna, patients.patient, amara.id).language == "en"
    refused = intake.import_csv(store, anna, header + line + b"tlh", moved=contacts.moved).rejected
    assert [(number, error.field) for number, error in refused] == [(2, "language")]
    changed = store.run(anna, record.change, amara.id, language="de")
    store.run(anna, send_direct, changed, "Your results are back.")
    (link,) = network.to(amara.email)
    store.run(anna, correct, amara.id, "new@example.org", "07700 900057")
    changed_address = next(one for one in network.to(amara.email) if one.id != link.id)
    assert link.subject == "Elm Clinic hat Ihnen eine sichere Nachricht geschickt"
    assert "Sie können sie bis Montag, 30. November öffnen." in link.text
    assert changed_address.subject == "Ihre Kontaktdaten wurden geändert"


def test_reminder_and_end_are_in_the_patients_language(store, anna, amara, network, clock):
    changed = store.run(anna, record.change, amara.id, language="de")
    store.run(anna, send_direct, changed, "Your results are back.")
    clock.forward(days=3)
    network.settle()
    (reminder, _) = network.to(amara.email)
    clock.forward(days=4)
    network.settle()
    ended = network.to(amara.email)[0]
    assert ended.subject == "Die Zeit für Ihre sichere Nachricht ist vorbei"
    assert "am Montag, 23. November" in reminder.text and "/l/" in reminder.text


def test_an_answer_is_cut_at_our_line_in_whichever_language_it_was_written():
    for code in NAMES:
        assert answer(f"Ja\n\nAm Montag schrieb Praxis Elm:\n> {say(code, MARKER)}\n> Guten Tag") == "Ja"
