"""What somebody does first whose chat is still empty, as far as they may: nobody should have to guess."""

from dataclasses import dataclass

from core.practice import find, passkeys
from core.practice.rights import may
from core.practice.words import Right, Role
from core.store import Unit


@dataclass(frozen=True, slots=True)
class Step:
    """A page to go to: what is done there, and why."""

    href: str
    words: str
    why: str


KEY = Step("/security", "Add a passkey", "Owners need one to invite people and to change who may do what.")
INVITE = Step("/admin/staff", "Invite your colleagues", "Each gets a link by email and chooses a password.")
ABOUT = Step("/admin/hours", "Say when you are open", "Your number and hours stand on every page that patients see.")
ADD = Step("/patients/new", "Add a patient", "Then open their thread and type /dm to write to them.")
BRING = Step("/patients/import", "Bring in patients from a file", "A list from another program, as CSV.")


def first_steps(unit: Unit) -> list[Step]:
    """What comes first for whoever acts, in order."""
    role = unit.actor.role
    leads, adds = may(role, Right.ADMINISTER), may(role, Right.ADD_PATIENTS)
    alone = len(find.staff(unit)) == 1
    lacks_key = role == Role.OWNER and not unit.settings.demo and not passkeys.listing(unit)
    wanted = ((KEY, lacks_key), (INVITE, leads and alone), (ABOUT, leads), (ADD, adds), (BRING, leads))
    return [step for step, here in wanted if here]
