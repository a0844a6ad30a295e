"""The two ways to an authenticator app: at the first sign-in, and later to one on another phone (S40, S46-S48)."""

from uuid import UUID

from core.practice import accounts, enrolling, secondfactor, sessions, signin, tickets
from core.practice.doors import TicketDoor
from core.practice.enrolling import Enrolment
from core.practice.secondfactor import WrongFactor
from core.practice.words import Letter
from core.store.unit import Unit, Who
from core.store.writer import Store


def first(unit: Unit, ticket_id: UUID, email: str) -> Enrolment:
    """The seed for who has no second factor yet. Raises AlreadyEnrolled."""
    secondfactor.none_yet(unit)
    return enrolling.begin(unit, email, ticket_id)


def enrol(store: Store, door: TicketDoor, code: str) -> tuple[str, ...]:
    """Try the first code; right, the ticket has passed: the recovery codes, shown once.

    Raises WrongFactor, AlreadyEnrolled, EnrolmentOver, TicketOver.
    """
    if not store.run(door.who, _enrol, door.ticket_id, code):
        raise WrongFactor
    return signin.make_recovery_codes(store, door.who)


def move(store: Store, who: Who, session_id: UUID, code: str) -> tuple[str, tuple[str, ...]]:
    """Try the first code of the seed that waits in this session. Right, the old phone ends with its recovery codes and
    all other sessions, and the person is told by mail: this session's new cookie, and the new recovery codes.

    Raises WrongFactor, EnrolmentOver, NotFound.
    """
    cookie = store.run(who, _move, session_id, code)
    if cookie is None:
        raise WrongFactor
    return cookie, signin.make_recovery_codes(store, who)


def _enrol(unit: Unit, ticket_id: UUID, code: str) -> bool:
    tickets.charge(unit, ticket_id)
    secondfactor.none_yet(unit)
    right = enrolling.confirm(unit, code, ticket_id)
    if right:
        tickets.passed(unit, ticket_id)
    return right


def _move(unit: Unit, session_id: UUID, code: str) -> str | None:
    if not enrolling.confirm(unit, code, session_id):
        return None
    secondfactor.end_recovery(unit)
    sessions.end_others(unit, session_id)
    accounts.write(unit, unit.staff_id, Letter.MOVED)
    return sessions.prove(unit, session_id)
