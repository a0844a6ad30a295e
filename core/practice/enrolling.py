"""Putting a seed into an authenticator app: it waits until its first code is right, and only then takes the place of
the one before, so that nobody stands without a second factor (S40, S48).

A seed that waits belongs to the browser that began: whoever else knows the password, or sits at another session, never
sees what its owner goes on to trust; who begins anew elsewhere ends it.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pyotp
from sqlalchemy import delete, select, update

from core.audit.trail import append
from core.errors import LatchkeyError
from core.practice.secondfactor import replace, step_of
from core.practice.tables import NewFactor
from core.store.counting import upsert
from core.store.sealing import Place
from core.store.types import AnyRow
from core.store.unit import Unit

ISSUER = "Latchkey"
LIVES = timedelta(minutes=30)  # to find a phone, install an app and scan
TRIES = 10


class EnrolmentOver(LatchkeyError):
    """The seed waited too long, was tried too often, or another browser began anew."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator app needs: `secret` in base32, and the same as an `otpauth://` address for a QR code."""

    secret: str
    address: str


def begin(unit: Unit, email: str, where: UUID) -> Enrolment:
    """The seed to put into the app; the same one as long as it waits. `where`: the ticket or session that asks."""
    row = _waiting(unit, where)
    secret = _open(unit, row) if row else _new_seed(unit, where)
    return _enrolment(secret, email)


def waiting(unit: Unit, email: str, where: UUID) -> Enrolment:
    """The seed that waits in this browser. Raises EnrolmentOver."""
    row = _waiting(unit, where)
    if row is None:
        raise EnrolmentOver
    return _enrolment(_open(unit, row), email)


def confirm(unit: Unit, code: str, where: UUID) -> bool:
    """Try the app's first code: right, the seed is the acting person's second factor from now on, and the code is used.

    Whether it was right is returned, not raised, because a counted try must be committed. Raises EnrolmentOver.
    """
    counted = update(NewFactor).where(*_live(unit, where), NewFactor.tries < TRIES).values(tries=NewFactor.tries + 1)
    row = unit.db.execute(counted.returning(NewFactor.staff_id, NewFactor.seed)).one_or_none()
    if row is None:
        raise EnrolmentOver
    secret = _open(unit, row)
    step = step_of(secret, code, unit.now)
    if step is None:
        return False
    forget(unit)
    moved = replace(unit, secret, step)
    append(unit, "second factor moved" if moved else "second factor enrolled", unit.staff_id)
    return True


def forget(unit: Unit) -> None:
    """Let go of a seed that waits."""
    unit.db.execute(delete(NewFactor).where(*_mine(unit)))


def _new_seed(unit: Unit, where: UUID) -> str:
    secret = pyotp.random_base32(32)  # 160 bits (S40)
    sealed = unit.seals.seal(secret.encode(), _place(unit.staff_id), scope="second factors")
    kept = {"seed": sealed, "begun_in": where, "tries": 0, "ends_at": unit.now + LIVES}
    over = NewFactor.ends_at <= unit.now
    unit.db.execute(delete(NewFactor).where(NewFactor.practice_id == unit.practice_id, over))
    made = upsert(unit.db, NewFactor).values(practice_id=unit.practice_id, staff_id=unit.staff_id, **kept)
    unit.db.execute(made.on_conflict_do_update(index_elements=["practice_id", "staff_id"], set_=kept))
    return secret


def _enrolment(secret: str, email: str) -> Enrolment:
    return Enrolment(secret, pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER))


def _waiting(unit: Unit, where: UUID) -> AnyRow | None:
    return unit.db.execute(
        select(NewFactor.staff_id, NewFactor.seed).where(*_live(unit, where), NewFactor.tries < TRIES)
    ).one_or_none()


def _open(unit: Unit, row: AnyRow) -> str:
    return unit.seals.open(row.seed, _place(row.staff_id)).decode()


def _live(unit: Unit, where: UUID) -> tuple[Any, ...]:
    return *_mine(unit), NewFactor.begun_in == where, NewFactor.ends_at > unit.now


def _mine(unit: Unit) -> tuple[Any, ...]:
    return NewFactor.practice_id == unit.practice_id, NewFactor.staff_id == unit.staff_id


def _place(staff_id: UUID) -> Place:
    return Place("new_factor", staff_id, "seed")
