"""The open sockets of this process, by practice and person: so many hear, so many steps it takes to find them."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import chain
from uuid import UUID

from staffbot.live.peer import Peer


class Sockets:
    """Every socket that hears."""

    def __init__(self) -> None:
        self._by_person: dict[UUID, dict[UUID, set[Peer]]] = defaultdict(dict)
        self._open: Counter[UUID] = Counter()
        self._of_practice: dict[UUID, tuple[Peer, ...]] = {}  # put together once for all messages between two changes

    def add(self, peer: Peer) -> None:
        """A socket begins to hear."""
        self._by_person[peer.who.practice_id].setdefault(_person(peer), set()).add(peer)
        self._of_practice.pop(peer.who.practice_id, None)
        self._open[_person(peer)] += 1

    def remove(self, peer: Peer) -> bool:
        """A socket hears no more; whether it was the practice's last."""
        people, person = self._by_person[peer.who.practice_id], _person(peer)
        self._of_practice.pop(peer.who.practice_id, None)
        if peer in people.get(person, ()):
            people[person].remove(peer)
            self._open[person] -= 1
            if not people[person]:
                del people[person], self._open[person]
        return not people

    def count(self, staff_id: UUID | None = None) -> int:
        """How many are open, of one person or in all."""
        return self._open.total() if staff_id is None else self._open[staff_id]

    def anybody(self, practice_id: UUID) -> bool:
        """Whether anybody of a practice hears here."""
        return bool(self._by_person.get(practice_id))

    def all(self) -> list[Peer]:
        """Every one of them."""
        return [peer for practice_id in list(self._by_person) for peer in self.of_practice(practice_id)]

    def of_practice(self, practice_id: UUID) -> tuple[Peer, ...]:
        """Those of a practice."""
        if (known := self._of_practice.get(practice_id)) is None:
            people = self._by_person.get(practice_id, {})
            known = self._of_practice[practice_id] = tuple(chain.from_iterable(people.values()))
        return known

    def of_people(self, practice_id: UUID, staff_ids: Iterable[UUID]) -> tuple[Peer, ...]:
        """Those of some people of a practice."""
        people = self._by_person.get(practice_id, {})
        return tuple(chain.from_iterable(people[one] for one in staff_ids if one in people))


def _person(peer: Peer) -> UUID:
    if peer.who.actor.id is None:
        raise RuntimeError("only people sign in")
    return peer.who.actor.id
