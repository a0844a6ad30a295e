"""New practice keys while everything is read and written: begun anew, gone on with, and the old one thrown away (S104).

A step re-wraps some data keys; both practice keys open theirs meanwhile. Stopped anywhere, the next run goes on.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from cryptography.hazmat.primitives.keywrap import aes_key_unwrap, aes_key_wrap
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from core.seal.keyring import SHREDDED, Keyring
from core.seal.tables import data_key, installation_key, practice_key

STEP = 200  # data keys in one transaction


@dataclass(frozen=True, slots=True)
class Rotated:
    """What a rotation of one practice came to: the number of its key, and how many data keys were wrapped again."""

    practice_id: UUID
    number: int
    keys: int


def rotate(keyring: Keyring, practice_id: UUID, told: Callable[[int], None] = lambda done: None) -> Rotated:
    """Give a practice a new key, or finish what an earlier run began; `told` hears how many keys are done."""
    number = _unfinished(keyring, practice_id) or keyring.add_practice_key(practice_id)
    done = 0
    while _older_keys(keyring, practice_id, number):
        while moved := step(keyring, practice_id, number):
            done += moved
            told(done)
        with suppress(IntegrityError):  # a data key was wrapped by the old one a moment ago: once more
            _throw_away(keyring, practice_id, number)
    return Rotated(practice_id, number, done)


def step(keyring: Keyring, practice_id: UUID, number: int, limit: int = STEP) -> int:
    """Wrap up to `limit` data keys with the practice key `number`; how many. One shredded meanwhile stays gone."""
    table = data_key
    mine = table.c.practice_id == practice_id
    keys = {one: keyring.practice_key(practice_id, one) for one in _numbers(keyring, practice_id)}
    with keyring.engine.begin() as db:
        old = db.execute(
            select(table.c.id, table.c.wrapped, table.c.wrapped_by)
            .where(mine, table.c.wrapped_by < number)
            .limit(limit)
        ).all()
        for row in old:
            this, wrapped = (mine, table.c.id == row.id, table.c.wrapped == row.wrapped), SHREDDED
            if row.wrapped != SHREDDED:  # else its erasure is not finished: the row stays, and says so
                wrapped = aes_key_wrap(keys[number], aes_key_unwrap(keys[row.wrapped_by], row.wrapped))
            db.execute(update(table).where(*this).values(wrapped=wrapped, wrapped_by=number))
    return len(old)


def rewrap_under_master(keyring: Keyring) -> int:
    """Wrap the installation's and the practices' keys with the first master key; how many. Raises WrongMasterKey."""
    with keyring.engine.begin() as db:
        names = db.execute(select(installation_key.c.purpose, installation_key.c.wrapped)).all()
        for row in names:
            this = installation_key.c.purpose == row.purpose
            db.execute(update(installation_key).where(this).values(wrapped=keyring.rewrapped(row.wrapped)))
        practices = db.execute(select(practice_key.c.practice_id, practice_key.c.number, practice_key.c.wrapped)).all()
        for one in practices:
            of = (practice_key.c.practice_id == one.practice_id, practice_key.c.number == one.number)
            db.execute(update(practice_key).where(*of).values(wrapped=keyring.rewrapped(one.wrapped)))
    return len(names) + len(practices)


def _numbers(keyring: Keyring, practice_id: UUID) -> list[int]:
    with keyring.engine.connect() as db:
        mine = practice_key.c.practice_id == practice_id
        return list(db.scalars(select(practice_key.c.number).where(mine).order_by(practice_key.c.number)))


def _unfinished(keyring: Keyring, practice_id: UUID) -> int | None:
    """The number an earlier run was moving to: there is one while two practice keys exist."""
    numbers = _numbers(keyring, practice_id)
    return numbers[-1] if len(numbers) > 1 else None


def _older_keys(keyring: Keyring, practice_id: UUID, number: int) -> bool:
    return _numbers(keyring, practice_id)[0] < number


def _throw_away(keyring: Keyring, practice_id: UUID, number: int) -> None:
    with keyring.engine.begin() as db:
        mine = practice_key.c.practice_id == practice_id
        db.execute(delete(practice_key).where(mine, practice_key.c.number < number))
