"""The Messages tab in words: what can be asked of it, and what nothing was found for (U60, U61)."""

from collections.abc import Sequence

from core.forms.thread import FORM, TROUBLE
from core.messages.words import Author, Direction, Message, Reader, TaskState
from staffbot import task_words
from staffbot.delivery_words import STATUS
from staffbot.wording import RELEASE

KINDS: dict[str, str] = {
    "direct": "Direct Message",
    "sms": "SMS",
    "email": "Email",
    FORM: "Forms",
    "internal": "Internal",
}

CHIPS = KINDS | {"direct": "Direct"}  # beside an icon and a count

DIRECTIONS: dict[Direction, str] = {
    Direction.OUTBOUND: "To the patient",
    Direction.INBOUND: "From the patient",
    Direction.INTERNAL: "Team only",
}

STATUSES: dict[str, str] = {
    TROUBLE: "Needs a look",
    **{one.value: words for one, words in STATUS.items()},
    **{one.value: words for one, words in RELEASE.items()},
    TaskState.OPEN.value: "Asked of somebody",
    TaskState.TAKEN.value: "Taken",
    TaskState.DONE.value: "Done",
}

BAD_DAY = "Write the day like 3 March 2026, yesterday or last week."
BACKWARDS = "The first day comes after the last. Change one of them."


def here(found: Message, readers: Sequence[Reader]) -> str:
    """What became of a message inside the practice: what it asks and of whom, else how many have read it."""
    if found.task is not None:
        return task_words.state(found.task)
    count = sum(one.up_to >= found.seq and not _same(one.person, found.author) for one in readers)
    return f"Read by {count}" if count else "Read by nobody yet"


def nothing(kind: str, direction: Direction | None, status: str, days: bool) -> str:
    """That nothing fits, and what was asked for: `No SMS found: from the patient, not delivered, on these days.`"""
    said = [DIRECTIONS[direction].casefold()] if direction else []
    said += [f"“{STATUSES[status]}”"] if status else []
    said += ["on these days"] if days else []
    what = {"": "messages", FORM: "forms", "internal": "internal messages"}.get(kind, KINDS.get(kind, ""))
    return f"No {what} found" + (f": {', '.join(said)}." if said else ".")


def _same(one: Author, other: Author | None) -> bool:
    return other is not None and one.id == other.id
