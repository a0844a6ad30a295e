"""Who hears what: events of the bus, encoded once, in the order of their numbers, to every socket that may see them.

The event log is the truth and the bus only wakes: a number that is skipped, or a bus that is away, makes the hub read
the log. Rights are looked at before every push: audiences come from the database and are forgotten when memberships
change; a sweep of less than five seconds closes sockets whose session ended (S61).
"""

import threading
from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from core.errors import LatchkeyError
from core.live import log as events
from core.live.bus import Event
from core.messages import notify
from core.messages.words import Kind, Message
from core.release import record
from core.store import Actor, ActorKind, Store, Who
from core.store.unit import SYSTEM, Told
from staffbot import shapes
from staffbot.live import frames
from staffbot.live.alike import Alike
from staffbot.live.audiences import Audiences, since
from staffbot.live.comings import Comings
from staffbot.live.peer import Peer, send_to
from staffbot.live.presence import Presence
from staffbot.live.sockets import Sockets
from staffbot.live.sweep import Sweep, carefully

CAUGHT_UP = 500  # events read from the log at once


class Hub:
    """The sockets of this process."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.presence = Presence(store)
        self.alike = Alike()
        self._sockets = Sockets()
        self._comings = Comings(self._sockets)
        self._audiences = Audiences(store)
        self._sweep = Sweep(store, self._sockets)
        self._heard: dict[UUID, int] = {}
        self._turns: dict[UUID, threading.RLock] = defaultdict(threading.RLock)
        self._shown: tuple[Message, dict[str, Any]] | None = None

    def join(self, peer: Peer) -> None:
        """A socket begins to hear."""
        practice = peer.who.practice_id
        with self._turns[practice]:
            if practice not in self._heard:
                self._heard[practice] = self._newest(practice)
            self._sockets.add(peer)
        self._sweep.begin(self._look_again, self.presence.say_again)

    def leave(self, peer: Peer) -> None:
        """A socket hears no more."""
        if self._sockets.remove(peer):
            self._heard.pop(peer.who.practice_id, None)
        if peer.seen:
            self.presence.went(peer.who)

    def turn(self, practice_id: UUID) -> threading.RLock:
        """While it is held nobody of this practice hears anything: what one sends meanwhile keeps its place."""
        return self._turns[practice_id]

    def count(self, staff_id: UUID | None = None) -> int:
        """How many sockets are open, of one person or in all."""
        return self._sockets.count(staff_id)

    def hear(self, event: Event) -> None:
        """Pass an event on to whoever may see it; first whatever stands before it in the log."""
        if event.name == "presence" and not self.presence.heard(event):
            return
        if not self._sockets.anybody(event.practice_id):
            return
        if event.name == "presence":
            self._comings.gather(event.practice_id, _frame(event, self.data(event)))
            return
        if not event.seq:
            self._pass(event)
            return
        with self._turns[event.practice_id]:
            last = self._heard.get(event.practice_id, event.seq - 1)
            if event.seq <= last:
                return
            if event.seq > last + 1:
                self._catch_up(event.practice_id, below=event.seq)
            self._heard[event.practice_id] = event.seq
            self._pass(event)

    def say_typing(self, peer: Peer, conversation_id: UUID, answering: bool) -> None:
        """Let whoever sees a conversation know that somebody writes in it."""
        data = {"who": str(peer.who.actor.id), "name": peer.who.actor.name, "answering": answering}
        self._store.tell(peer.who.practice_id, [Told("typing", conversation_id, None, data, kept=False)])

    def told(self, peer: Peer, event: Event) -> dict[str, Any] | None:
        """What of an event one person may know; None when that is nothing."""
        if event.staff_id is not None and peer.who.actor.id != event.staff_id:
            return None
        after = self._audiences.after(event, peer.who.actor.id or event.practice_id)
        if after is None or (data := self.data(event)) is None:
            return None
        return since(event, data, after)

    def data(self, event: Event) -> dict[str, Any] | None:
        """What an event says; None when what it was about is gone."""
        try:
            if event.name in ("message.created", "message.updated"):
                return self.shape(self._message(event))
            if event.name.startswith("notification."):
                who = Who(event.practice_id, Actor(ActorKind.STAFF, event.staff_id))
                found = self._store.look(who, notify.one, UUID(str(event.data["notification"])))
                return shapes.notification(found)
        except LatchkeyError:
            return None
        conversation = {"conversation": str(event.conversation_id)} if event.conversation_id else {}
        return {**conversation, **{key: _plain(value) for key, value in event.data.items()}}

    def shape(self, found: Message) -> dict[str, Any]:
        """A message as all who may see it are shown it: put together once for them and for whoever wrote it."""
        if self._shown is None or self._shown[0] is not found:
            self._shown = found, shapes.message(found)
        return self._shown[1]

    def forget(self, conversation_id: UUID) -> None:
        """Somebody came to a conversation: ask again who is in it."""
        self._audiences.forget(conversation_id)

    def _pass(self, event: Event) -> None:
        if event.name == "membership.updated":
            self._audiences.forget(event.conversation_id or event.practice_id)
            return
        if event.name == "session.ended":
            self._end(event)
            return
        hearing = self._hearing(event)
        awaited = any(peer.awaits(event.seq) for _after, peers in hearing for peer in peers)
        if not awaited or (data := self.data(event)) is None:
            return
        for after, peers in hearing:
            if peers and (seen := since(event, data, after) if after else data) is not None:
                send_to(peers, _frame(event, seen), event.seq)

    def _hearing(self, event: Event) -> Sequence[tuple[int, Sequence[Peer]]]:
        """The sockets of whoever may see an event, by the message of its conversation after which they see it: asked
        once for all of them, as a thousand copies leave one after the other.
        """
        practice_id = event.practice_id
        if event.staff_id is not None:
            return [(0, self._sockets.of_people(practice_id, (event.staff_id,)))]
        audience = self._audiences.of(practice_id, event.conversation_id) if event.conversation_id else None
        if audience is None:
            return [(0, self._sockets.of_practice(practice_id))]
        people: dict[int, list[UUID]] = defaultdict(list)
        for person, after in audience.items():
            people[after].append(person)
        return [(after, self._sockets.of_people(practice_id, some)) for after, some in people.items()]

    def _catch_up(self, practice_id: UUID, below: int | None = None) -> None:
        """Pass on what the log holds after the last number heard, `below` a number or to its end."""
        while practice_id in self._heard:
            missed = self._store.look(Who(practice_id, SYSTEM), events.since, self._heard[practice_id], CAUGHT_UP)
            for event in missed:
                if below is not None and event.seq >= below:
                    return
                self._heard[practice_id] = event.seq
                self._pass(event)
            if len(missed) < CAUGHT_UP:
                return

    def _newest(self, practice_id: UUID) -> int:
        return self._store.look(Who(practice_id, SYSTEM), events.newest)

    def _message(self, event: Event) -> Message:
        if isinstance(event.carry, Message) and event.carry.kind is Kind.INTERNAL:
            return event.carry
        return self._store.look(Who(event.practice_id, SYSTEM), record.one, UUID(str(event.data["message"])))

    def _end(self, event: Event) -> None:
        for peer in self._sockets.of_practice(event.practice_id):
            if str(peer.door.session_id) == str(event.data.get("session")):
                peer.send(_frame(event, {}))
                peer.close(4401, "signed out")

    def _look_again(self) -> None:
        """Nothing is believed for longer than a sweep: who is in which conversation, what is alike, what was heard."""
        self._audiences.forget_all()
        self.alike.forget()
        for practice_id in list(self._heard):
            carefully(self._listen_again, practice_id)

    def _listen_again(self, practice_id: UUID) -> None:
        """What the bus did not bring."""
        with self._turns[practice_id]:
            self._catch_up(practice_id)


def _frame(event: Event, data: dict[str, Any] | None) -> bytes:
    return frames.encode({"event": event.name, "seq": event.seq, "data": data})


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool | None) else str(value)
