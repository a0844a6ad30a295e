"""What came from patients and was opened by nobody: until when somebody should, and that somebody did.

One row a conversation, from the first message that came until somebody opens the conversation or answers.
"""

from uuid import UUID

from sqlalchemy import delete

from core.messages.pointers import put_away
from core.messages.tables import NotificationRow, UnopenedRow
from core.practice import find as practice
from core.practice import hours
from core.store.counting import upsert
from core.store.unit import Unit

REASON = "everybodys"  # of notifications about what nobody opened in time


def came(unit: Unit, conversation_id: UUID, seq: int) -> None:
    """A patient wrote: somebody should open it within the practice's hours, counted from the first one unopened."""
    card = practice.card(unit)
    open_hours = hours.read(card.hours) or hours.Hours()
    due = hours.after(open_hours, unit.now, card.open_within, card.time_zone) if card.open_within else None
    row = {
        "practice_id": unit.practice_id,
        "conversation_id": conversation_id,
        "seq": seq,
        "since": unit.now,
        "due_at": due,
    }
    written = upsert(unit.db, UnopenedRow).values(row)
    key = ["practice_id", "conversation_id"]
    unit.db.execute(written.on_conflict_do_update(index_elements=key, set_={"seq": written.excluded.seq}))


def opened(unit: Unit, conversation_id: UUID, up_to: int) -> None:
    """A colleague has seen the conversation up to there, or answered: it is nobody else's affair any more."""
    row = UnopenedRow
    gone = unit.db.execute(
        delete(row)
        .where(row.practice_id == unit.practice_id, row.conversation_id == conversation_id, row.seq <= up_to)
        .returning(row.everybodys_at)
    ).one_or_none()
    if gone is None or gone.everybodys_at is None:
        return
    unit.tell("conversation.updated", conversation=conversation_id, everybodys=False)
    put_away(unit, REASON, NotificationRow.conversation_id == conversation_id)
