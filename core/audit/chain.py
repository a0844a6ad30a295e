"""How audit entries are hashed: canonical JSON, a leaf hash as in RFC 6962, chained to the entry before, and keyed."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

START = bytes(32)


def canonical(entry: Mapping[str, Any]) -> bytes:
    """The one spelling of an entry: sorted keys, no spaces, UTF-8."""
    return json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str).encode()


def leaf_of(entry: Mapping[str, Any]) -> bytes:
    """The hash of an entry as a leaf of the tree."""
    return hashlib.sha256(b"\x00" + canonical(entry)).digest()


def link(key: bytes, before: bytes, entry: Mapping[str, Any]) -> bytes:
    """The hash of an entry: HMAC over the hash before it and the entry's leaf hash."""
    return hmac.digest(key, before + leaf_of(entry), "sha256")
