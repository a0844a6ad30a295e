"""Texts that come in: to the patient's conversation and whoever asked; commands work by themselves; the rest waits.

Raises nothing for any text: what belongs to nobody for certain is laid into the tray (`unmatched.py`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from uuid import UUID

from core.audit.trail import append
from core.delivery import credits, outbox, shared_number
from core.delivery.incoming import replies, unmatched
from core.delivery.incoming.keywords import Keyword, hints_at_stop, keyword, spoken
from core.delivery.seen import first_time
from core.delivery.segments import count
from core.delivery.suppression import bars, release, suppress_address
from core.delivery.words import Bar, Channel, Parcel, Purpose, Unclear
from core.errors import Invalid
from core.language import of_country
from core.messages.conversations import of_patient
from core.messages.notify import notify
from core.messages.post import post
from core.messages.whom import who_asked
from core.messages.words import Direction, Kind, Writing
from core.patients import find as patients
from core.patients.phone import masked_phone, region_of, to_e164
from core.patients.words import Patient
from core.practice import doors
from core.practice import find as practice
from core.practice.words import PracticeCard
from core.store.unit import SYSTEM, Actor, ActorKind, Unit, Who
from core.store.writer import Store

LONGEST = 10_000
MOST_ANSWERS = 10  # to one phone a day, as codes are (S22): two machines that answer each other must not spend credits
NOBODY = Who(UUID(int=0), SYSTEM)


@dataclass(frozen=True, slots=True)
class Text:
    """A text as the network hands it over. `media` counts pictures; unless `proven`, its words may be made up (P40).

    `once` is the network's name for it: told a second time, it has no second effect (P47).
    """

    to: str
    sender: str
    text: str
    once: str = ""
    intent: str = ""
    media: int = 0
    proven: bool = True
    nonce: str = ""


class Fate(StrEnum):
    """What became of something that came in."""

    JOINED = "joined"  # a conversation
    OBEYED = "obeyed"
    TRAY = "tray"
    NOBODYS = "nobodys"
    KNOWN = "known"  # it had come before
    REPLAYED = "replayed"  # the very same call had come before


@dataclass(frozen=True, slots=True)
class Came:
    """What became of a text; `answer` is for who texted a number that is nobody's."""

    fate: Fate
    answer: str = ""


SAID: Mapping[Keyword, str] = {
    Keyword.STOP: "texted “{}”: no more texts go to this phone, except codes they ask for.",
    Keyword.START: "texted “{}”: texts go to this phone again.",
    Keyword.HELP: "texted “{}” and was told whom to call.",
}
REPLIES: Mapping[Keyword, Callable[[PracticeCard, str], str]] = {
    Keyword.STOP: replies.stopped,
    Keyword.START: replies.started,
    Keyword.HELP: replies.helped,
}
PICTURE = "sent a picture by text, which we cannot take. They were asked to call."
HINT = "This may be a wish for no more texts. If it is, note it on the patient's page."


def text_arrived(store: Store, given: Text) -> Came:
    """Take a text in."""
    practice_id = _whose(store, given)
    if practice_id is None:
        answered = store.run(NOBODY, shared_number.may_answer_stranger, given.sender)
        return Came(Fate.NOBODYS, replies.nobodys(_language_of(given)) if answered else "")
    return Came(store.run(Who(practice_id, SYSTEM), take_text, given))


def _whose(store: Store, given: Text) -> UUID | None:
    owners = store.door(doors.number, given.to, store.settings.plivo_sender)
    if len(owners) < 2:
        return owners[0] if owners else None
    phone = shared_number.mark(store.seals(NOBODY.practice_id), given.sender)
    return store.door(shared_number.last_to_text, phone, owners, store.clock())


def _language_of(given: Text) -> str:
    """What a stranger is answered in: that of the word they used, else of the country they text from."""
    return spoken(given.text) or of_country(region_of(given.sender) if given.sender.startswith("+") else "")


def take_text(unit: Unit, given: Text) -> Fate:
    """A text to this practice."""
    if given.nonce and not first_time(unit, "nonce", given.nonce):
        return Fate.REPLAYED
    if given.once and not first_time(unit, "sms", given.once):
        return Fate.KNOWN
    sender, text = _number(unit, given.sender), given.text.replace("\0", "")[:LONGEST]
    people = patients.by_mobile(unit, sender)
    if not given.proven:
        unmatched.put(unit, Channel.SMS, Unclear.UNPROVEN, sender, text, reference=given.once, came=asdict(given))
        return Fate.TRAY
    stopped = any(one.bar is Bar.OPT_OUT for one in bars(unit, Channel.SMS, sender))
    if (asked := keyword(text, given.intent, stopped=stopped)) is not None:
        return _obey(unit, asked, sender, text, people)
    if given.media:
        _note(unit, people, PICTURE)
        card = practice.card(unit)
        said = replies.no_pictures(card, _speak(card, people, text))
        _answer(unit, sender, said, f"picture|{unit.now:%Y-%m-%d}")
        if not text.strip():
            return Fate.OBEYED
    if len(people) != 1:
        return _lay_aside(unit, Unclear.SEVERAL if people else Unclear.UNKNOWN, sender, text)
    _join(unit, people[0], text)
    return Fate.JOINED


def _join(unit: Unit, patient: Patient, text: str) -> None:
    unit.actor = Actor(ActorKind.PATIENT, patient.id, name=patient.name)
    thread = of_patient(unit, patient.id)
    message = post(unit, thread, Writing(Kind.SMS, Direction.INBOUND, text if text.strip() else "(nothing)"))
    notify(unit, who_asked(unit, thread), message, "answer")
    append(unit, "sms received", message.id)
    if hints_at_stop(text):
        post(unit, thread, Writing(Kind.EVENT, Direction.INTERNAL, HINT))


def _lay_aside(unit: Unit, why: Unclear, sender: str, text: str) -> Fate:
    unmatched.put(unit, Channel.SMS, why, sender, text)
    return Fate.TRAY


def _obey(unit: Unit, asked: Keyword, sender: str, text: str, people: Sequence[Patient]) -> Fate:
    """Do what the word says, for that phone and this practice; answered once until something changes (P50)."""
    match asked:
        case Keyword.STOP:
            news = suppress_address(unit, Channel.SMS, sender, Bar.OPT_OUT)
        case Keyword.START:
            news = release(unit, Channel.SMS, sender, Bar.OPT_OUT)
        case Keyword.HELP:
            news = first_time(unit, "help", f"{sender}|{unit.now:%Y-%m-%d %H}")
    if news:
        _note(unit, people, SAID[asked].format(" ".join(text.split())[:40]))
        card = practice.card(unit)
        _answer(unit, sender, REPLIES[asked](card, _speak(card, people, text)))
    return Fate.OBEYED


def _speak(card: PracticeCard, people: Sequence[Patient], text: str) -> str:
    """The language to answer a phone in: its people's, where they agree; else that of the word; else the practice's."""
    theirs = {one.language for one in people if one.language}
    return theirs.pop() if len(theirs) == 1 else spoken(text) or of_country(card.country)


def _note(unit: Unit, people: Sequence[Patient], what: str) -> None:
    """A line in the conversation of everyone who has that phone."""
    for patient in people:
        post(unit, of_patient(unit, patient.id), Writing(Kind.EVENT, Direction.INTERNAL, f"{patient.name} {what}"))


def _answer(unit: Unit, sender: str, text: str, once: str = "") -> None:
    """Text back, at the practice's cost while it has credits: a wish to stop is confirmed in any case, but for a phone
    that changes its mind all day.
    """
    if once and not first_time(unit, "answered", f"{sender}|{once}"):
        return
    if not any(first_time(unit, "answer", f"{sender}|{unit.now:%Y-%m-%d}|{n}") for n in range(MOST_ANSWERS)):
        return
    price, delivery_id = count(text).segments, unit.new_id()
    try:
        credits.hold(unit, price, "answer", delivery_id)
    except credits.NoCredits:
        price = 0
    outbox.queue(
        unit,
        channel=Channel.SMS,
        purpose=Purpose.ANSWER,
        parcel=Parcel(to=sender, text=text),
        masked=masked_phone(sender),
        credits=price,
        delivery_id=delivery_id,
    )


def _number(unit: Unit, sender: str) -> str:
    """The sender as numbers are kept here; short codes and names stay as they are."""
    try:
        return to_e164(sender, practice.card(unit).country)
    except Invalid:
        return sender[:40]
