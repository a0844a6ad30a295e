"""What each person sets for themselves: how long something sent can be undone, when a letter about unread ones goes and
about which kinds, whether they hear that a Direct Message was opened, which key sends (U40), whether the chat has keys
of its own (U99).
"""

from collections.abc import Iterable

from sqlalchemy import update

from core.audit.trail import append
from core.errors import Invalid
from core.practice.tables import StaffRow
from core.store.unit import Unit

UNDO = (0, 5, 10, 20, 30)  # seconds (U51)
NEVER = -1
NOTICE = (NEVER, 5, 15, 60)  # minutes (U56)
# Kinds of notification that somebody may want no letter about, by the reasons that point to them; about the rest (what
# could not be delivered, what is urgent, what became everybody's) one always goes in their time.
MAILED = {
    "colleagues": frozenset({"message", "reply"}),
    "patients": frozenset({"answer", "form"}),
    "requests": frozenset({"task", "task done", "task passed on", "reminder"}),
}


def choose(
    unit: Unit,
    *,
    undo_seconds: int,
    notify_minutes: int,
    hears_opened: bool = True,
    enter_sends: bool = True,
    has_keys: bool = True,
    unmailed: Iterable[str] = (),
) -> None:
    """Set one's own; `unmailed` are keys of MAILED. Raises Invalid for anything but what is offered."""
    silent = " ".join(sorted(set(unmailed)))
    if not set(silent.split()) <= MAILED.keys():
        raise Invalid("notice", "choice")
    if undo_seconds not in UNDO:
        raise Invalid("undo", "choice")
    if notify_minutes not in NOTICE:
        raise Invalid("notice", "choice")
    unit.db.execute(
        update(StaffRow)
        .where(StaffRow.practice_id == unit.practice_id, StaffRow.id == unit.staff_id)
        .values(
            undo_seconds=undo_seconds,
            notify_minutes=notify_minutes,
            hears_opened=hears_opened,
            enter_sends=enter_sends,
            has_keys=has_keys,
            unmailed=silent,
        )
    )
    said = {"undo": undo_seconds, "notice": notify_minutes, "opened": hears_opened, "enter_sends": enter_sends}
    append(unit, "own settings changed", unit.staff_id, **said, keys=has_keys, unmailed=silent)
