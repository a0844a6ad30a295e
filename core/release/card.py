"""Unlock cards: a code on paper, handed over or posted, for people whom no text can reach (S25).

Sixteen letters and digits, kept as a slow hash, good once and for three weeks. A guess at one is counted like a guess
at a texted code.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import insert, select, update

from core.audit.trail import append
from core.errors import LatchkeyError, NotFound
from core.patients import find as patients
from core.practice.passwords import hash_password
from core.practice.rights import require
from core.practice.words import Right
from core.release.tables import UnlockCard
from core.store.types import AnyRow
from core.store.unit import Unit, Who
from core.store.writer import Store

PEPPER = "unlock cards"
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U
LETTERS = 16  # 80 bits
SHAPE = re.compile(rf"[{ALPHABET}]{{{LETTERS}}}", re.ASCII)
MISREAD = str.maketrans("IiLlOo", "111100")


class CardMalformed(LatchkeyError):
    """Not sixteen letters and digits: nobody's guess (S14)."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A fresh card; what is on it is told once and kept nowhere."""

    code: str
    until: datetime


def make_code() -> str:
    """What is on a card, every one as likely as any other."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LETTERS))


def spaced(code: str) -> str:
    """As it is printed: four groups of four."""
    return "-".join(code[start : start + 4] for start in range(0, LETTERS, 4))


def shaped(typed: str) -> str:
    """The sixteen signs of what was typed; case, spaces, dashes and misread letters are forgiven.

    Raises CardMalformed.
    """
    code = typed.replace(" ", "").replace("-", "").translate(MISREAD)
    code = code.upper() if code.isascii() else ""
    if not SHAPE.fullmatch(code):
        raise CardMalformed
    return code


def issue(store: Store, who: Who, patient_id: UUID) -> Issued:
    """Make a card for a patient; one made before ends. Raises Forbidden, NotFound, TooMany."""
    store.look(who, _may_issue, patient_id)
    code = make_code()
    kept = hash_password(code, store.seals(who.practice_id).mac_key(PEPPER))
    return Issued(code, store.run(who, _keep, patient_id, kept))


def take_away(unit: Unit, patient_id: UUID) -> None:
    """End a patient's card: it was lost, or is needed no more. Raises Forbidden, NotFound."""
    _may_issue(unit, patient_id)
    if not _end(unit, patient_id):
        raise NotFound("card")
    append(unit, "unlock card taken away", patient_id)


def live(unit: Unit, patient_id: UUID) -> AnyRow | None:
    """A patient's card that can still be used: id, hash, until when (ix_unlock_card_patient)."""
    row = UnlockCard
    return unit.db.execute(
        select(row.id, row.hash, row.expires_at).where(
            row.practice_id == unit.practice_id,
            row.patient_id == patient_id,
            row.ended_at.is_(None),
            row.expires_at > unit.now,
        )
    ).one_or_none()


def use_up(unit: Unit, card_id: UUID | None) -> bool:
    """Use a card; only the first of several at once does, and nobody does where there is none."""
    row = UnlockCard
    used = unit.db.execute(
        update(row)
        .where(row.practice_id == unit.practice_id, row.id == card_id, row.ended_at.is_(None))
        .where(row.expires_at > unit.now)
        .values(ended_at=unit.now)
        .returning(row.patient_id)
    ).scalar_one_or_none()
    if used is None:
        return False
    append(unit, "unlock card used", used)
    return True


def _may_issue(unit: Unit, patient_id: UUID) -> None:
    require(unit, Right.EDIT_PATIENTS)
    patients.patient(unit, patient_id)


def _keep(unit: Unit, patient_id: UUID, kept: str) -> datetime:
    _may_issue(unit, patient_id)
    _end(unit, patient_id)
    until = unit.now + timedelta(days=unit.settings.limits.card_days)
    unit.db.execute(
        insert(UnlockCard).values(
            practice_id=unit.practice_id,
            id=unit.new_id(),
            patient_id=patient_id,
            hash=kept,
            issued_by=unit.staff_id,
            issued_at=unit.now,
            expires_at=until,
        )
    )
    append(unit, "unlock card issued", patient_id)
    return until


def _end(unit: Unit, patient_id: UUID) -> bool:
    row = UnlockCard
    ended = unit.db.execute(
        update(row)
        .where(row.practice_id == unit.practice_id, row.patient_id == patient_id, row.ended_at.is_(None))
        .values(ended_at=unit.now)
    )
    return ended.rowcount > 0
