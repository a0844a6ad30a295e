"""Cookies: five names, one way to set them, and short-lived values signed for one purpose (S31, S45, S107)."""

import hashlib
from collections.abc import Sequence
from typing import Any

from itsdangerous import BadData, TimestampSigner, URLSafeTimedSerializer

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


class _Signer(TimestampSigner):
    """Derives its keys once, not for each value."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._derived: dict[str | bytes | None, bytes] = {}

    def derive_key(self, secret_key: str | bytes | None = None) -> bytes:
        if (known := self._derived.get(secret_key)) is None:
            known = self._derived[secret_key] = super().derive_key(secret_key)
        return known


class _Serializer(URLSafeTimedSerializer):
    """With one signer for all its values: it keeps nothing of them."""

    default_signer = _Signer
    _signer: Any = None

    def make_signer(self, salt: str | bytes | None = None) -> Any:
        if salt is not None:
            return super().make_signer(salt)
        if self._signer is None:
            self._signer = super().make_signer()
        return self._signer


class Signed:
    """Values that a browser keeps for us and cannot change; one salt a purpose."""

    def __init__(self, keys: Sequence[str], purpose: str, lives: int) -> None:
        self._lives = lives
        self._serializer = _Serializer(
            list(reversed(keys)),
            salt=f"latchkey {purpose}",
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        )

    def write(self, value: dict[str, str]) -> str:
        """The value, signed and dated."""
        return str(self._serializer.dumps(value))

    def read(self, text: str) -> dict[str, str]:
        """The value again; empty for anything changed, foreign or too old."""
        if not text:
            return {}
        try:
            found = self._serializer.loads(text, max_age=self._lives)
        except BadData:
            return {}
        return found if isinstance(found, dict) else {}
