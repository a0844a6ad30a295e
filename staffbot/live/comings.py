"""Who comes and goes is told a moment later, all of it in one write: after a restart a thousand come at once."""

from uuid import UUID

import gevent

from staffbot.live.peer import send_to
from staffbot.live.sockets import Sockets

GATHERED = 0.25  # seconds


class Comings:
    """What is about to be told, by practice."""

    def __init__(self, sockets: Sockets) -> None:
        self._sockets = sockets
        self._frames: dict[UUID, list[bytes]] = {}

    def gather(self, practice_id: UUID, frame: bytes) -> None:
        """Tell a practice's sockets soon, in the order of the calls."""
        if practice_id in self._frames:
            self._frames[practice_id].append(frame)
            return
        self._frames[practice_id] = [frame]
        gevent.spawn_later(GATHERED, self._tell, practice_id)

    def _tell(self, practice_id: UUID) -> None:
        said = b"".join(self._frames.pop(practice_id))
        send_to(self._sockets.of_practice(practice_id), said, 0)
