"""Letters about one's own account, written by the worker in its turn (S49, S50; T16). None says more than it must."""

from collections.abc import Callable, Mapping
from uuid import UUID

from sqlalchemy import Connection, select

from core.calendar import clock
from core.delivery import outbox
from core.delivery.notices import letter_to_staff, recovery_used
from core.delivery.words import Channel, Parcel, Purpose
from core.delivery.writing.admins import write_to_admins
from core.device import named
from core.errors import NotFound
from core.patients.phone import masked_email
from core.practice import find as practice
from core.practice.accounts import take_letter
from core.practice.tables import StaffLetter
from core.practice.words import Letter
from core.store.unit import SYSTEM, Unit, Who
from core.store.writer import Store

BATCH = 50
NEW, FORGOTTEN, SECURITY, LOGIN = "{url}/login/new/{token}", "{url}/login/forgotten", "{url}/security", "{url}/login"

# Subject, words, and the page of the staff's app that they lead to.
LETTERS: Mapping[Letter, tuple[str, str, str]] = {
    Letter.INVITED: (
        "Your account at Latchkey",
        "{practice} has made you an account at Latchkey. Choose your password within three days: {page}.",
        NEW,
    ),
    Letter.FORGOT: (
        "Choose a new password",
        "Somebody asked for a new password for your account. Was it you? Choose it within 30 minutes: {page}. "
        "If not, you do not need to do anything.",
        NEW,
    ),
    Letter.CHANGED: (
        "Your password was changed",
        "The password of your account was changed at {at}, and you were signed out everywhere. Was this you? Then all "
        "is well. If not: choose a new one here {page} and tell the owner of your practice.",
        FORGOTTEN,
    ),
    Letter.NEW_SIGN_IN: (
        "New sign-in to Latchkey",
        "Your account was used on {device} at {at}. Was this you? Then all is well. If not: end all sessions here "
        "{page} and tell the owner of your practice.",
        SECURITY,
    ),
    Letter.RECOVERY: (
        "A recovery code was used",
        "Somebody signed in to your account with a recovery code at {at}; {left} are left. Was this you? Then all is "
        "well. If not: end all sessions here {page} and tell the owner of your practice.",
        SECURITY,
    ),
    Letter.RESET: (
        "Your second step was reset",
        "The second step of your account was reset at {at}, and you were signed out everywhere. Sign in here {page} to "
        "set it up on your phone. Did you not expect this? Tell the owner of your practice.",
        LOGIN,
    ),
    Letter.MOVED: (
        "Your second step is on another phone",
        "The codes of your account come from another phone since {at}. The old phone and the old recovery codes have "
        "stopped working. Was this you? Then all is well. If not: tell the owner of your practice now, and choose a "
        "new password here {page}.",
        FORGOTTEN,
    ),
    Letter.WRONG_TRIES: (
        "Wrong passwords for your account",
        "Somebody typed a wrong password for your account several times, the last before {at}. Nobody was let in. Was "
        "this you? Wait up to 15 minutes and try again, or choose a new password here {page}. If not: you do not need "
        "to do anything. Where you have signed in before, you still can.",
        FORGOTTEN,
    ),
    Letter.CLOSED: (
        "Your password is closed",
        "Somebody typed a wrong password for your account 100 times in a row. Nobody was let in. The password is "
        "closed to keep your account safe. Choose a new one here {page}, and tell the owner of your practice.",
        FORGOTTEN,
    ),
    Letter.WRONG_CODES: (
        "Wrong codes for your account",
        "Somebody who knows your password failed at the second step of signing in several times, the last before {at}. "
        "Nobody was let in. Was this you? Wait up to 15 minutes and try again. If not: choose a new password here "
        "{page} now, and tell the owner of your practice.",
        FORGOTTEN,
    ),
    Letter.AFTER_WRONG: (
        "Sign-in after wrong tries",
        "Your account was used on {device} at {at}, after {failures} wrong passwords or codes. Was this you? Then all "
        "is well. If not: end all sessions here {page} and tell the owner of your practice.",
        SECURITY,
    ),
    Letter.PASSKEY: (
        "A passkey was added",
        "A passkey was added to your account at {at}. Was this you? Then all is well. If not: remove it here {page} "
        "and tell the owner of your practice.",
        SECURITY,
    ),
}


def account_letters(store: Store) -> Callable[[], int]:
    """A chore of the worker: write what is noted; how many."""

    def write() -> int:
        due = store.door(_due)
        for practice_id, letter_id in due:
            store.run(Who(practice_id, SYSTEM), _write, letter_id)
        return len(due)

    return write


def _due(db: Connection) -> list[tuple[UUID, UUID]]:
    """Letters of all practices, oldest first (ix_staff_letter_made)."""
    rows = db.execute(select(StaffLetter.practice_id, StaffLetter.id).order_by(StaffLetter.made_at).limit(BATCH))
    return [(row.practice_id, row.id) for row in rows]


def _write(unit: Unit, letter_id: UUID) -> None:
    taken = take_letter(unit, letter_id)
    if taken is None:
        return
    staff_id, letter, facts = taken
    try:
        member = practice.staff_member(unit, staff_id)
    except NotFound:
        return
    parcel = _parcel(unit, letter, facts, member.email, member.name.split()[0])
    outbox.queue(unit, channel=Channel.EMAIL, purpose=Purpose.NUDGE, parcel=parcel, masked=masked_email(member.email))
    if letter is Letter.RECOVERY:  # the practice hears of it, too (S43)
        write_to_admins(unit, lambda to: recovery_used(to, member.name, f"{unit.settings.staff_url}/admin/staff"))


def _parcel(unit: Unit, letter: Letter, facts: dict[str, str], to: str, name: str) -> Parcel:
    card = practice.card(unit)
    subject, said, page = LETTERS[letter]
    address = page.format(url=unit.settings.staff_url, token=facts.get("token", ""))
    words = said.format(
        page=address,
        practice=card.name,
        at=clock(unit.now, card.time_zone),
        device=named(facts.get("device", "")),
        left=facts.get("left", ""),
        failures=facts.get("failures", ""),
    )
    return letter_to_staff(to, name, subject, words, address)
