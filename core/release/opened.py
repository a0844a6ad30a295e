"""A Direct Message is opened for the first time: whoever sent it hears so, and nobody need ring about it any more.

The pointer carries no words of the message, no letter goes about it, and who does not want it gets none.
"""

from uuid import UUID

from sqlalchemy import bindparam, select

from core.messages.notify import point_author
from core.messages.tasks import overtaken
from core.practice.tables import StaffRow
from core.store.prepared import Prepared
from core.store.types import AnyRow
from core.store.unit import Unit

OPENED = "opened"  # of notifications
_WANTS_IT = Prepared(
    select(StaffRow.hears_opened).where(
        StaffRow.practice_id == bindparam("practice"), StaffRow.id == bindparam("sender"), StaffRow.active
    )
)


def first_opened(unit: Unit, link: AnyRow) -> None:
    """Tell the sender, if they still work here and want to hear it; end the request to ring, if one was made."""
    if _wants_it(unit, link.sent_by):
        point_author(unit, link.sent_by, link.message_id, link.conversation_id, OPENED)
    if link.call_message_id is not None:
        overtaken(unit, link.call_message_id)


def _wants_it(unit: Unit, sender: UUID | None) -> bool:
    return bool(sender and _WANTS_IT.value(unit.db, {"practice": unit.practice_id, "sender": sender}))
