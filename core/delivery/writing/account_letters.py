"""Letters about one's own account, written by the worker in its turn (S49, S50; T16). None says more than it must."""

from collections.abc import Callable
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
    url, card = unit.settings.staff_url, practice.card(unit)
    link = f"{url}/login/new/{facts.get('token', '')}"
    subject, said, address = {
        Letter.INVITED: (
            "Your account at Latchkey",
            f"{card.name} has made you an account at Latchkey. Choose your password within three days: {link}.",
            link,
        ),
        Letter.FORGOT: (
            "Choose a new password",
            f"Somebody asked for a new password for your account. Was it you? Choose it within 30 minutes: {link}. "
            "If not, you do not need to do anything.",
            link,
        ),
        Letter.CHANGED: (
            "Your password was changed",
            f"The password of your account was changed at {clock(unit.now, card.time_zone)}, and you were signed out "
            f"everywhere. Was this you? Then all is well. If not: choose a new one here {url}/login/forgotten and tell "
            "the owner of your practice.",
            f"{url}/login/forgotten",
        ),
        Letter.NEW_SIGN_IN: (
            "New sign-in to Latchkey",
            f"Your account was used on {named(facts.get('device', ''))} at {clock(unit.now, card.time_zone)}. Was this "
            f"you? Then all is well. If not: end all sessions here {url}/security and tell the owner of your practice.",
            f"{url}/security",
        ),
        Letter.RECOVERY: (
            "A recovery code was used",
            f"Somebody signed in to your account with a recovery code at {clock(unit.now, card.time_zone)}; "
            f"{facts.get('left', '')} are left. Was this you? Then all is well. If not: end all sessions here "
            f"{url}/security and tell the owner of your practice.",
            f"{url}/security",
        ),
        Letter.RESET: (
            "Your second step was reset",
            f"The second step of your account was reset at {clock(unit.now, card.time_zone)}, and you were signed out "
            f"everywhere. Sign in here {url}/login to set it up on your phone. Did you not expect this? Tell the owner "
            "of your practice.",
            f"{url}/login",
        ),
        Letter.MOVED: (
            "Your second step is on another phone",
            f"The codes of your account come from another phone since {clock(unit.now, card.time_zone)}. The old phone "
            "and the old recovery codes have stopped working. Was this you? Then all is well. If not: tell the owner "
            f"of your practice now, and choose a new password here {url}/login/forgotten.",
            f"{url}/login/forgotten",
        ),
        Letter.PASSKEY: (
            "A passkey was added",
            f"A passkey was added to your account at {clock(unit.now, card.time_zone)}. Was this you? Then all is "
            f"well. If not: remove it here {url}/security and tell the owner of your practice.",
            f"{url}/security",
        ),
    }[letter]
    return letter_to_staff(to, name, subject, said, address)
