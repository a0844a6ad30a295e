"""Who is here: whoever has a socket in some process and lets it be seen. Not kept anywhere; heard again every while."""

import time
from collections import Counter, defaultdict
from collections.abc import Callable
from uuid import UUID

import gevent

from core.live.bus import Event
from core.store import Store, Who
from core.store.unit import Told

LINGER = 3.0  # seconds a person stays after the last socket closed: going from page to page is not leaving
HEARD_FOR = 75.0  # seconds that a word of another process holds; it is said again every 25


class Presence:
    """Who is here, as far as this process knows."""

    def __init__(self, store: Store, clock: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._clock = clock
        self._own: dict[UUID, Counter[UUID]] = defaultdict(Counter)
        self._until: dict[UUID, dict[UUID, float]] = defaultdict(dict)

    def here(self, practice_id: UUID) -> list[UUID]:
        """Who is here now."""
        now = self._clock()
        return [person for person, until in self._until[practice_id].items() if until > now]

    def came(self, who: Who, *, shown: bool) -> None:
        """A person opened a socket; `shown` when they let it be seen."""
        if shown and who.actor.id:
            self._own[who.practice_id][who.actor.id] += 1
            self._say(who.practice_id, who.actor.id, here=True)

    def went(self, who: Who) -> None:
        """A person closed a socket."""
        if who.actor.id and self._own[who.practice_id][who.actor.id] > 0:
            gevent.spawn_later(LINGER, self._gone, who.practice_id, who.actor.id)

    def shown(self, who: Who, on: bool) -> None:
        """A person chose to be seen, or not any more."""
        if who.actor.id:
            self._own[who.practice_id][who.actor.id] = int(on)
            self._say(who.practice_id, who.actor.id, here=on)

    def heard(self, event: Event) -> bool:
        """Take in what some process says; whether anything is different now."""
        person, here = UUID(str(event.data["who"])), bool(event.data["here"])
        before = self._until[event.practice_id].get(person, 0.0) > self._clock()
        if not here and self._own[event.practice_id][person] > 0:
            self._say(event.practice_id, person, here=True)  # gone elsewhere, still here
            return False
        self._until[event.practice_id][person] = self._clock() + HEARD_FOR if here else 0.0
        return before != here

    def say_again(self) -> None:
        """Remind the other processes of everyone who is here in this one."""
        for practice_id, people in self._own.items():
            for person in [one for one, sockets in people.items() if sockets > 0]:
                self._say(practice_id, person, here=True)

    def _gone(self, practice_id: UUID, person: UUID) -> None:
        sockets = self._own[practice_id]
        sockets[person] = max(0, sockets[person] - 1)
        if sockets[person] == 0:
            self._say(practice_id, person, here=False)

    def _say(self, practice_id: UUID, person: UUID, *, here: bool) -> None:
        said = Told("presence", None, None, {"who": str(person), "here": here}, kept=False)
        self._store.tell(practice_id, [said])
