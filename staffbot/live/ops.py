"""Every op of the protocol (contract section 5): found by its name, checked against its fields, run by its handler."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from core.errors import Forbidden
from core.practice.rights import may
from core.practice.words import Right
from staffbot.live import frames, messages, places, reading, typed, work
from staffbot.live.greeting import Hello
from staffbot.live.op import Here, Op

HANDLERS: dict[type[Op], Callable[[Here, Any], Any]] = {
    **messages.HANDLERS,
    **typed.HANDLERS,
    **reading.HANDLERS,
    **places.HANDLERS,
    **work.HANDLERS,
}
KINDS: tuple[type[Op], ...] = (Hello, *HANDLERS)
_BY_NAME: Mapping[Any, type[Op]] = {one.__struct_config__.tag: one for one in KINDS}


def read(said: dict[str, Any]) -> Op:
    """A request of a known op with its exact fields. Raises Malformed."""
    kind = _BY_NAME.get(said.get("op"))
    if kind is None:
        raise frames.Malformed("unknown op")
    try:
        return msgspec.convert(said, kind)
    except msgspec.ValidationError as error:
        raise frames.Malformed(str(error)[:100]) from error


def name_of(asked: Op) -> str:
    """The op's name."""
    return str(type(asked).__struct_config__.tag)


def run(peer: Any, hub: Any, asked: Op) -> Any:
    """Run a request; what it answers. The socket is the chat's: whoever may not chat is refused before all else (S52),
    what needs more rights asks for them itself. Raises typed errors.
    """
    role = peer.who.actor.role
    if not may(role, Right.CHAT):
        raise Forbidden(Right.CHAT.value, role)
    return HANDLERS[type(asked)](Here(peer, hub), asked)
