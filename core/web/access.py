"""One line for every request: what was asked of which page and how it ended, and nobody by name (S111).

Addresses of pages are told by their rule, so that neither a token nor a query nor a guess ever reaches the log; who
asked is a pseudonym, the same for the same address, under a key of its own (S106).
"""

import hmac
import re
import time
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from uuid import UUID

import structlog

from core.store.sealing import Seals

PURPOSE = "log pseudonyms"
HIDDEN = "***"
PARAMETER = re.compile(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>")
log = structlog.get_logger(__name__)


class AccessLog:
    """Writes the lines of one app."""

    def __init__(self, app: str, seals: Seals) -> None:
        self._app = app
        self._seals = seals

    def note(self, method: str, path: str, status: int, caller: str, began: float) -> None:
        """A request has ended; `path` as `shown` made it, `began` by `time.monotonic`."""
        took = round((time.monotonic() - began) * 1000)
        who = pseudonym(self._seals, caller)
        log.info("asked", app=self._app, method=method, path=path, status=status, ms=took, caller=who)


def shown(rule: str | None, given: Mapping[str, Any]) -> str:
    """The address of a page as it may be logged: `/l/***`, `/patients/<id>`; nothing of one that leads nowhere."""
    if rule is None:
        return HIDDEN
    if "<" not in rule:
        return rule
    return PARAMETER.sub(lambda found: _id(given.get(found[1])), rule)


def pseudonym(seals: Seals, value: str) -> str:
    """Twelve hexadecimal digits that stand for somebody."""
    return _digits(seals.mac_key(PURPOSE), value)


@lru_cache(1024)
def _digits(key: bytes, value: str) -> str:
    return hmac.digest(key, value.encode(), "sha256").hex()[:12]


def _id(value: Any) -> str:
    return str(value) if isinstance(value, UUID) else HIDDEN
