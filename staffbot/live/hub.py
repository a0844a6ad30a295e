"""Who hears what: events of the bus, encoded once, to every socket that may see them.

Rights are looked at before every push: audiences come from the database and are forgotten when memberships change; a
sweep every five seconds closes sockets whose session ended (S61).
"""

from collections import defaultdict
from typing import Any
from uuid import UUID

import gevent
import structlog

from core.errors import LatchkeyError
from core.live.bus import Event
from core.messages import find, notify
from core.messages.words import Kind, Message
from core.practice import doors
from core.release import record
from core.store import Actor, ActorKind, Store, Who
from core.store.unit import SYSTEM
from staffbot import shapes
from staffbot.live import frames
from staffbot.live.peer import Peer

log = structlog.get_logger(__name__)
SWEEP = 5  # seconds
PING_EVERY = 5  # sweeps: 25 seconds
MOST_AUDIENCES = 20_000


class Hub:
    """The sockets of this process."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._peers: dict[UUID, set[Peer]] = defaultdict(set)
        self._audiences: dict[UUID, frozenset[UUID] | None] = {}
        self._sweeping = False
        self._sweeps = 0

    def join(self, peer: Peer) -> None:
        """A socket begins to hear."""
        self._peers[peer.who.practice_id].add(peer)
        if not self._sweeping:
            self._sweeping = True
            gevent.spawn(self._sweep)

    def leave(self, peer: Peer) -> None:
        """A socket hears no more."""
        self._peers[peer.who.practice_id].discard(peer)

    def count(self, staff_id: UUID | None = None) -> int:
        """How many sockets are open, of one person or in all."""
        return sum(
            staff_id is None or peer.who.actor.id == staff_id for peers in self._peers.values() for peer in peers
        )

    def hear(self, event: Event) -> None:
        """Pass an event on to whoever may see it."""
        peers = self._peers.get(event.practice_id)
        if not peers:
            return
        if event.name == "membership.updated":
            self._audiences.pop(event.conversation_id or event.practice_id, None)
            return
        if event.name == "session.ended":
            self._end(event)
            return
        listening = [peer for peer in peers if self._may_hear(peer, event)]
        if not listening:
            return
        data = self.data(event)
        if data is None:
            return
        frame = frames.encode({"event": event.name, "seq": event.seq, "data": data})
        for peer in listening:
            peer.send(frame)

    def may_hear(self, peer: Peer, event: Event) -> bool:
        """Whether a person may see an event (for catching up)."""
        return self._may_hear(peer, event)

    def data(self, event: Event) -> dict[str, Any] | None:
        """What an event says; None when what it was about is gone."""
        try:
            if event.name in ("message.created", "message.updated"):
                return shapes.message(self._message(event))
            if event.name.startswith("notification."):
                who = Who(event.practice_id, Actor(ActorKind.STAFF, event.staff_id))
                found = self._store.look(who, notify.one, UUID(str(event.data["notification"])))
                return shapes.notification(found)
        except LatchkeyError:
            return None
        conversation = {"conversation": str(event.conversation_id)} if event.conversation_id else {}
        return {**conversation, **{key: _plain(value) for key, value in event.data.items()}}

    def _message(self, event: Event) -> Message:
        if isinstance(event.carry, Message) and event.carry.kind is Kind.INTERNAL:
            return event.carry
        return self._store.look(Who(event.practice_id, SYSTEM), record.one, UUID(str(event.data["message"])))

    def _may_hear(self, peer: Peer, event: Event) -> bool:
        if not peer.greeted or not peer.open:
            return False
        if event.staff_id is not None:
            return peer.who.actor.id == event.staff_id
        if event.conversation_id is None:
            return True
        audience = self._audience(event.practice_id, event.conversation_id)
        return audience is None or peer.who.actor.id in audience

    def _audience(self, practice_id: UUID, conversation_id: UUID) -> frozenset[UUID] | None:
        if conversation_id not in self._audiences:
            if len(self._audiences) > MOST_AUDIENCES:
                self._audiences.clear()
            self._audiences[conversation_id] = self._store.look(
                Who(practice_id, SYSTEM), find.audience, conversation_id
            )
        return self._audiences[conversation_id]

    def forget(self, conversation_id: UUID) -> None:
        """Somebody came to a conversation: ask again who is in it."""
        self._audiences.pop(conversation_id, None)

    def _end(self, event: Event) -> None:
        for peer in list(self._peers[event.practice_id]):
            if str(peer.door.session_id) == str(event.data.get("session")):
                peer.send(frames.encode({"event": "session.ended", "seq": event.seq, "data": {}}))
                peer.close(4401, "signed out")

    def _sweep(self) -> None:
        while True:
            gevent.sleep(SWEEP)
            self._sweeps += 1
            self._audiences.clear()
            for peer in [peer for peers in self._peers.values() for peer in peers]:
                try:
                    self._look_after(peer)
                except Exception:
                    log.exception("a sweep failed")

    def _look_after(self, peer: Peer) -> None:
        door = self._store.door(doors.staff_session, peer.token, self._store.clock())
        if door is None:
            peer.close(4401, "signed out")
        elif door.who.actor.role != peer.who.actor.role:
            peer.close(4403, "role changed")
        elif self._sweeps % PING_EVERY == 0:
            peer.send(frames.PING)


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool | None) else str(value)
