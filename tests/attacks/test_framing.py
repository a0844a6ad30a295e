"""A request whose end two servers could read differently is refused by ours, before anything is done."""

import re
from contextlib import closing
from http.client import parse_headers
from io import BytesIO

import pytest
from gevent.pywsgi import WSGIServer
from gevent.socket import create_connection

from core.cli.serving import _Handler
from core.web.framing import check_framing

HIDDEN = "GET /hidden HTTP/1.1\r\nHost: x\r\n\r\n"


def read(*headers: str) -> _Handler:
    """What our server makes of a request's headers, with another request in what may be its body."""
    handler = object.__new__(_Handler)
    handler.rfile = BytesIO("".join(f"{one}\r\n" for one in ("Host: x", *headers, "")).encode() + HIDDEN.encode())
    assert handler.read_request("POST /unlock/send HTTP/1.1\r\n")
    return handler


@pytest.mark.s("S71")
@pytest.mark.parametrize(
    "headers",
    [
        ("Content-Length: 5", "Transfer-Encoding: chunked"),
        ("Transfer-Encoding: chunked", "Content-Length: 5"),
        ("Content-Length: 0", "Content-Length: 35"),
        ("Content-Length: 35", "content-length: 35"),
        ("Content-Length: 0, 35",),
        ("Content-Length: +35",),
        ("Content-Length: 3_5",),
        ("Content-Length: ٣٥",),
        ("Content-Length: -1",),
        ("Transfer-Encoding: xchunked",),
        ("Transfer-Encoding: gzip, chunked",),
        ("Transfer-Encoding: chunked", "Transfer-Encoding: identity"),
        ("Transfer-Encoding : chunked",),
        ("X-Any: a\r\n Content-Length: 35",),
        ("X-Any: a\r\n\tb",),
        ("Host: y",),
    ],
)
def test_what_could_hide_a_request_in_another_is_refused(headers):
    with pytest.raises(ValueError):  # gevent answers 400, and closes
        read(*headers)


BODY = "GET /hidden HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture(scope="module")
def served():
    """Our server over an application that only says where it was asked; and what that was."""
    asked: list[str] = []

    def application(environ, start_response):
        asked.append(environ["PATH_INFO"])
        environ["wsgi.input"].read()
        start_response("200 OK", [("Content-Length", "0")])
        return [b""]

    server = WSGIServer(("127.0.0.1", 0), application, handler_class=_Handler, log=None, error_log=None)
    server.start()
    yield server.server_port, asked
    server.stop(timeout=0)


def answers(port: int, said: str) -> list[str]:
    """The first line of each answer to what is sent through one connection."""
    with closing(create_connection(("127.0.0.1", port), timeout=10)) as to:
        to.sendall(said.encode("latin-1"))
        heard = b"".join(iter(lambda: to.recv(65536), b""))
    return re.findall(r"HTTP/1\.1 (\d+)", heard.decode())


@pytest.mark.attack("F12")
@pytest.mark.s("S71")
@pytest.mark.parametrize(
    "head",
    [
        "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
        "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nContent-Length: 36\r\n\r\n",
        "POST /a HTTP/1.1\r\nHost: x\r\nX-Any: a\r\n Content-Length: 36\r\n\r\n",
        "POST /a HTTP/1.1\r\nHost: x\r\nX-Any: a\nContent-Length: 36\r\n\r\n",
        "POST /a HTTP/1.1\r\nHost: x\r\nX-Any: a\rContent-Length: 36\r\n\r\n",
        "GET /a HTTP/1.1\nHost: x\n\n",
        "GET /a HTTP/1.1\r\nHost: x\r\n\n",
        "GET /a HTTP/1.1\r\nHost: x\r\n" + "".join(f"X-{n}: a\r\n" for n in range(101)) + "\r\n",
        "GET /a HTTP/1.1\r\nHost: x\r\nX-Any: " + "a" * 70_000 + "\r\n\r\n",
    ],
)
def test_of_such_a_request_nothing_is_answered_but_a_refusal_and_nothing_behind_it(served, head, capfd):
    port, asked = served
    asked.clear()
    assert answers(port, head + BODY) == ["400"] and asked == []
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.attack("F12")
@pytest.mark.s("S71")
def test_requests_that_follow_each_other_through_one_connection_are_each_answered(served):
    port, asked = served
    asked.clear()
    first = "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"
    last = "GET /c HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    assert answers(port, first + BODY + last) == ["200"] * 3 and asked == ["/a", "/hidden", "/c"]


def test_plain_requests_are_taken():
    assert read("Content-Length: 35").content_length == 35
    assert read("Transfer-Encoding: Chunked", "Cookie: a=1", "Cookie: b=2").content_length is None
    assert read().content_length is None


def test_a_form_with_files_is_no_trouble():
    said = b"Content-Type: multipart/form-data; boundary=----WebKitFormBoundaryX\r\nContent-Length: 12\r\n\r\n"
    check_framing(parse_headers(BytesIO(said)))
