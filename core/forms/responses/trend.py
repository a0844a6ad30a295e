"""A repeated instrument over time: the scores of one patient, and where they stop being comparable (F60)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.forms.own import Band, Number
from core.forms.responses import answered
from core.forms.responses.answered import Answered
from core.forms.scores import Score
from core.forms.tables import FormAnswers
from core.release.tables import LinkRow
from core.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Point:
    """One score; `breaks` where it was asked otherwise than the one before, so that the two do not compare."""

    message_id: UUID
    at: datetime
    total: Number
    band: str
    version: str
    breaks: bool = False


@dataclass(frozen=True, slots=True)
class Trend:
    """The scores of one form, oldest first, with the range and the bands of the newest."""

    title: str
    highest: Number
    bands: tuple[Band, ...]
    points: tuple[Point, ...]

    @property
    def change(self) -> Number | None:
        """How much more the newest is than the one before; None where the two do not compare."""
        if len(self.points) < 2 or self.points[-1].breaks:
            return None
        return self.points[-1].total - self.points[-2].total


def of_form(unit: Unit, patient_id: UUID, form_id: UUID) -> Trend | None:
    """The scores of a patient's answers to one form; None while there is none (ix_link_patient)."""
    scored = [(one, score) for one in answered.of_patient(unit, patient_id, form_id) if (score := one.score)]
    points = tuple(_points(scored))
    if not points:
        return None
    newest, score = scored[-1]
    return Trend(newest.form.title, score.highest, score.bands, points)


def of_patient(unit: Unit, patient_id: UUID) -> list[Trend]:
    """Every instrument that a patient answered twice or more, by title."""
    return [one for one in every(unit, patient_id) if len(one.points) > 1]


def every(unit: Unit, patient_id: UUID) -> list[Trend]:
    """The scores of every form that has one and that a patient answered, by title."""
    forms = unit.db.scalars(
        select(FormAnswers.form_id)
        .join(LinkRow, (LinkRow.practice_id == FormAnswers.practice_id) & (LinkRow.id == FormAnswers.link_id))
        .where(
            FormAnswers.practice_id == unit.practice_id,
            LinkRow.patient_id == patient_id,
            FormAnswers.response.is_not(None),
        )
        .distinct()
    ).all()
    found = (of_form(unit, patient_id, form_id) for form_id in forms)
    return sorted((one for one in found if one), key=lambda one: one.title.casefold())


def _points(scored: Iterable[tuple[Answered, Score]]) -> Iterator[Point]:
    before: Any = None
    for one, score in scored:
        asked = _asked(score)
        if score.total is not None:
            yield Point(one.message_id, one.at, score.total, score.band, one.version, before not in (None, asked))
            before = asked


def _asked(score: Score) -> tuple[Any, ...]:
    """What has to be the same for two scores to compare: the questions, and what each choice counts."""
    counted = ((o.item.link_id, o.reverse, tuple(option.score for option in o.item.options)) for o in score.working)
    return (score.method, score.highest, *counted)
