"""Asking clamd about a file (S83): the INSTREAM command over TCP or a socket file, one connection a file.

Source: clamd(8). clamd must say `AlertExceedsMax yes` and `AlertEncrypted yes`, and take streams as long as our files:
otherwise it calls what it did not look at clean.
"""

import socket
from contextlib import suppress
from enum import StrEnum

from core.errors import LatchkeyError

PATIENCE = 60  # seconds, for the whole exchange
PIECE = 1 << 16
LONGEST_ANSWER = 4096
# The test file of the antivirus industry (eicar.org), in two halves so that no scanner mistakes this file for it.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class ScannerDown(LatchkeyError):
    """clamd did not answer; the file waits."""


class ScannerBlind(LatchkeyError):
    """clamd calls the industry's test file clean, so nothing it says can be believed."""


class Verdict(StrEnum):
    """What clamd says of a file."""

    CLEAN = "clean"
    INFECTED = "infected"
    ERROR = "error"


def scan(address: str, data: bytes) -> Verdict:
    """What the scanner at `address` (`host:port`, or `unix:` and a path) says of these bytes. Raises ScannerDown."""
    try:
        with _connect(address) as line:
            line.sendall(b"zINSTREAM\0")
            for start in range(0, len(data), PIECE):
                piece = data[start : start + PIECE]
                line.sendall(len(piece).to_bytes(4, "big") + piece)
            line.sendall(bytes(4))
            said = _answer(line)
    except OSError as error:
        raise ScannerDown from error
    if said.endswith(" FOUND"):
        return Verdict.INFECTED
    return Verdict.CLEAN if said == "stream: OK" else Verdict.ERROR


def finds_the_test_file(address: str) -> bool:
    """Whether the scanner can be believed: it must find the test file (S83, S115). Raises ScannerDown."""
    return scan(address, EICAR) is Verdict.INFECTED


def check_scanner(address: str) -> None:
    """Before serving: a scanner that answers must find the test file; one that is down only lets files wait (S115).

    Raises ScannerBlind.
    """
    with suppress(ScannerDown):
        if not finds_the_test_file(address):
            raise ScannerBlind


def _connect(address: str) -> socket.socket:
    if address.startswith("unix:"):
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(PATIENCE)
        line.connect(address.removeprefix("unix:"))
        return line
    host, _, port = address.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=PATIENCE)


def _answer(line: socket.socket) -> str:
    said = b""
    while not said.endswith(b"\0") and len(said) < LONGEST_ANSWER:
        more = line.recv(LONGEST_ANSWER)
        if not more:
            raise ConnectionError("the scanner hung up")
        said += more
    return said.rstrip(b"\0").decode("utf-8", "replace").strip()
