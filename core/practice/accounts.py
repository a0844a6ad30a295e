"""Letters and links about one's own account: set a password, forgot it, it was changed, a new sign-in (S49, S50).

A letter is noted here and written by the worker (`core/delivery/writing/account_letters.py`): this subject knows no
delivery. A link sets a password and does nothing else: it signs nobody in and skips no second factor.
"""

import secrets
from datetime import timedelta
from uuid import UUID

import orjson
from sqlalchemy import delete, insert, select, update

from core.audit.trail import append
from core.errors import LatchkeyError
from core.practice import doors, find, tries
from core.practice.passwords import check_new, hash_password
from core.practice.sessions import end_all, hash_of
from core.practice.staff import PEPPER, normal_email
from core.practice.tables import PasswordLink, StaffLetter, StaffRow
from core.practice.words import Letter
from core.store.sealing import Place
from core.store.unit import NOBODYS, Unit
from core.store.writer import Store

FORGOT_LIVES = timedelta(minutes=30)  # S49
INVITED_LIVES = timedelta(days=3)  # a new colleague may start on Monday


class PasswordLinkOver(LatchkeyError):
    """The link was used, is too old, or is none of ours: one answer for all."""


def write(unit: Unit, staff_id: UUID, letter: Letter, **facts: str) -> None:
    """Have a person written to about their account."""
    letter_id = unit.new_id()
    sealed = unit.seals.seal(orjson.dumps(facts), _place(letter_id), scope="account letters")
    unit.db.execute(
        insert(StaffLetter).values(
            practice_id=unit.practice_id,
            id=letter_id,
            staff_id=staff_id,
            letter=letter,
            facts=sealed,
            made_at=unit.now,
        )
    )


def take_letter(unit: Unit, letter_id: UUID) -> tuple[UUID, Letter, dict[str, str]] | None:
    """A letter to be written, and no longer noted: to whom, which, and its facts. None when another worker has it."""
    row = unit.db.execute(
        delete(StaffLetter)
        .where(StaffLetter.practice_id == unit.practice_id, StaffLetter.id == letter_id)
        .returning(StaffLetter.staff_id, StaffLetter.letter, StaffLetter.facts)
    ).one_or_none()
    if row is None:
        return None
    return row.staff_id, Letter(row.letter), orjson.loads(unit.seals.open(row.facts, _place(letter_id)))


def send_link(unit: Unit, staff_id: UUID, letter: Letter) -> None:
    """Mail a person a link to set their password; older ones end. Raises NotFound."""
    token = _make_link(unit, staff_id, INVITED_LIVES if letter is Letter.INVITED else FORGOT_LIVES)
    write(unit, staff_id, letter, token=token)
    append(unit, "password link sent", staff_id, why=letter.value)


def hand_link(unit: Unit, staff_id: UUID) -> str:
    """A link's token for the operator to hand on, as to the first owner, whom no colleague could invite (S51).

    Raises NotFound.
    """
    token = _make_link(unit, staff_id, FORGOT_LIVES)
    append(unit, "password link handed out", staff_id)
    return token


def _make_link(unit: Unit, staff_id: UUID, lives: timedelta) -> str:
    find.staff_member(unit, staff_id)
    token = secrets.token_urlsafe(32)
    _end_links(unit, staff_id)
    unit.db.execute(
        insert(PasswordLink).values(
            practice_id=unit.practice_id,
            id=unit.new_id(),
            staff_id=staff_id,
            token_hash=hash_of(token),
            ends_at=unit.now + lives,
        )
    )
    return token


def forgot(store: Store, email: str) -> None:
    """Somebody says that this account's password is forgotten. Whether there is such an account is not said (S39)."""
    door = store.door(doors.sign_in, normal_email(email))
    if door is not None:
        store.run(door.who, lambda unit: send_link(unit, unit.staff_id, Letter.FORGOT))


def set_password(store: Store, token: str, password: str) -> None:
    """Set the password of the person a link was mailed to, once; every session of theirs ends.

    Raises PasswordLinkOver, and Invalid for a password that is too easy.
    """
    who = store.door(doors.password_link, token, store.clock())
    if who is None:
        raise PasswordLinkOver
    check_new(password, *store.look(who, _known_names))
    hashed = hash_password(password, store.seals(NOBODYS.practice_id).mac_key(PEPPER))
    email = store.run(who, _set_password, hash_of(token), hashed)
    store.run(NOBODYS, tries.forgive, tries.name_of(store.seals(NOBODYS.practice_id), email))


def _known_names(unit: Unit) -> tuple[str, ...]:
    """What everybody knows of a person, and of the practice."""
    card, member = find.card(unit), find.staff_member(unit, unit.staff_id)
    return card.name, card.slug, member.name, member.email, member.email.split("@")[0]


def _set_password(unit: Unit, token_hash: bytes, hashed: str) -> str:
    used = unit.db.execute(
        update(PasswordLink)
        .where(
            PasswordLink.practice_id == unit.practice_id,
            PasswordLink.token_hash == token_hash,
            PasswordLink.ends_at > unit.now,
            PasswordLink.used_at.is_(None),
        )
        .values(used_at=unit.now)
    )
    if used.rowcount == 0:
        raise PasswordLinkOver
    mine = (StaffRow.practice_id == unit.practice_id, StaffRow.id == unit.staff_id)
    unit.db.execute(update(StaffRow).where(*mine).values(password=hashed))
    end_all(unit, unit.staff_id)
    write(unit, unit.staff_id, Letter.CHANGED)
    append(unit, "password set", unit.staff_id)
    return str(unit.db.scalar(select(StaffRow.email).where(*mine)))


def _end_links(unit: Unit, staff_id: UUID) -> None:
    unit.db.execute(
        delete(PasswordLink).where(PasswordLink.practice_id == unit.practice_id, PasswordLink.staff_id == staff_id)
    )


def _place(letter_id: UUID) -> Place:
    return Place("staff_letter", letter_id, "facts")
