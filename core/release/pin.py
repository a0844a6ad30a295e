"""A patient's PIN: what opens a sensitive message beside link and code, so that mailbox and phone alone do not (S26).

It is set in person, and compared in `unlocking.py`.
"""

from itertools import pairwise
from uuid import UUID

from sqlalchemy import delete, select

from core.audit.trail import append
from core.errors import Invalid, LatchkeyError
from core.patients import find as patients
from core.practice.passwords import hash_password
from core.practice.rights import require
from core.practice.words import Right
from core.release.tables import PatientPin
from core.store.counting import upsert
from core.store.unit import Unit, Who
from core.store.writer import Store

PEPPER = "patients' PINs"
DIGITS, LETTERS, LONGEST = 6, 8, 64  # at least so many digits, or so many letters (S26)


class MissingPin(LatchkeyError):
    """A sensitive message needs a PIN, and this patient has none."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class PinNotTyped(LatchkeyError):
    """The field for the PIN was left empty: nobody's guess (as S14 for codes)."""


def choose(store: Store, who: Who, patient_id: UUID, pin: str) -> None:
    """Set the PIN that a patient chose in person. Raises Forbidden, NotFound, Invalid("pin", …), TooMany."""
    check(pin)
    hashed = hash_password(pin.strip(), store.seals(who.practice_id).mac_key(PEPPER))
    store.run(who, _keep, patient_id, hashed)


def take_away(unit: Unit, patient_id: UUID) -> None:
    """Remove a PIN: sensitive messages cannot be opened then. Raises Forbidden, NotFound."""
    require(unit, Right.EDIT_PATIENTS)
    patients.patient(unit, patient_id)
    unit.db.execute(
        delete(PatientPin).where(PatientPin.practice_id == unit.practice_id, PatientPin.patient_id == patient_id)
    )
    append(unit, "patient's PIN removed", patient_id)


def has_pin(unit: Unit, patient_id: UUID) -> bool:
    """Whether a patient has a PIN."""
    return bool(kept(unit, patient_id))


def check(pin: str) -> None:
    """Refuse what is too short or too easy. Raises Invalid("pin", "short", "long" or "common")."""
    plain = pin.strip()
    least = DIGITS if plain.isascii() and plain.isdigit() else LETTERS
    if len(plain) < least:
        raise Invalid("pin", "short", digits=DIGITS, letters=LETTERS)
    if len(plain) > LONGEST:
        raise Invalid("pin", "long", limit=LONGEST)
    steps = {ord(b) - ord(a) for a, b in pairwise(plain)}
    if len(set(plain)) < 3 or steps in ({1}, {-1}):
        raise Invalid("pin", "common")


def kept(unit: Unit, patient_id: UUID) -> str:
    """The hash to compare with; empty, which nothing matches, where there is none."""
    row = PatientPin
    mine = (row.practice_id == unit.practice_id, row.patient_id == patient_id)
    return unit.db.scalar(select(row.hash).where(*mine)) or ""


def _keep(unit: Unit, patient_id: UUID, hashed: str) -> None:
    require(unit, Right.EDIT_PATIENTS)
    patients.patient(unit, patient_id)
    row = upsert(unit.db, PatientPin).values(
        practice_id=unit.practice_id, patient_id=patient_id, hash=hashed, set_by=unit.staff_id, set_at=unit.now
    )
    unit.db.execute(
        row.on_conflict_do_update(
            index_elements=["practice_id", "patient_id"],
            set_={"hash": hashed, "set_by": unit.staff_id, "set_at": unit.now},
        )
    )
    append(unit, "patient's PIN set", patient_id)
