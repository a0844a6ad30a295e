"""What all colleagues see alike when they come: put together once for those who come at about the same time (goal 23).

After a restart a thousand sockets come back at once, and nearly all of what each is greeted with are the conversations
about patients, which are everyone's. They are held for a moment, and only while the numbers of the practice's events
and of its patients are as they were; nobody is shown here what is not everyone's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

import orjson

from core.messages import find
from core.messages.words import Conversation, Message
from core.patients import find as patients
from core.release import record
from core.store import Unit
from core.store.unit import SYSTEM
from staffbot import shapes

HELD = timedelta(seconds=0.5)  # what changes by time alone, or without an event, is that old at most


@dataclass(frozen=True, slots=True)
class Seen:
    """Conversations as they are seen by whoever follows none of them, what was said last there, and both as JSON.

    The JSON is found by the very conversation, by `id`, not by its key: a greeting looks for forty of them.
    """

    conversations: Mapping[UUID, Conversation]
    last: Mapping[UUID, Message]
    shapes: Mapping[int, orjson.Fragment]


class Alike:
    """What is held of each practice."""

    def __init__(self) -> None:
        self._held: dict[UUID, tuple[tuple[int, int], datetime, Seen]] = {}

    def seen(self, unit: Unit, seq: int) -> Seen:
        """What is everyone's; `seq` is the newest event, read before in this transaction."""
        state = seq, patients.version(unit)
        held = self._held.get(unit.practice_id)
        if held is not None and held[0] == state and held[1] <= unit.now < held[1] + HELD:
            return held[2]
        seen = _seen(replace(unit, actor=SYSTEM))
        self._held[unit.practice_id] = state, unit.now, seen
        return seen

    def forget(self) -> None:
        """Nobody came lately: hold no words of anybody's."""
        self._held.clear()


def _seen(unit: Unit) -> Seen:
    found = find.conversations(unit)
    last = record.newest(unit, found)
    said = {id(one): orjson.Fragment(orjson.dumps(shapes.conversation(one, last.get(one.id)))) for one in found}
    return Seen({one.id: one for one in found}, last, said)
