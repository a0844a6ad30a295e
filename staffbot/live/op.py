"""What every op is made of."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import msgspec

LONGEST_KEY = 60  # letters of a `client_id` as it is kept


class Op(msgspec.Struct, forbid_unknown_fields=True, tag_field="op"):
    """A request; `op` names it, unknown fields refuse it (S57)."""


@dataclass(frozen=True, slots=True)
class Here:
    """What a handler may use: the socket's peer and the hub."""

    peer: Any
    hub: Any


def once(client_id: str) -> str:
    """A client's own id of what it asks, as it is kept: one too long or with unprintable signs by its hash."""
    if len(client_id) <= LONGEST_KEY and client_id.isprintable():
        return client_id
    return sha256(client_id.encode()).hexdigest()[:LONGEST_KEY]
