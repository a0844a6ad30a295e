"""A request whose end two servers could read differently is refused by ours, before anything is done."""

from http.client import parse_headers
from io import BytesIO

import pytest

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


def test_plain_requests_are_taken():
    assert read("Content-Length: 35").content_length == 35
    assert read("Transfer-Encoding: Chunked", "Cookie: a=1", "Cookie: b=2").content_length is None
    assert read().content_length is None


def test_a_form_with_files_is_no_trouble():
    said = b"Content-Type: multipart/form-data; boundary=----WebKitFormBoundaryX\r\nContent-Length: 12\r\n\r\n"
    check_framing(parse_headers(BytesIO(said)))
