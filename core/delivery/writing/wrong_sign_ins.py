"""Telling people of wrong tries to sign in as them, once so many came that one has to wait; and of as many at the
second step, whose author knows the password (S50).

The worker does it, and not the request: what a stranger types costs the same whether or not there is such an account
(S39), because nobody has looked. Tries are counted by a keyed hash of what was typed, so the accounts are gone through
for the few hashes that stand out.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from core.practice import accounts, tries
from core.practice.tables import StaffRow
from core.practice.words import Letter
from core.store.unit import NOBODYS, SYSTEM, Unit, Who
from core.store.writer import Store


def tell_of_wrong_sign_ins(store: Store) -> int:
    """A chore of the worker: note a letter for each account that is locked and was not told; how many."""
    waiting = store.door(tries.untold)
    if not waiting:
        return 0
    seals = store.seals(NOBODYS.practice_id)
    accounts_now = store.door(_accounts)
    first = {tries.name_of(seals, row.email): row for row in accounts_now}
    second = {tries.name_of(seals, row.email, tries.SECOND_STEP): row for row in accounts_now}
    letters = 0
    for name, failures in waiting:
        owner = first.get(name) or second.get(name)
        letter = Letter.WRONG_CODES if name in second else _about_passwords(failures)
        who = Who(owner.practice_id, SYSTEM) if owner else NOBODYS
        letters += store.run(who, _tell, name, letter, owner.id if owner else None)
    return letters


def _about_passwords(failures: int) -> Letter:
    return Letter.CLOSED if failures >= tries.WRONG_EVER else Letter.WRONG_TRIES


def _tell(unit: Unit, name: bytes, letter: Letter, staff_id: UUID | None) -> bool:
    """In one transaction: noted as told, and the letter where there is somebody to have one."""
    if not tries.told(unit, name) or staff_id is None:
        return False
    accounts.write(unit, staff_id, letter)
    return True


def _accounts(db: Connection) -> list[Any]:
    """Everybody who may sign in, of all practices."""
    return list(db.execute(select(StaffRow.practice_id, StaffRow.id, StaffRow.email).where(StaffRow.active)))
