"""The second factor of staff: a code from an authenticator app, or one of ten recovery codes (S40-S43). How
an app comes to it: `enrolling.py`.

Each try is charged by one conditional UPDATE before anything is compared, so that parallel guesses cannot slip by
(S20), and an accepted step must be later than the last one, so that a code works once (S41).
"""

import hmac
import re
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pyotp
from sqlalchemy import case, delete, insert, select, update

from core.audit.trail import append
from core.errors import LatchkeyError, TooMany
from core.practice import find
from core.practice.accounts import write
from core.practice.sessions import end_all
from core.practice.tables import NewFactor, Passkey, RecoveryCode, SecondFactor
from core.practice.words import Letter
from core.store.counting import upsert
from core.store.sealing import Place
from core.store.types import AnyRow
from core.store.unit import Unit

STEP = 30  # seconds a code of the app lives (RFC 6238)
DRIFT = (-1, 0, 1)  # steps a clock may be off (S41)
TRIES = 10  # in the window (S42)
WINDOW = timedelta(minutes=15)
WRONG_EVER = 100  # in a row, then the factor is closed (S42, NIST SP 800-63B-4 section 3.2.2)
RECOVERY_CODES = 10
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base32: nothing that looks like something else
RECOVERY_LENGTH = 16  # 80 bits (S43)
SHAPE = re.compile(r"[0-9]{6}", re.ASCII)


class WrongFactor(LatchkeyError):
    """The code is not right, was used before, or there is none: one answer for all (S39)."""


class AlreadyEnrolled(LatchkeyError):
    """There is a second factor: a password alone puts no other in its place."""


class FactorClosed(LatchkeyError):
    """Too many wrong codes in a row: somebody who administers has to reset it."""


def enrolled(unit: Unit, staff_id: UUID) -> bool:
    """Whether a person has a second factor."""
    return _row(unit, staff_id) is not None


def none_yet(unit: Unit) -> None:
    """Raises AlreadyEnrolled where the acting person has a second factor."""
    if enrolled(unit, unit.staff_id):
        raise AlreadyEnrolled


def try_app(unit: Unit, code: str) -> bool:
    """Try a code of the app; a right one is used up.

    Whether it was right is returned, not raised, because a counted try must be committed. Raises FactorClosed, TooMany.
    """
    row = _admit(unit)
    if row is None or (step := step_of(_seed(unit, row), code, unit.now)) is None:
        return False
    used = unit.db.execute(
        update(SecondFactor)
        .where(*_mine(unit), SecondFactor.last_step < step)
        .values(last_step=step, tries=0, wrong_in_row=0)
    )
    return used.rowcount == 1


def replace(unit: Unit, secret: str, step: int) -> bool:
    """Make a seed the acting person's second factor, its code of `step` used; whether it took the place of another."""
    moved = enrolled(unit, unit.staff_id)
    kept = {
        "seed": unit.seals.seal(secret.encode(), _place(unit.staff_id), scope="second factors"),
        "enrolled_at": unit.now,
        "last_step": step,
        "tries": 0,
        "tries_since": unit.now,
        "wrong_in_row": 0,
    }
    made = upsert(unit.db, SecondFactor).values(practice_id=unit.practice_id, staff_id=unit.staff_id, **kept)
    unit.db.execute(made.on_conflict_do_update(index_elements=["practice_id", "staff_id"], set_=kept))
    return moved


def step_of(secret: str, typed: str, now: datetime) -> int | None:
    """The step a code belongs to, of the few that are near; all are compared, in constant time."""
    code = typed.replace(" ", "").replace("-", "")
    if not SHAPE.fullmatch(code):
        return None
    app, here = pyotp.TOTP(secret), int(now.timestamp()) // STEP
    right = [here + off for off in DRIFT if hmac.compare_digest(app.at((here + off) * STEP), code)]
    return max(right, default=None)


def recovery_hash(unit: Unit, number: int) -> str | None:
    """The hash to compare with recovery code `number`, after the try was charged. Raises FactorClosed, TooMany."""
    if _admit(unit) is None:
        return None
    return unit.db.scalar(
        select(RecoveryCode.hash).where(*_recovery(unit), RecoveryCode.number == number, RecoveryCode.used_at.is_(None))
    )


def use_recovery(unit: Unit, number: int) -> bool:
    """Use a recovery code up, once; whether it was there to be used."""
    used = unit.db.execute(
        update(RecoveryCode)
        .where(*_recovery(unit), RecoveryCode.number == number, RecoveryCode.used_at.is_(None))
        .values(used_at=unit.now)
    )
    if used.rowcount:
        unit.db.execute(update(SecondFactor).where(*_mine(unit)).values(tries=0, wrong_in_row=0))
        append(unit, "recovery code used", unit.staff_id, number=number)
        write(unit, unit.staff_id, Letter.RECOVERY, left=str(recovery_left(unit)))
    return used.rowcount == 1


def new_recovery_codes() -> tuple[str, ...]:
    """Ten fresh codes, as a person writes them down: `7K3M-…` in groups of four."""
    return tuple(
        _grouped("".join(secrets.choice(ALPHABET) for _ in range(RECOVERY_LENGTH))) for _ in range(RECOVERY_CODES)
    )


def keep_recovery(unit: Unit, hashes: Sequence[str]) -> None:
    """Put new recovery codes in the place of the old ones."""
    end_recovery(unit)
    unit.db.execute(
        insert(RecoveryCode),
        [
            {"practice_id": unit.practice_id, "staff_id": unit.staff_id, "number": number, "hash": one}
            for number, one in enumerate(hashes, 1)
        ],
    )
    append(unit, "recovery codes made", unit.staff_id)


def end_recovery(unit: Unit) -> None:
    """Let go of the acting person's recovery codes: they belonged to another app."""
    unit.db.execute(delete(RecoveryCode).where(*_recovery(unit)))


def recovery_left(unit: Unit) -> int:
    """How many recovery codes the person can still use."""
    return len(
        unit.db.execute(select(RecoveryCode.number).where(*_recovery(unit), RecoveryCode.used_at.is_(None))).all()
    )


def reset(unit: Unit, staff_id: UUID) -> None:
    """Take a person's second factor and passkeys away: their sessions end, they are told by mail, and they enrol anew
    when they next sign in (S48). Raises NotFound.
    """
    find.staff_member(unit, staff_id)
    for table in (RecoveryCode, SecondFactor, NewFactor, Passkey):
        unit.db.execute(delete(table).where(table.practice_id == unit.practice_id, table.staff_id == staff_id))
    end_all(unit, staff_id)
    append(unit, "second factor reset", staff_id)
    write(unit, staff_id, Letter.RESET)


def plain_recovery(typed: str) -> str:
    """A recovery code as it was hashed: capitals, without groups; O is 0, I and L are 1 (Crockford)."""
    kept = typed.upper().translate(str.maketrans("OIL", "011"))
    return "".join(letter for letter in kept if letter in ALPHABET)


def _admit(unit: Unit) -> AnyRow | None:
    """Charge a try; the factor as it was found. None where there is none. Raises FactorClosed, TooMany."""
    row = _row(unit, unit.staff_id)
    if row is None:
        return None
    if row.wrong_in_row >= WRONG_EVER:
        raise FactorClosed
    fresh = SecondFactor.tries_since <= unit.now - WINDOW
    charged = unit.db.execute(
        update(SecondFactor)
        .where(*_mine(unit), fresh | (SecondFactor.tries < TRIES), SecondFactor.wrong_in_row < WRONG_EVER)
        .values(
            tries=case((fresh, 1), else_=SecondFactor.tries + 1),
            tries_since=case((fresh, unit.now), else_=SecondFactor.tries_since),
            wrong_in_row=SecondFactor.wrong_in_row + 1,
        )
    )
    if charged.rowcount == 0:
        raise TooMany("second factor", TRIES, int((row.tries_since + WINDOW - unit.now).total_seconds()) + 1)
    return row


def _seed(unit: Unit, row: AnyRow) -> str:
    return unit.seals.open(row.seed, _place(row.staff_id)).decode()


def _row(unit: Unit, staff_id: UUID) -> AnyRow | None:
    row = SecondFactor
    return unit.db.execute(
        select(row.staff_id, row.seed, row.tries_since, row.wrong_in_row).where(
            row.practice_id == unit.practice_id, row.staff_id == staff_id
        )
    ).one_or_none()


def _mine(unit: Unit) -> tuple[Any, ...]:
    return (SecondFactor.practice_id == unit.practice_id, SecondFactor.staff_id == unit.staff_id)


def _recovery(unit: Unit) -> tuple[Any, ...]:
    return (RecoveryCode.practice_id == unit.practice_id, RecoveryCode.staff_id == unit.staff_id)


def _grouped(code: str) -> str:
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def _place(staff_id: UUID) -> Place:
    return Place("second_factor", staff_id, "seed")
