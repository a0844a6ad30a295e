"""The demonstration: a subscribed practice with a month behind it, and one on trial. All people are made up.

History is made through the real actions with a clock that is moved: what one sees is what Latchkey does.
"""

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, update

from core.cli.demo_words import ANSWERS, DIRECT, EMAILS, INTERNAL, NAMES, SMS, TEMPLATES
from core.clock import now
from core.compose.confirm import confirm
from core.compose.draft import prepare
from core.compose.template import sealed
from core.compose.words import Command, Order
from core.config import Settings
from core.delivery import credits
from core.delivery.providers.open import open_pretence
from core.delivery.worker import Worker
from core.forms import answers, library
from core.forms.answering import saving
from core.forms.answering.submission import submit
from core.live.bus import LocalBus
from core.messages.conversations import of_patient, open_group, open_with_staff
from core.messages.notify import tell_colleagues
from core.messages.post import post
from core.messages.tables import NotificationRow, TemplateRow, UnopenedRow
from core.messages.words import Direction, Kind, Writing
from core.opening import open_store
from core.patients import record
from core.patients.directory import directory
from core.patients.words import Patient, PatientStatus
from core.practice import doors, find, staff
from core.practice.add import add_practice, group_id
from core.practice.tables import PracticeRow
from core.practice.words import Plan, PracticeCard, Role, StaffCard
from core.release.expiry import expire_links
from core.release.find import waiting
from core.release.reading import answer
from core.release.steps import step
from core.release.tables import LinkRow
from core.store import Actor, ActorKind, Store, Unit, Who
from core.store.counting import upsert
from core.store.unit import SYSTEM

PASSWORD = "correct-horse-battery"  # noqa: S105 - the demonstration's, known on purpose
CREDITS = 500
PEOPLE: dict[str, list[tuple[str, str, Role, str, str, tuple[str, ...]]]] = {
    "willow-lane": [
        ("olive@willow.example", "Olive Sample", Role.OWNER, "Clinical lead", "+447700900101", ("admin",)),
        ("anna@willow.example", "Anna Sample", Role.PRACTITIONER, "Physiotherapist", "+447700900102", ()),
        ("ben@willow.example", "Ben Example", Role.ADMIN, "Practice manager", "+447700900103", ("admin",)),
        ("vera@willow.example", "Vera Dummy", Role.ASSISTANT, "Virtual administrator", "", ("virtual-admin",)),
    ],
    "birch-road": [
        ("tom@birch.example", "Tom Trial", Role.OWNER, "Osteopath", "+447700900201", ("admin",)),
        ("uma@birch.example", "Uma Trial", Role.PRACTITIONER, "Osteopath", "", ("virtual-admin",)),
    ],
}


@dataclass(slots=True)
class MovedClock:
    """A clock that stands where it is put."""

    at: datetime

    def __call__(self) -> datetime:
        """Where it stands."""
        return self.at


def seed(settings: Settings) -> None:
    """Make the two practices, once."""
    clock = MovedClock(now() - timedelta(days=30))
    store = open_store(settings, clock=clock, bus=LocalBus())
    if not store.door(doors.every_practice):
        _willow(store, clock)
        _birch(store, clock)
    store.close()


def describe(store: Store, settings: Settings) -> dict[str, Any]:
    """Where to go and how to sign in, as `latchkey demo --json` says it (contract section 2)."""
    said: dict[str, Any] = {
        "staff_url": settings.staff_url,
        "portal_url": settings.portal_url,
        "practices": [],
        "users": [],
        "patients": [],
    }
    for practice_id in store.door(doors.every_practice):
        who = Who(practice_id, SYSTEM)
        card = store.look(who, find.card)
        said["practices"].append({"name": card.name, "plan": card.plan.value})
        for member in store.look(who, find.staff):
            said["users"].append(
                {
                    "email": member.email,
                    "password": PASSWORD,
                    "role": member.role.value,
                    "name": member.name,
                    "practice": card.name,
                }
            )
        said["patients"] += [_told(patient, card) for patient in store.look(who, directory).all()]
    return said


def _told(patient: Patient, card: PracticeCard) -> dict[str, Any]:
    return {
        "id": str(patient.id),
        "name": patient.name,
        "email": patient.email or None,
        "mobile": patient.mobile or None,
        "date_of_birth": patient.date_of_birth.isoformat() if patient.date_of_birth else None,
        "status": patient.status.value,
        "practice": card.name,
    }


def _willow(store: Store, clock: MovedClock) -> None:
    card = add_practice(
        store, slug="willow-lane", name="Willow Lane Clinic", plan=Plan.SUBSCRIBED, phone="01632 960001"
    )
    who = Who(card.id, SYSTEM)
    store.run(who, _staffed, "willow-lane")
    store.run(who, _number, "+447700900001")
    store.run(who, credits.top_up, CREDITS)
    store.run(who, library.install)
    store.run(who, _templates)
    patients = store.run(who, _patients, 60, "willow")
    _history(store, clock, who, patients)
    clock.at = now()
    expire_links(store)
    left = store.look(who, credits.balance)
    store.run(who, credits.top_up, CREDITS - left)
    store.run(who, _all_read)


def _birch(store: Store, clock: MovedClock) -> None:
    clock.at = now() - timedelta(days=3)
    card = add_practice(store, slug="birch-road", name="Birch Road Osteopathy", plan=Plan.TRIAL, phone="01632 960002")
    who = Who(card.id, SYSTEM)
    store.run(who, _staffed, "birch-road")
    store.run(who, _number, "+447700900002")
    store.run(who, credits.top_up, 20)
    store.run(who, library.install)
    store.run(who, _patients, 10, "birch")
    tom = _as(store, who, "Tom Trial")
    store.run(tom, _say_to_group, "everyone", "Welcome to our trial. Try /dm with one of the patients.")
    store.run(who, _all_read)


def _staffed(unit: Unit, slug: str) -> None:
    for email, name, role, title, mobile, groups in PEOPLE[slug]:
        staff.add(unit, email=email, name=name, role=role, password=PASSWORD, title=title, mobile=mobile, groups=groups)


def _number(unit: Unit, number: str) -> None:
    unit.db.execute(update(PracticeRow).where(PracticeRow.id == unit.practice_id).values(sms_sender=number))


def _templates(unit: Unit) -> None:
    rows = [
        {
            "practice_id": unit.practice_id,
            "id": template_id,
            "name": n,
            "subject": s,
            "created_at": unit.now,
            **sealed(unit, template_id, t),
        }
        for n, s, t in TEMPLATES
        for template_id in (unit.new_id(),)
    ]
    unit.db.execute(upsert(unit.db, TemplateRow).values(rows))


def _patients(unit: Unit, count: int, mark: str) -> list[Patient]:
    """Every status, some without e-mail or mobile, two on one phone, two of nearly the same name."""
    dice = random.Random(mark)  # noqa: S311 - people to look at, not secrets
    made = []
    for n in range(count):
        first, last = NAMES[n]
        status = "active" if n < 42 or n % 6 else ("prospective", "lapsed", "archived")[n % 3]
        if n in (43, 44, 49, 50):
            status = "prospective"
        if n in (45, 46, 51, 52):
            status = "lapsed"
        if n in (47, 53, 54):
            status = "archived"
        number = 300 + n if n != 9 else 308
        fields: dict[str, Any] = {
            "first_name": first,
            "last_name": last,
            "date_of_birth": date(1935 + dice.randrange(70), dice.randrange(1, 13), dice.randrange(1, 29)),
            "email": "" if n in (5, 17, 29, 30) else f"{_plain(first)}.{_plain(last)}{n}@{mark}.example",
            "mobile": "" if n in (6, 17, 31, 41) else f"+447700900{number:03d}",
            "status": status,
            "external_id": f"{mark[:1].upper()}{1000 + n}",
        }
        made.append(record.add(unit, **fields))
    return made


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isascii() and letter.isalnum()) or "patient"


def _history(store: Store, clock: MovedClock, who: Who, patients: list[Patient]) -> None:
    """A month: texts, letters, Direct Messages, talk among colleagues, and what patients answered."""
    worker = Worker(store, open_pretence(store.settings, clock))
    anna, ben, olive = (_as(store, who, name) for name in ("Anna Sample", "Ben Example", "Olive Sample"))
    reachable = [p for p in patients if p.email and p.mobile and p.status is not PatientStatus.ARCHIVED]
    for day in range(29):
        clock.at = (now() - timedelta(days=29 - day)).replace(hour=9, minute=7 + day, second=0, microsecond=0)
        patient, other = reachable[day % len(reachable)], reachable[(day * 7 + 3) % len(reachable)]
        store.run(anna, _say_about, patient, INTERNAL[day % len(INTERNAL)])
        _send(store, clock, ben, Order(Command.SMS, (other.id,), SMS[day % len(SMS)]))
        if day % 2:
            subject, text = EMAILS[day % len(EMAILS)]
            _send(store, clock, ben, Order(Command.EMAIL, (patient.id,), text, subject=subject))
        if day % 3 == 0:
            _send(store, clock, anna, Order(Command.DIRECT, (patient.id,), DIRECT[day % len(DIRECT)]))
        worker.turn()
        worker.turn()
        clock.at += timedelta(minutes=31)
        if day % 6 == 0:
            store.run(Who(who.practice_id, Actor(ActorKind.PATIENT, patient.id)), _answers_unlocked, patient)
        if day % 8 == 3:
            store.run(
                Who(who.practice_id, Actor(ActorKind.PATIENT, patient.id)), _writes, patient, "Is the rear gate open?"
            )
        if day % 4 == 1:
            store.run(Who(who.practice_id, Actor(ActorKind.PATIENT, other.id)), _answers, other, ANSWERS[day % 7])
    clock.at = now() - timedelta(days=2)
    _send(store, clock, anna, Order(Command.FORM, (reachable[2].id,), "", form="phq-9"))
    link = store.look(anna, waiting, patient_id=reachable[2].id)[-1].id
    worker.turn()
    store.run(Who(who.practice_id, Actor(ActorKind.PATIENT, reachable[2].id)), _fills, link)
    clock.at = now() - timedelta(hours=3)
    store.run(ben, _say_to_group, "virtual-admin", "Please ring the two patients on the list about Tuesday.")
    store.run(olive, _say_to_group, "everyone", "Fire drill on Friday at ten.")
    store.run(ben, _say_to, anna, "Coffee at three?")
    _send(store, clock, anna, Order(Command.FORM, (reachable[1].id,), "", form="phq-9"))
    worker.turn()
    worker.turn()


def _send(store: Store, clock: MovedClock, who: Who, order: Order) -> None:
    draft = store.run(who, prepare, order)
    store.run(who, confirm, draft.id, hold=0)
    clock.at += timedelta(minutes=2)


def _say_about(unit: Unit, patient: Patient, text: str) -> None:
    post(unit, of_patient(unit, patient.id), Writing(Kind.INTERNAL, Direction.INTERNAL, text))


def _say_to_group(unit: Unit, name: str, text: str) -> None:
    _say(unit, open_group(unit, group_id(unit, name)).id, text)


def _say_to(unit: Unit, other: Who, text: str) -> None:
    if other.actor.id is not None:
        _say(unit, open_with_staff(unit, other.actor.id).id, text)


def _say(unit: Unit, conversation_id: UUID, text: str) -> None:
    tell_colleagues(unit, post(unit, conversation_id, Writing(Kind.INTERNAL, Direction.INTERNAL, text)))


def _answers(unit: Unit, patient: Patient, text: str) -> None:
    post(unit, of_patient(unit, patient.id), Writing(Kind.SMS, Direction.INBOUND, text))


def _writes(unit: Unit, patient: Patient, text: str) -> None:
    post(unit, of_patient(unit, patient.id), Writing(Kind.EMAIL, Direction.INBOUND, text, subject="Parking"))


def _answers_unlocked(unit: Unit, patient: Patient) -> None:
    """The patient opened the newest Direct Message and wrote back."""
    for row in waiting(unit, patient_id=patient.id)[-1:]:
        opened = (LinkRow.practice_id == unit.practice_id, LinkRow.id == row.id)
        unit.db.execute(
            update(LinkRow).where(*opened).values(opened_at=unit.now, code_sent_at=unit.now, unlocked_at=unit.now)
        )
        for what in ("opened", "code_sent", "unlocked"):
            step(unit, row.id, what)
        answer(unit, row.id, "Thank you, that helps.")


def _fills(unit: Unit, link_id: UUID) -> None:
    """The patient filled in the PHQ-9: mostly several days."""
    for number in range(1, 11):
        now = answers.filling(unit, link_id)
        name = now.page(number).asked.name
        posted = {name: ["0" if number == 9 else "1"]}
        answers.keep(unit, link_id, saving.saved(now, saving.offer(now, number), posted, demand=True).then)
    submit(unit, link_id, answers.filling(unit, link_id))


def _all_read(unit: Unit) -> None:
    """The month's pointers were seen long ago, and what patients wrote was opened; no e-mail goes about them."""
    unit.db.execute(
        update(NotificationRow)
        .where(NotificationRow.practice_id == unit.practice_id)
        .values(read_at=unit.now, mail_due_at=None)
    )
    unit.db.execute(delete(UnopenedRow).where(UnopenedRow.practice_id == unit.practice_id))


def _as(store: Store, who: Who, name: str) -> Who:
    member: StaffCard = next(m for m in store.look(who, find.staff) if m.name == name)
    return Who(who.practice_id, Actor(ActorKind.STAFF, member.id, member.role.value, member.name))
