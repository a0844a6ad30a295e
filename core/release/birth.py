"""The date of birth, asked beside the code where a practice wants it: a check of the person, never a factor (S26)."""

import re
from contextlib import suppress
from datetime import date
from uuid import UUID

from sqlalchemy import select, update

from core.audit.trail import append
from core.errors import LatchkeyError
from core.patients import find as patients
from core.practice.rights import require
from core.practice.tables import PracticeRow
from core.practice.words import Right
from core.store.types import AnyRow
from core.store.unit import Unit

DAY_FIRST = re.compile(r"([0-9]{1,2})[ ./-]+([0-9]{1,2})[ ./-]+([0-9]{4})", re.ASCII)
YEAR_FIRST = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})", re.ASCII)


class BirthMalformed(LatchkeyError):
    """No date at all: nobody's guess."""


def ask_for(unit: Unit, on: bool) -> None:
    """Ask every patient for it from now on, or no more. Raises Forbidden."""
    require(unit, Right.ADMINISTER)
    unit.db.execute(update(PracticeRow).where(PracticeRow.id == unit.practice_id).values(asks_birth=on))
    append(unit, "date of birth is asked" if on else "date of birth is not asked", None)


def asked(unit: Unit) -> bool:
    """Whether this practice asks for it."""
    return bool(unit.db.scalar(select(PracticeRow.asks_birth).where(PracticeRow.id == unit.practice_id)))


def wanted_at(unit: Unit, link: AnyRow) -> date | None:
    """What must be typed by whom a link was made for; None where nothing is asked, also because nothing is known."""
    return _born(unit, link.patient_id) if link.asks_birth else None


def shaped(typed: str) -> date:
    """The day that was typed: `27 3 1985`, `27.3.1985`, `1985-03-27`. Raises BirthMalformed."""
    plain = typed.strip()
    with suppress(ValueError):
        if found := DAY_FIRST.fullmatch(plain):
            return date(int(found[3]), int(found[2]), int(found[1]))
        if found := YEAR_FIRST.fullmatch(plain):
            return date(int(found[1]), int(found[2]), int(found[3]))
    raise BirthMalformed


def _born(unit: Unit, patient_id: UUID) -> date | None:
    known = patients.several(unit, [patient_id]).get(patient_id)
    return known.date_of_birth if known else None
