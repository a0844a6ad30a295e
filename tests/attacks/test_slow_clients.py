"""Whoever sends a byte at a time, or takes none, does not keep a connection for ever (S71)."""

import resource
import socket
from contextlib import closing

import pytest
from gevent.event import Event
from gevent.pywsgi import WSGIServer
from gevent.socket import create_connection

from core.cli.serving import _Handler, take_as_many_connections_as_may_be
from core.web import patience

SOON = 0.05  # seconds
POST = "POST / HTTP/1.1\r\nHost: x\r\n"
MORE = 50 << 20  # than two buffers hold, and than anybody waits for


@pytest.fixture
def served():
    """Our server; what its application could read, and whether it is done with a connection."""
    read: list[bytes | str] = []
    ended = Event()

    class Watched(_Handler):
        def handle(self):
            super().handle()
            ended.set()

    def application(environ, start_response):
        if environ["PATH_INFO"] == "/much":
            start_response("200 OK", [("Content-Length", str(MORE))])
            return [bytes(MORE)]
        try:
            read.append(environ["wsgi.input"].read() if environ["PATH_INFO"] != "/refused" else "nothing")
        except OSError as error:
            read.append(type(error).__name__)
        start_response("200 OK", [("Content-Length", "0")])
        return [b""]

    server = WSGIServer(("127.0.0.1", 0), application, handler_class=Watched, log=None, error_log=None)
    server.start()
    yield server.server_port, read, ended
    server.stop(timeout=0)


def told(port: int, said: str) -> bytes:
    """All that is heard, until the server hangs up, by somebody who says this and then no more."""
    with closing(create_connection(("127.0.0.1", port), timeout=60)) as to:
        to.sendall(said.encode())
        return b"".join(iter(lambda: to.recv(65536), b""))


@pytest.mark.s("S71")
@pytest.mark.parametrize(
    ("said", "limit", "status"),
    [("", "IDLE", b""), ("GET / HT", "IDLE", b""), ("GET / HTTP/1.1\r\nHost: x\r\nX-A", "HEAD", b"400")],
)
def test_a_head_that_does_not_come_ends_the_connection(served, said, limit, status, monkeypatch):
    port, read, _ended = served
    monkeypatch.setattr(patience, limit, SOON)
    assert told(port, said)[9:12] == status and read == []


@pytest.mark.s("S71")
@pytest.mark.parametrize("framing", ["Content-Length: 9\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"])
def test_a_body_that_stops_coming_is_given_up_and_its_connection_closed(served, framing, monkeypatch):
    port, read, _ended = served
    monkeypatch.setattr(patience, "BODY", SOON)
    assert told(port, POST + framing).count(b"HTTP/1.1") == 1 and read == ["TooSlow"]


@pytest.mark.s("S71")
def test_what_is_refused_unread_is_thrown_away_only_for_a_while(served, monkeypatch):
    port, read, _ended = served
    monkeypatch.setattr(patience, "LEFT", SOON)
    assert told(port, POST.replace("/ ", "/refused ") + "Content-Length: 9\r\n\r\nabc").count(b"HTTP/1.1") == 1
    assert read == ["nothing"]


@pytest.mark.s("S71")
def test_an_answer_that_nobody_takes_is_given_up(served, monkeypatch):
    port, _read, ended = served
    monkeypatch.setattr(patience, "BODY", SOON)
    monkeypatch.setattr(patience, "SLOWEST", MORE * 100)
    with closing(create_connection(("127.0.0.1", port), timeout=60)) as to:
        to.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        to.sendall(b"GET /much HTTP/1.1\r\nHost: x\r\n\r\n")
        assert ended.wait(60)


@pytest.mark.s("S71")
def test_a_body_may_take_longer_as_long_as_it_comes(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(patience.time, "monotonic", lambda: now[0])
    body = patience.Body(None, 26 << 20)
    now[0] += patience.BODY + 59
    assert body._time_left() < 0
    body._kept(bytes(60 * patience.SLOWEST))
    assert body._time_left() == 1


@pytest.mark.s("S71")
def test_as_many_connections_are_taken_as_the_system_lets_us_have():
    before = soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(soft, 1024), hard))
    try:
        take_as_many_connections_as_may_be()
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (hard, hard)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
