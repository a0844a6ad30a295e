"""Sockets that are greeted and keep what is written to them, for what the hub tells to whom."""

from types import SimpleNamespace

from core.store import Who
from staffbot.live.peer import Peer


class Listening(Peer):
    """A socket whose reader takes everything; `written` holds it, one write after the other."""

    __slots__ = ("written",)

    def __init__(self, who: Who) -> None:
        self.written: list[bytes] = []
        line = SimpleNamespace(send=self._take, setsockopt=lambda *_: None)
        super().__init__(SimpleNamespace(sock=line), None, SimpleNamespace(who=who), "")
        self.greeted = True

    def _take(self, frame: bytes) -> int:
        self.written.append(frame)
        return len(frame)
