"""What every op is made of."""

from dataclasses import dataclass
from typing import Any, ClassVar

import msgspec


class Op(msgspec.Struct, forbid_unknown_fields=True, tag_field="op"):
    """A request; `op` names it, unknown fields refuse it (S57)."""

    acts: ClassVar[bool] = False  # a person did it, by a key or a press: their half hour begins anew (S45)
    counted: ClassVar[bool] = True  # towards what one may say in a minute (S58); not what a page asks by itself


@dataclass(frozen=True, slots=True)
class Here:
    """What a handler may use: the socket's peer and the hub."""

    peer: Any
    hub: Any
