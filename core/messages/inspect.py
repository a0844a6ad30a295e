"""What a file really is, found in a child process with little memory and little time (S78-S81, S85, S86).

A picture is decoded and encoded again, which drops hidden data and whatever stood behind its end; a PDF that runs
scripts, starts programs, carries files or is locked is refused. Nothing is trusted from the name but its ending.
"""

import json
import os
import re
import subprocess
import sys
import threading
import unicodedata
from dataclasses import dataclass

from core.errors import Invalid, LatchkeyError
from core.messages.filetypes import FROM_STAFF, HEIC, JPEG, PNG, TYPES, kind_of
from core.messages.parsing import LOGO

AT_ONCE = 2  # children of this process; more wait
PATIENCE = 60  # seconds of waiting for a child, which has 20 s of CPU
LONGEST_NAME = 120
_HIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff/\\:*?\"<>|]")
_SECOND_ENDING = re.compile(r"\.(?=[A-Za-z0-9]{2,5}$)")
_HANDED_DOWN = ("PATH", "PYTHONPATH", "LANG", "LD_LIBRARY_PATH")  # no key of ours reaches a parser
_children = threading.BoundedSemaphore(AT_ONCE)


class FileRefused(LatchkeyError):
    """A file that cannot be taken.

    `why` is `type`, `size`, `empty`, `many`, `full` (a quota), or what the parser said: `unsafe`, `locked`, `damaged`,
    `large` (pixels, pages or what it unpacks to).
    """

    def __init__(self, name: str, why: str, **facts: object) -> None:
        super().__init__(name, why)
        self.name = name
        self.why = why
        self.facts = facts


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that may be kept: a clean name, a type from our own table, clean bytes."""

    name: str
    type: str
    data: bytes


def check_file(name: str, data: bytes, limit: int, *, allowed: frozenset[str] = FROM_STAFF) -> Checked:
    """Check a file of at most `limit` bytes whose type is one of `allowed`. Raises FileRefused."""
    name = clean_name(name)
    if not data:
        raise FileRefused(name, "empty")
    if len(data) > limit:
        raise FileRefused(name, "size", size=len(data), limit=limit)
    kind = kind_of(data)
    if kind is None or kind not in allowed or name.rpartition(".")[2].casefold() not in TYPES[kind].endings:
        raise FileRefused(name, "type")
    clean = _parsed(name, kind, data)
    if len(clean) > limit:
        raise FileRefused(name, "size", size=len(clean), limit=limit)
    if kind == HEIC:
        return Checked(f"{name.rpartition('.')[0]}.jpg", JPEG, clean)
    return Checked(name, kind, clean)


def check_logo(data: bytes, limit: int) -> bytes:
    """A small PNG of a picture of at most `limit` bytes.

    Raises Invalid("logo", …): `empty`, `type`, `size`, `pixels` or `damaged`.
    """
    if not data:
        raise Invalid("logo", "empty")
    if len(data) > limit:
        raise Invalid("logo", "size", limit=limit >> 20)
    if kind_of(data) not in (PNG, JPEG):
        raise Invalid("logo", "type")
    try:
        return _parsed("", LOGO, data)
    except FileRefused as refused:
        raise Invalid("logo", "pixels" if refused.why == "large" else "damaged") from refused


def clean_name(name: str) -> str:
    """The name as it may be shown: no path, no control or direction characters, one ending, at most 120 letters."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    plain = _HIDDEN.sub("", last).strip(". ") or "file"
    stem, dot, ending = plain.rpartition(".")
    if not dot:
        return plain[:LONGEST_NAME]
    return f"{_SECOND_ENDING.sub(' ', stem)[: LONGEST_NAME - len(ending) - 1]}.{ending}"[-LONGEST_NAME:]


def _parsed(name: str, kind: str, data: bytes) -> bytes:
    """The clean bytes, from a child process (`parsing/__main__.py`). Raises FileRefused."""
    try:
        with _children:
            done = subprocess.run(
                [sys.executable, "-m", "core.messages.parsing", kind],
                input=data,
                capture_output=True,
                timeout=PATIENCE,
                env={key: os.environ[key] for key in _HANDED_DOWN if key in os.environ},
            )
    except subprocess.TimeoutExpired as error:
        raise FileRefused(name, "damaged") from error
    head, _, clean = done.stdout.partition(b"\n")
    said = json.loads(head) if done.returncode == 0 and head.startswith(b"{") else {"why": "damaged"}
    if said["why"]:
        raise FileRefused(name, said["why"])
    return clean
