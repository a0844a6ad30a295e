"""Who sees a conversation, and after which of its messages: asked of the database once for all who hear of it (S61)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from core.live.bus import Event
from core.messages import find
from core.store import Store, Who
from core.store.unit import SYSTEM

MOST_HELD = 20_000


class Audiences:
    """What is held of each conversation, until its members change or a sweep forgets all."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._held: dict[UUID, Mapping[UUID, int] | None] = {}

    def of(self, practice_id: UUID, conversation_id: UUID) -> Mapping[UUID, int] | None:
        """By person the number of the message after which they see it; None where it is everybody's."""
        if conversation_id not in self._held:
            if len(self._held) > MOST_HELD:
                self._held.clear()
            self._held[conversation_id] = self._store.look(Who(practice_id, SYSTEM), find.audience, conversation_id)
        return self._held[conversation_id]

    def after(self, event: Event, staff_id: UUID) -> int | None:
        """After which message of its conversation a person sees what an event is about; None when none of it."""
        if event.staff_id is not None or event.conversation_id is None:
            return 0
        audience = self.of(event.practice_id, event.conversation_id)
        return 0 if audience is None else audience.get(staff_id)

    def forget(self, conversation_id: UUID) -> None:
        """Somebody came or went: ask again who is in it."""
        self._held.pop(conversation_id, None)

    def forget_all(self) -> None:
        """Ask again everywhere."""
        self._held.clear()


def since(event: Event, data: dict[str, Any], after: int) -> dict[str, Any] | None:
    """What of an event somebody may know who sees a conversation after a number: no message up to it, and of one that
    came later not the words of the earlier one that it answers.
    """
    if event.name not in ("message.created", "message.updated"):
        return data
    if data["seq"] <= after:
        return None
    return {**data, "quoted": None} if data["quoted"] and data["quoted"]["seq"] <= after else data
