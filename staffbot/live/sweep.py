"""The sweep: every four seconds whether sockets may still be open, and what else is looked at now and then (S61)."""

from collections.abc import Callable
from typing import Any

import gevent
import structlog

from core.practice import doors
from core.practice.words import Role
from core.store import Store
from staffbot.live import frames
from staffbot.live.peer import Peer
from staffbot.live.sockets import Sockets

log = structlog.get_logger(__name__)
EVERY = 4  # seconds
PING_EVERY = 6  # sweeps: 24 seconds


class Sweep:
    """One for all sockets of this process; it begins with the first of them."""

    def __init__(self, store: Store, sockets: Sockets) -> None:
        self._store = store
        self._sockets = sockets
        self._running = False
        self._turns = 0

    def begin(self, each: Callable[[], None], seldom: Callable[[], None]) -> None:
        """Sweep from now on, if it is not done already: `each` time, and `seldom`, as often as a ping goes."""
        if not self._running:
            self._running = True
            gevent.spawn(self._run, each, seldom)

    def look_after_all(self) -> None:
        """Close what may not be open any more. All in one question: five thousand asked one by one would keep a fifth
        of a core busy.
        """
        everyone = self._sockets.all()
        known = self._store.door(doors.staff_roles, {peer.token for peer in everyone}, self._store.clock())
        for peer in everyone:
            self._look_after(peer, known.get(peer.token))

    def _run(self, each: Callable[[], None], seldom: Callable[[], None]) -> None:
        while True:
            gevent.sleep(EVERY)
            self._turns += 1
            carefully(each)
            carefully(self.look_after_all)
            if self._turns % PING_EVERY == 0:
                carefully(seldom)

    def _look_after(self, peer: Peer, role: Role | None) -> None:
        if role is None:
            peer.close(4401, "signed out")
        elif role != peer.who.actor.role:
            peer.close(4403, "role changed")
        elif self._turns % PING_EVERY == 0:
            peer.send(frames.PING)


def carefully(work: Callable[..., None], *about: Any) -> None:
    """Do something whose failing must not keep the rest of a sweep from being done."""
    try:
        work(*about)
    except Exception:
        log.exception("a sweep failed")
