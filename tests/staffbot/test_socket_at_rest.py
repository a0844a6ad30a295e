"""A socket that nobody uses: unlike what a person does, its noise keeps no session alive (S45, S54)."""

import json
from types import SimpleNamespace

import pytest

from core.practice import doors, sessions
from staffbot.live import socket
from staffbot.live.hub import Hub
from staffbot.live.pace import Pace
from staffbot.live.peer import Peer

CSRF = "c" * 64
HELP = {"op": "command.run", "text": "/help", "client_id": "c" * 32}
NOISE = {"op": "hello", "csrf": CSRF}


class Line:
    """The other end, which keeps what is written to it and says nothing."""

    def __init__(self) -> None:
        self.written = b""
        self.waited: list[float | None] = []
        self.sock = SimpleNamespace(send=self._send, setsockopt=lambda *_: None, shutdown=lambda _: None)

    def _send(self, frame: bytes) -> int:
        self.written += bytes(frame)
        return len(frame)

    def receive(self, timeout: float | None) -> None:
        self.waited.append(timeout)

    def closed_with(self, code: int) -> bool:
        return code.to_bytes(2, "big") in self.written


@pytest.fixture
def hub(store):
    return Hub(store)


@pytest.fixture
def peer(store, anna, clock):
    """Anna's socket, greeted."""
    _, token = store.run(anna, lambda unit: sessions.start(unit, unit.staff_id, "a computer"))
    peer = Peer(Line(), store, store.door(doors.staff_session, token, clock()), token)
    peer.greeted = True
    return peer


@pytest.fixture
def ask(peer, hub, settings, clock):
    """Say something on Anna's socket."""
    pace = Pace(settings, clock=lambda: clock().timestamp())
    return lambda said: socket.receive(peer, hub, pace, json.dumps({"ref": "1", **said}), CSRF)


@pytest.mark.attack("D15")
@pytest.mark.s("S45")
def test_pings_and_another_tab_let_a_session_end_after_half_an_hour_and_its_socket_with_it(peer, hub, ask, clock):
    hub._sockets.add(peer)
    for _ in range(2):
        clock.forward(minutes=14)
        ask(NOISE)
        hub._sweep.look_after_all()
        assert peer.open
    clock.forward(minutes=2)
    hub._sweep.look_after_all()
    assert not peer.open and peer.ws.closed_with(4401)


@pytest.mark.s("S45")
def test_who_talks_without_turning_a_page_stays_signed_in_for_twelve_hours_at_most(peer, hub, ask, clock):
    hub._sockets.add(peer)
    for _ in range(25):
        clock.forward(minutes=28)
        ask(HELP)
        hub._sweep.look_after_all()
        assert peer.open
    clock.forward(minutes=20)
    hub._sweep.look_after_all()
    assert not peer.open and peer.ws.closed_with(4401)


@pytest.mark.attack("E03")
@pytest.mark.s("S54")
def test_who_says_nothing_within_five_seconds_or_a_wrong_hello_is_sent_away(peer, hub, ask, settings):
    peer.greeted = False
    socket._talk(peer, hub, Pace(settings), CSRF)
    assert peer.ws.waited == [5] and not peer.open and peer.ws.closed_with(4401)
    peer.open, peer.ws.written = True, b""
    ask({"op": "hello", "csrf": "0" * 64})
    assert not peer.open and not peer.greeted and peer.ws.closed_with(4401)
