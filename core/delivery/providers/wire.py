"""What every call to a provider is held to, whichever client makes it: time, size, no redirect, no repeat (P4-P10).

Neither client bounds a call: their time-outs count between two bytes, and an answer can drip. Seconds and bytes.
"""

import logging
import os
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from gevent import Timeout
from gevent.monkey import is_module_patched
from requests.adapters import HTTPAdapter
from requests.exceptions import ConnectionError, ConnectTimeout, ContentDecodingError, ProxyError
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError
from urllib3.exceptions import SSLError as HandshakeError

from core.delivery.providers.ports import Unsure

CONNECT_AND_READ = (5, 10)
ANSWER_SECONDS = 15
ANSWER_BYTES = 1 << 20
WHOLE_CALL = 20
HALT = 300  # before a refused key, sender or address is tried again
LONGEST_WAIT = 900  # however long a provider asks us to wait (providers.md, sending tables)

for _name in ("mailjet_rest", "plivo"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)  # their messages hold addresses and bodies (P71)


def hold(session: requests.Session, secure: type[HTTPAdapter] = HTTPAdapter) -> None:
    """Hold a client's session to our limits; `secure` is the kind of adapter for HTTPS, if the client brings its own.

    Mounted anew because clients may repeat POSTs by themselves: a lost answer would double what was sent (P4).
    """
    session.mount("https://", secure(pool_connections=4, pool_maxsize=32, max_retries=0))
    session.mount("http://", HTTPAdapter(pool_connections=4, pool_maxsize=32, max_retries=0))
    session.max_redirects = 0
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.verify = os.environ.get("REQUESTS_CA_BUNDLE") or True
    session.hooks["response"].append(_read)


@contextmanager
def bounded() -> Iterator[None]:
    """Bound the whole call, headers that drip included. Raises Unsure: what was written may have been taken."""
    if not is_module_patched("socket"):  # only a greenlet can be woken; elsewhere the body's limit must do
        yield
        return
    with Timeout(WHOLE_CALL, Unsure()):
        yield


def never_made(error: BaseException | None) -> bool:
    """Whether a connection surely was not made, told by class and never by words (P13)."""
    if isinstance(error, ConnectTimeout | ProxyError):
        return True
    if not isinstance(error, ConnectionError) or not error.args:
        return False
    reason = getattr(error.args[0], "reason", None)
    if isinstance(reason, HandshakeError):
        return bool(reason.args) and isinstance(reason.args[0], ssl.SSLCertVerificationError)
    return isinstance(reason, NewConnectionError | ConnectTimeoutError)


def retry_after(headers: Mapping[str, str]) -> int:
    """Seconds that an answer asks us to wait, given as seconds or as a date; 0 when it does not."""
    said = headers.get("Retry-After", "").strip()
    try:
        wait = float(said)
    except ValueError:
        wait = _until(said)
    return min(max(0, -int(-wait // 1)), LONGEST_WAIT) if wait < LONGEST_WAIT else LONGEST_WAIT


def _until(said: str) -> float:
    try:
        then = parsedate_to_datetime(said)
    except ValueError:
        return 0
    return (then - datetime.now(UTC if then.tzinfo else None)).total_seconds()


def _read(response: requests.Response, *_: Any, **__: Any) -> None:
    """Read an answer within its limits, before the client reads it without any."""
    end, body = time.monotonic() + ANSWER_SECONDS, bytearray()
    try:
        while piece := response.raw.read1(65536, decode_content=True):
            body += piece
            if len(body) > ANSWER_BYTES or time.monotonic() > end:
                raise ContentDecodingError("an answer too slow or too long")
    except (HTTPError, OSError) as error:
        response.close()
        raise ContentDecodingError("an answer cut off") from error
    response._content = bytes(body)
    response._content_consumed = True
