"""A Direct Message is opened for the first time: whoever sent it hears so, and nobody need ring about it any more.

The pointer carries no words of the message, no letter goes about it, and who does not want it gets none.
"""

from uuid import UUID

from core.messages import find as messages
from core.messages.notify import point_author
from core.messages.tasks import overtaken
from core.practice import find as practice
from core.store.types import AnyRow
from core.store.unit import Unit

OPENED = "opened"  # of notifications


def first_opened(unit: Unit, link: AnyRow) -> None:
    """Tell the sender, if they still work here and want to hear it; end the request to ring, if one was made."""
    if _wants_it(unit, link.sent_by):
        point_author(unit, link.sent_by, messages.message(unit, link.message_id), OPENED)
    if link.call_message_id is not None:
        overtaken(unit, link.call_message_id)


def _wants_it(unit: Unit, sender: UUID | None) -> bool:
    return any(member.id == sender and member.hears_opened for member in practice.staff(unit))
