"""What is still to come about a patient stands beside their conversation: whoever has it open hears when that changes.

Nobody catches up on it: a page that was away asks anew for all that stands there.
"""

from uuid import UUID

from core.messages.find import patient_thread
from core.store.unit import Unit


def tell_thread(unit: Unit, conversation_id: UUID) -> None:
    """Something is to come in a conversation at another time, or no more."""
    unit.tell("conversation.updated", conversation=conversation_id, ahead=True, kept=False)


def tell_person(unit: Unit, person_id: UUID) -> None:
    """The same of what goes to a person; of a colleague, and where nothing was ever said, nothing stands anywhere."""
    thread = patient_thread(unit, person_id)
    if thread is not None:
        tell_thread(unit, thread)
