"""Answers that were sent, read again: who gave them to which version, and every question asked with what was said.

What is shown here is what the engine says was asked: an open question is shown as open, one that was not asked not at
all. Expressions run when `state` is first looked at, which is never inside a transaction.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, literal, select
from sqlalchemy.orm import aliased

from core.errors import NotFound
from core.forms import find as forms
from core.forms import kinds
from core.forms.answering.prefill import as_fhir
from core.forms.answering.signing import Signature, signature
from core.forms.answers import cell_of
from core.forms.asking.places import plan
from core.forms.engine import evaluate
from core.forms.flags import fired
from core.forms.languages import read_in
from core.forms.own import rule_of
from core.forms.response import read
from core.forms.scores import Score, score
from core.forms.tables import FormAnswers, FormCorrection
from core.forms.words import Answers, Asked, Kind, Questionnaire, State, Value
from core.language import ENGLISH
from core.messages import find as messages
from core.patients import find as people
from core.patients.words import Patient
from core.practice import find as practice
from core.release.find import open_link
from core.release.tables import LinkRow
from core.store.types import AnyRow
from core.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the answers: a heading, or a question with its `answer`, empty where it was left open.

    `depth` is how many headings stand above; `files` are the ids of files that were given as the answer.
    """

    text: str
    depth: int
    heading: bool = False
    answer: str = ""
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Correction:
    """One time that staff put the answers right: who, when, and the note in the thread that says why."""

    number: int
    by: str
    at: datetime
    note_id: UUID


@dataclass(frozen=True)
class Answered:
    """One form that was sent: its frozen version `number`, and the response as it counts, or as it was before.

    `shown` is how many of its `corrections` it has in it.
    """

    message_id: UUID
    form_id: UUID
    key: str
    number: int
    form: Questionnaire = field(repr=False)
    response: Mapping[str, Any] = field(repr=False)
    patient: Patient = field(repr=False)
    at: datetime
    corrections: tuple[Correction, ...] = ()
    shown: int = 0

    @cached_property
    def answers(self) -> Answers:
        """The answers as a tree."""
        return read(self.form, self.response).answers

    @cached_property
    def state(self) -> State:
        """What the engine says was asked."""
        return evaluate(self.form, self.answers, now=self.at, patient=as_fhir(self.patient))

    @property
    def score(self) -> Score | None:
        """The score and how it came about; None for a form without one."""
        return score(self.form, self.answers)

    @property
    def urgent(self) -> tuple[str, ...]:
        """What calls somebody at once (F61): the questions, an empty text for the score."""
        rule, items = rule_of(self.form.source), plan(self.form).items
        asked = (rule.flags[number - 1].question for number in fired(self.form, self.answers)) if rule else ()
        return tuple(dict.fromkeys(items[one].text if one in items else "" for one in asked))

    @property
    def signature(self) -> Signature | None:
        """Who signed it, when, and whether the answers are still the ones that were signed."""
        return signature(self.form, self.response)

    @property
    def version(self) -> str:
        """The author's version, or ours where the author gave none."""
        return self.form.version or str(self.number)

    @property
    def without_result(self) -> tuple[str, ...]:
        """The questions whose calculation failed or took too long; staff are told (F30, F52)."""
        items = plan(self.form).items
        late = (items[link_id].text or link_id for link_id in sorted(self.state.late) if link_id in items)
        return (*late, *([self.form.title] if "" in self.state.late else []))

    def as_read(self) -> "Answered":
        """The same answers with the words in which their giver read the form (F82)."""
        return replace(self, form=read_in(self.form, str(self.response.get("language") or "")))

    def lines(self, language: str = ENGLISH) -> Iterator[Line]:
        """Everything that was asked, in the order of the form; what is hidden is left out."""
        above, depths = plan(self.form).parent, dict[str, int]()
        for one in self.state.asked:
            depth = depths.get(above[one.item.link_id], 0)
            depths[one.item.link_id] = depth
            if one.item.hidden or one.item.kind is Kind.DISPLAY:
                continue
            if one.item.kind is Kind.GROUP:
                depths[one.item.link_id] = depth + 1 if one.item.text else depth
                if one.item.text:
                    yield Line(_heading(one), depth, heading=True)
            elif one.values or not one.item.read_only:
                yield Line(
                    words(one), depth, answer=kinds.shown(one.item, one.values, language), files=_files(one.values)
                )


def of_message(unit: Unit, message_id: UUID, *, shown: int | None = None) -> Answered:
    """The answers that a message announces, or tells the correction of; as they count, or with so many corrections.

    Raises NotFound, Erased (ix_form_answers_message, ix_form_correction_message).
    """
    messages.message(unit, message_id)  # raises unless this person may see it
    note = aliased(FormCorrection)
    corrected = select(note.place).where(
        note.practice_id == unit.practice_id,
        note.message_id == message_id,
        note.link_id == FormAnswers.link_id,
        note.place == FormAnswers.place,
    )
    found = next(_answered(unit, (FormAnswers.message_id == message_id) | corrected.exists(), shown=shown), None)
    if found is None:
        raise NotFound("form")
    return found


def behind_link(unit: Unit, link_id: UUID) -> Answered | None:
    """The form of a link that was sent last, for whoever is behind the link; None while none was."""
    open_link(unit, link_id)
    return next(iter(reversed(list(_answered(unit, FormAnswers.link_id == link_id)))), None)


def of_patient(unit: Unit, patient_id: UUID, form_id: UUID) -> list[Answered]:
    """All answers of one patient to one form, oldest first (ix_link_patient)."""
    return list(_answered(unit, LinkRow.patient_id == patient_id, FormAnswers.form_id == form_id))


def messages_of(unit: Unit, patient_id: UUID) -> list[UUID]:
    """The messages that announce this patient's answers, to whatever form, oldest first (ix_link_patient)."""
    return list(
        unit.db.scalars(
            select(FormAnswers.message_id)
            .join(LinkRow, (LinkRow.practice_id == FormAnswers.practice_id) & (LinkRow.id == FormAnswers.link_id))
            .where(
                FormAnswers.practice_id == unit.practice_id,
                LinkRow.patient_id == patient_id,
                FormAnswers.response.is_not(None),
            )
            .order_by(FormAnswers.submitted_at)
        )
    )


def of_version(unit: Unit, form_id: UUID, number: int) -> list[Answered]:
    """All answers to one frozen version, oldest first: what is exported together (F73)."""
    return list(_answered(unit, FormAnswers.form_id == form_id, FormAnswers.version == number))


def words(asked: Asked) -> str:
    """A question as it is read, with the number it carries."""
    return f"{asked.item.prefix} {asked.item.text}".strip() or asked.item.link_id


def _answered(unit: Unit, *where: ColumnElement[bool], shown: int | None = None) -> Iterator[Answered]:
    """Answers, each in its newest correction, or in the one that is `shown` (0: as they were sent)."""
    wanted = FormAnswers.corrected if shown is None else literal(shown)
    right = FormCorrection
    rows = unit.db.execute(
        select(
            FormAnswers.link_id,
            FormAnswers.place,
            FormAnswers.form_id,
            FormAnswers.version,
            FormAnswers.response,
            FormAnswers.submitted_at,
            FormAnswers.message_id,
            FormAnswers.corrected,
            right.number,
            right.response.label("put_right"),
            LinkRow.patient_id,
        )
        .join(LinkRow, (LinkRow.practice_id == FormAnswers.practice_id) & (LinkRow.id == FormAnswers.link_id))
        .outerjoin(
            right,
            (right.practice_id == FormAnswers.practice_id)
            & (right.link_id == FormAnswers.link_id)
            & (right.place == FormAnswers.place)
            & (right.number == wanted),
        )
        .where(FormAnswers.practice_id == unit.practice_id, FormAnswers.response.is_not(None), *where)
        .order_by(FormAnswers.submitted_at)
    )
    return (_one(unit, row) for row in rows)


def _one(unit: Unit, row: AnyRow) -> Answered:
    key, form = forms.version(unit, row.form_id, row.version)
    column = f"correction {row.number}" if row.number else "response"
    plain = unit.seals.open(row.put_right or row.response, cell_of(row.link_id, column, row.place))
    return Answered(
        message_id=row.message_id,
        form_id=row.form_id,
        key=key,
        number=row.version,
        form=form,
        response=json.loads(plain, parse_float=Decimal),
        patient=people.patient(unit, row.patient_id),
        at=row.submitted_at,
        corrections=_corrections(unit, row) if row.corrected else (),
        shown=row.number or 0,
    )


def _corrections(unit: Unit, row: AnyRow) -> tuple[Correction, ...]:
    right = FormCorrection
    found = unit.db.execute(
        select(right.number, right.staff_id, right.corrected_at, right.message_id)
        .where(right.practice_id == unit.practice_id, right.link_id == row.link_id, right.place == row.place)
        .order_by(right.number)
    ).all()
    names = {one.id: one.name for one in practice.staff_names(unit)}
    return tuple(Correction(n, names.get(by, ""), at, note) for n, by, at, note in found)


def _heading(asked: Asked) -> str:
    repetition = asked.place.repetition
    return words(asked) if repetition is None else f"{words(asked)} ({repetition + 1})"


def _files(values: tuple[Value, ...]) -> tuple[str, ...]:
    return tuple(str(one["valueAttachment"]["url"]).rpartition(":")[2] for one in values if "valueAttachment" in one)
