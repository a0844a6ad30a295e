"""Cookies: five names, one way to set them, and short-lived values signed for one purpose (S31, S45, S107)."""

import hashlib
from collections.abc import Sequence
from typing import Any

from itsdangerous import BadData, URLSafeTimedSerializer

STAFF = "__Host-lk_s"
PATIENT = "__Host-lk_p"
BEFORE = "__Host-lk_pre"
KNOWN = "__Host-lk_k"
LANGUAGE = "__Host-lk_l"
BEFORE_LIVES = 900  # seconds (S5)
KNOWN_LIVES = 90 * 86_400  # S16
ATTRIBUTES: dict[str, Any] = {"secure": True, "httponly": True, "samesite": "Lax", "path": "/"}


def only(header: str, name: str) -> str:
    """The value of a cookie, empty when it stands there twice: somebody may have planted one (S31)."""
    found = [part.partition("=")[2] for part in header.split(";") if part.strip().partition("=")[0].strip() == name]
    return found[0].strip() if len(found) == 1 else ""


class Signed:
    """Values that a browser keeps for us and cannot change; one salt a purpose."""

    def __init__(self, keys: Sequence[str], purpose: str, lives: int) -> None:
        self._lives = lives
        self._serializer = URLSafeTimedSerializer(
            list(reversed(keys)),
            salt=f"latchkey {purpose}",
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        )

    def write(self, value: dict[str, str]) -> str:
        """The value, signed and dated."""
        return str(self._serializer.dumps(value))

    def read(self, text: str) -> dict[str, str]:
        """The value again; empty for anything changed, foreign or too old."""
        try:
            found = self._serializer.loads(text, max_age=self._lives)
        except BadData:
            return {}
        return found if isinstance(found, dict) else {}
