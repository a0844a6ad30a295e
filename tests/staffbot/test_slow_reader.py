"""A reader that stalls delays nobody; it gets whole frames in order, or it is cut (S59, trap 2 of performance.md)."""

import socket
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import gevent
import pytest

from staffbot.live import frames
from staffbot.live.peer import MOST_WAITING, Peer, send_to

FRAME = frames.encode({"event": "message.created", "text": "x" * 8_000})


@pytest.fixture
def connected() -> Iterator[Callable[[], tuple[Peer, socket.socket]]]:
    """Makes a peer and the other end of its connection, with small buffers."""
    opened: list[socket.socket] = []

    def make() -> tuple[Peer, socket.socket]:
        with socket.create_server(("127.0.0.1", 0)) as listening:
            theirs = socket.socket()
            theirs.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16_384)
            theirs.connect(listening.getsockname())
            ours, _ = listening.accept()
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16_384)
        ours.setblocking(False)
        theirs.setblocking(False)
        opened.extend((ours, theirs))
        door = SimpleNamespace(who=None, session_id=None)
        return Peer(SimpleNamespace(sock=ours), None, door, ""), theirs

    yield make
    for one in opened:
        one.close()


def read(end: socket.socket, until: Callable[[bytes], bool]) -> bytes:
    """What arrives, until it is enough or the connection ends; greenlets work meanwhile."""
    got = b""
    for _ in range(20_000):
        if until(got):
            return got
        try:
            piece = end.recv(65_536)
        except BlockingIOError:
            gevent.sleep(0.001)
            continue
        if not piece:
            return got
        got += piece
    raise AssertionError("nothing came")


def test_a_reader_that_comes_back_gets_whole_frames_in_order(connected):
    peer, end = connected()
    many = 60
    for _ in range(many):
        peer.send(FRAME)
    assert peer.open
    assert read(end, lambda got: len(got) >= many * len(FRAME)) == FRAME * many


@pytest.mark.attack("E18")
@pytest.mark.s("S59")
def test_a_reader_that_does_not_come_back_is_cut_and_the_others_do_not_notice(connected):
    stalled, its_end = connected()
    other, other_end = connected()
    sent = 0
    while stalled.open:
        send_to((stalled, other), FRAME)
        sent += 1
        assert read(other_end, lambda got: len(got) >= len(FRAME)) == FRAME
        assert sent * len(FRAME) < MOST_WAITING * 8
    got = read(its_end, lambda _: False)
    whole = got.count(b"message.created")
    assert got == FRAME * whole + frames.close(1013, "too slow") and whole < sent


def test_a_number_goes_to_whoever_is_greeted_open_and_has_not_heard_it(connected):
    made = [connected() for _ in range(4)]
    strange, told, fresh, gone = (peer for peer, _end in made)
    for peer, heard in ((told, 7), (fresh, 6), (gone, 6)):
        peer.greeted, peer.heard = True, heard
    gone.close(1000)
    for seq in (7, 0, 8):
        send_to((strange, told, fresh, gone), frames.encode(seq), seq)
    send_to((strange, told, fresh, gone), frames.PING)
    said = [read(end, lambda got: len(got) >= 2) for _peer, end in made]
    assert said[0] == frames.PING and said[3] == frames.close(1000)
    assert said[1] == frames.encode(0) + frames.encode(8) + frames.PING
    assert said[2] == frames.encode(7) + frames.encode(0) + frames.encode(8) + frames.PING


def test_a_goodbye_fits_into_a_control_frame_whatever_it_repeats():
    """RFC 6455 section 5.5: a browser calls a longer one a fault of ours, and loses the code."""
    for reason in ("x" * 500, "\U0001f600" * 90, "\ud800" * 90):
        said = frames.close(1008, reason)
        assert len(said) <= 2 + 125 and said[4:].decode()
    assert frames.close(1008, "too many")[4:] == b"too many"
