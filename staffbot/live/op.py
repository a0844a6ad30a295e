"""What every op is made of."""

from dataclasses import dataclass
from typing import Any

import msgspec


class Op(msgspec.Struct, forbid_unknown_fields=True, tag_field="op"):
    """A request; `op` names it, unknown fields refuse it (S57)."""


@dataclass(frozen=True, slots=True)
class Here:
    """What a handler may use: the socket's peer and the hub."""

    peer: Any
    hub: Any
