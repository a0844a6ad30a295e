"""Signing in: one answer for every wrong try, the same work for names known and unknown, waits that grow (S36-S42).

A right password is a ticket to the second factor and no session. Only in a demonstration may somebody without a second
factor pass with the password alone (security.md, decision 3).
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from core.errors import Invalid, LatchkeyError
from core.practice import accounts, doors, passkeys, secondfactor, sessions, tickets, tries
from core.practice.doors import PasskeyDoor, SignInDoor, TicketDoor
from core.practice.passkeys import WrongPasskey
from core.practice.passwords import hash_of_nobody, hash_password, is_right
from core.practice.secondfactor import WrongFactor
from core.practice.staff import PEPPER, normal_email
from core.practice.tables import StaffRow
from core.practice.words import Letter
from core.store.unit import NOBODYS, Unit, Who
from core.store.writer import Store

MOST_BYTES = 1024  # of a password as typed (S35)


class WrongSignIn(LatchkeyError):
    """E-mail and password do not match; whether the account exists is not said (S39)."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session: who, the cookie's value, and the session's id."""

    who: Who
    cookie: str
    session_id: UUID


@dataclass(frozen=True, slots=True)
class Halfway:
    """The password was right; the ticket's cookie opens the second factor, or enrolling it."""

    who: Who
    ticket: str
    enrolled: bool


def sign_in(store: Store, email: str, password: str, device: str, trusted: str = "") -> SignedIn | Halfway:
    """Check e-mail and password. `trusted` names a browser this person signed in with before: it has tries of its own,
    so that a stranger's guesses lock nobody out. Raises WrongSignIn, TooMany.
    """
    try:
        email = normal_email(email)
    except Invalid:
        email = email.strip().casefold()[:300]
    store.run(
        NOBODYS,
        tries.admit,
        (name := _name(store, email, trusted)),
        trusted=bool(trusted),
    )
    door = store.door(doors.sign_in, email)
    if not _fits(store, door, password) or door is None:
        raise WrongSignIn
    failures = store.run(NOBODYS, tries.forgive, name) - 1
    enrolled = store.look(door.who, lambda unit: secondfactor.enrolled(unit, unit.staff_id))
    if store.settings.demo and not enrolled:
        return _begin(store, door.who, device)
    return Halfway(door.who, *store.run(door.who, _halfway, door.password, device, max(0, failures)))


def try_app(store: Store, door: TicketDoor, code: str) -> None:
    """Try a code of the authenticator app; right, the ticket has passed. Raises WrongFactor and what the try raises.

    A wrong one costs what a wrong password or recovery code costs (S39).
    """
    if not store.run(door.who, _try_app, door.ticket_id, code, _second(store, door.email)):
        is_right(hash_of_nobody(), code, _pepper(store))
        raise WrongFactor


def try_recovery(store: Store, door: TicketDoor, number: int, code: str) -> None:
    """Try recovery code `number` instead. Raises WrongFactor and what the try raises."""
    kept = store.run(door.who, _recovery_hash, door.ticket_id, number)
    right = is_right(kept or hash_of_nobody(), secondfactor.plain_recovery(code), _pepper(store)) and kept is not None
    if not right or not store.run(door.who, _use_recovery, door.ticket_id, number):
        store.run(door.who, tries.count_second, _second(store, door.email))
        raise WrongFactor


def make_recovery_codes(store: Store, who: Who) -> tuple[str, ...]:
    """Ten new recovery codes in the place of the old; only their hashes are kept. Hashed before the transaction."""
    codes = secondfactor.new_recovery_codes()
    hashes = [hash_password(secondfactor.plain_recovery(code), _pepper(store)) for code in codes]
    store.run(who, secondfactor.keep_recovery, hashes)
    return codes


def with_passkey(
    store: Store, answer: str, device: str, known: Callable[[str], str] = str, ticket: TicketDoor | None = None
) -> tuple[SignedIn, str]:
    """Sign in with a passkey, which is both factors: the session, and the person's e-mail. `known` names this browser,
    if it was used with that e-mail before; `ticket`: a password was right before, so that one that is refused is a
    wrong try at the second step. What deserves it is told by mail (S50). Raises WrongPasskey.
    """
    try:
        door = _passkey(store, answer)
    except WrongPasskey:
        if ticket:
            store.run(ticket.who, tries.count_second, _second(store, ticket.email))
        raise
    browser = known(door.email)
    before = ticket.failures if ticket and ticket.who == door.who else 0
    typed_here = _name(store, door.email, browser) if browser else None
    store.run(door.who, _tell_of_passkey, typed_here, _second(store, door.email), before, device)
    return _begin(store, door.who, device), door.email


def prove_with_passkey(store: Store, who: Who, session_id: UUID, answer: str) -> str:
    """Step-up with one of the person's own passkeys; the session's new cookie. Raises WrongPasskey."""
    if _passkey(store, answer).who != who:
        raise WrongPasskey
    return store.run(who, sessions.prove, session_id)


def _passkey(store: Store, answer: str) -> PasskeyDoor:
    """Whose passkey signed a challenge of ours, just now."""
    credential, given = passkeys.credential_of(answer)
    door = store.door(doors.passkey, credential)
    if door is None or not store.run(NOBODYS, passkeys.answered, given):
        raise WrongPasskey
    store.run(door.who, passkeys.check, door, answer, given)
    return door


def finish(store: Store, door: TicketDoor, *, known: bool) -> SignedIn:
    """Change a passed ticket for a session, once. Of a browser not `known`, and of one after several wrong tries, one
    is told by mail (S50). Raises TicketOver.
    """
    session_id, cookie = store.run(door.who, _finish, door, known, _second(store, door.email))
    return SignedIn(door.who, cookie, session_id)


def prove(store: Store, who: Who, session_id: UUID, email: str, password: str, code: str) -> str:
    """Step-up: password and factor once more, in this very session; the session's new cookie (S47).

    Raises WrongSignIn, WrongFactor, TooMany, FactorClosed.
    """
    store.run(
        NOBODYS,
        tries.admit,
        (name := _name(store, email, str(session_id))),
        trusted=True,
    )
    if not _fits(store, store.door(doors.sign_in, email), password):
        raise WrongSignIn
    store.run(NOBODYS, tries.forgive, name)
    enrolled = store.look(who, lambda unit: secondfactor.enrolled(unit, unit.staff_id))
    if enrolled and not store.run(who, secondfactor.try_app, code):
        raise WrongFactor
    return store.run(who, sessions.prove, session_id)


def _begin(store: Store, who: Who, device: str) -> SignedIn:
    session_id, cookie = store.run(who, lambda unit: sessions.start(unit, unit.staff_id, device))
    return SignedIn(who, cookie, session_id)


def _fits(store: Store, door: SignInDoor | None, password: str) -> bool:
    """Whether the password is the account's; an unknown account costs the same."""
    if len(password.encode()) > MOST_BYTES:
        return False
    right = is_right(door.password if door else hash_of_nobody(), password, _pepper(store))
    return right and door is not None


def _try_app(unit: Unit, ticket_id: UUID, code: str, second: bytes) -> bool:
    tickets.charge(unit, ticket_id)
    right = secondfactor.try_app(unit, code)
    if right:
        tickets.passed(unit, ticket_id)
    else:
        tries.count_second(unit, second)
    return right


def _finish(unit: Unit, door: TicketDoor, known: bool, second: bytes) -> tuple[UUID, str]:
    """In one transaction: what ends all sessions comes before it and ends the ticket, or after it and ends this one."""
    device = tickets.redeem(unit, door.ticket_id)
    _tell(unit, device, known, door.failures + tries.settle_second(unit, second))
    return sessions.start(unit, unit.staff_id, device)


def _tell_of_passkey(unit: Unit, typed_here: bytes | None, second: bytes, before: int, device: str) -> None:
    """`typed_here` names the wrong passwords of a browser that is known."""
    failures = before + tries.settle_second(unit, second) + (tries.forgive(unit, typed_here) if typed_here else 0)
    _tell(unit, device, typed_here is not None, failures)


def _tell(unit: Unit, device: str, known: bool, failures: int) -> None:
    """The letter about a sign-in, if it deserves one. Only who signs in has it written, so it needs no bound by day."""
    if not known:
        accounts.write(unit, unit.staff_id, Letter.NEW_SIGN_IN, device=device)
    elif failures >= tries.SEVERAL:
        accounts.write(unit, unit.staff_id, Letter.AFTER_WRONG, device=device, failures=str(failures))


def _halfway(unit: Unit, password: str, device: str, failures: int) -> tuple[str, bool]:
    """A ticket, if the password that was right is still the account's: comparing took a while. Raises WrongSignIn."""
    mine = (StaffRow.practice_id == unit.practice_id, StaffRow.id == unit.staff_id)
    if unit.db.scalar(select(StaffRow.id).where(*mine, StaffRow.password == password, StaffRow.active)) is None:
        raise WrongSignIn
    enrolled = secondfactor.enrolled(unit, unit.staff_id)
    return tickets.start(unit, device, failures, enrols=not enrolled), enrolled


def _recovery_hash(unit: Unit, ticket_id: UUID, number: int) -> str | None:
    tickets.charge(unit, ticket_id)
    return secondfactor.recovery_hash(unit, number)


def _use_recovery(unit: Unit, ticket_id: UUID, number: int) -> bool:
    right = secondfactor.use_recovery(unit, number)
    if right:
        tickets.passed(unit, ticket_id)
    return right


def _pepper(store: Store) -> bytes:
    return store.seals(NOBODYS.practice_id).mac_key(PEPPER)


def _second(store: Store, email: str) -> bytes:
    """Under what a person's wrong tries at the second step are counted."""
    return _name(store, email, tries.SECOND_STEP)


def _name(store: Store, email: str, trusted: str) -> bytes:
    return tries.name_of(store.seals(NOBODYS.practice_id), email, trusted)
