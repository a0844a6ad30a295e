"""Answers that were given elsewhere (on paper, in another system) for a form that waits with a patient (F70).

They are judged like a patient's own, by the version that was sent; what is wrong is named all at once, and nothing of
a response is kept unless all of it can be.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.errors import LatchkeyError
from core.forms.answering.drafts import Draft, keyed
from core.forms.answering.submission import submit
from core.forms.answers import Filling, StalePage, filling
from core.forms.asking.places import plan
from core.forms.asking.route import unsent
from core.forms.response import Read, read
from core.forms.tables import FormAnswers, FormRow
from core.forms.words import Kind, walk
from core.messages.words import Message
from core.release.tables import LinkRow
from core.store.unit import Unit, Who
from core.store.writer import Store


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that cannot be taken: `why` is `unknown`, `twice`, `disabled`, `file`, or a word of the contract."""

    place: str
    why: str


class NothingWaits(LatchkeyError):
    """No form of that key waits with the patient."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


class AnswersRefused(LatchkeyError):
    """The answers cannot be taken as they are; `faults` say why."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(len(faults))
        self.faults = faults


def bring_in(store: Store, who: Who, patient_id: UUID, key: str, response: Mapping[str, Any]) -> Message:
    """Send the form that waits with a patient with these answers.

    Raises NothingWaits, AnswersRefused, StalePage (a patient was faster), and what `submit` raises.
    """
    now = store.look(who, filling, store.look(who, waiting, patient_id, key))
    if now.key != key or now.submitted_at:
        raise NothingWaits(key)
    given = read(now.form, response)
    then = replace(now, draft=Draft(keyed(given.answers, 1)))
    if faults := tuple(_faults(then, given)):
        raise AnswersRefused(faults)
    message = store.run(who, submit, store.look(who, waiting, patient_id, key), then)
    if message is None:
        raise StalePage(1)
    return message


def waiting(unit: Unit, patient_id: UUID, key: str) -> UUID:
    """The newest link with which a form of that key waits for a patient (ix_link_patient). Raises NothingWaits."""
    found = unit.db.scalar(
        select(LinkRow.id)
        .join(FormAnswers, (FormAnswers.practice_id == LinkRow.practice_id) & (FormAnswers.link_id == LinkRow.id))
        .join(FormRow, (FormRow.practice_id == FormAnswers.practice_id) & (FormRow.id == FormAnswers.form_id))
        .where(
            LinkRow.practice_id == unit.practice_id,
            LinkRow.patient_id == patient_id,
            LinkRow.revoked_at.is_(None),
            LinkRow.frozen_at.is_(None),
            LinkRow.expires_at > unit.now,
            FormAnswers.submitted_at.is_(None),
            FormRow.key == key,
        )
        .order_by(LinkRow.created_at.desc())
        .limit(1)
    )
    if found is None:
        raise NothingWaits(key)
    return found


def _faults(now: Filling, given: Read) -> Iterator[Fault]:
    """Everything that is wrong, in the order: what the form does not have, what was not asked, what is no answer."""
    yield from (Fault(link_id, "unknown") for link_id in given.strange)
    yield from (Fault(str(place), "twice") for place in given.surplus)
    wrong = {one.place.link_id for one in now.state.invalid}
    disabled = unsent(plan(now.form), now.draft.answers, now.state.answers)
    yield from (Fault(item.link_id, "disabled") for item in disabled if item.link_id not in wrong)
    files = (item for item in walk(now.form.items) if item.kind is Kind.ATTACHMENT)
    yield from (Fault(item.link_id, "file") for item in files if item.link_id in now.state.answers)
    yield from (Fault(str(one.place) or "the form", one.why) for one in now.state.invalid)
