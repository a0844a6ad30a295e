"""Frames: JSON objects checked before anything looks at them (S55, S57), and encoded once for all who hear them."""

import json
import struct
from typing import Any

import orjson

MOST_BYTES = 16_384  # of one message (S55)
MOST_KEYS = 32
DEEPEST = 4
MOST_DIGITS = 20  # of a whole number, its sign with it
WIDEST = 1 << 63  # what a database and an answer can carry
TEXT = 0x81
CLOSE = 0x88
MOST_REASON = 123  # bytes beside a code: no control frame carries more than 125 (RFC 6455 section 5.5)
PING = b"\x89\x00"


class Malformed(Exception):
    """A frame that is no well-formed message: the socket is closed with 1008."""


def read(text: str | bytes) -> dict[str, Any]:
    """The message of a frame. Raises Malformed."""
    if isinstance(text, bytes):
        raise Malformed("text frames only")
    try:
        said = json.loads(text, object_pairs_hook=_pairs, parse_constant=_no_constant, parse_int=_whole)
        text.encode("utf-8")
        json.dumps(said, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as error:
        raise Malformed("not JSON") from error
    if not isinstance(said, dict) or _depth(said) > DEEPEST:
        raise Malformed("not an object, or too deep")
    return said


def encode(message: Any) -> bytes:
    """A server's text frame: the same bytes for every socket (performance.md section 1)."""
    return frame(TEXT, orjson.dumps(message))


def close(code: int, reason: str = "") -> bytes:
    """A closing frame."""
    said = reason.encode("utf-8", "replace")[:MOST_REASON].decode("utf-8", "ignore").encode()
    return frame(CLOSE, struct.pack("!H", code) + said)


def frame(kind: int, payload: bytes) -> bytes:
    """One unmasked frame (RFC 6455 section 5.2)."""
    size = len(payload)
    if size < 126:
        return bytes((kind, size)) + payload
    if size < 1 << 16:
        return bytes((kind, 126)) + struct.pack("!H", size) + payload
    return bytes((kind, 127)) + struct.pack("!Q", size) + payload


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs) or len(found) > MOST_KEYS:
        raise ValueError("a key stands twice, or too many")
    return found


def _no_constant(_name: str) -> None:
    raise ValueError("no NaN, no Infinity")


def _whole(digits: str) -> int:
    if len(digits) > MOST_DIGITS or not -WIDEST <= (number := int(digits)) < WIDEST:
        raise ValueError("a number too large")
    return number


def _depth(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max((_depth(one) for one in value.values()), default=0)
    return 1 + max((_depth(one) for one in value), default=0) if isinstance(value, list) else 0
