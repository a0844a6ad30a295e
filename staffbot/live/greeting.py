"""The first op of a tab: what its page begins with, and what it missed."""

from collections.abc import Sequence
from typing import Any

from core.compose import scratch
from core.live import log as events
from core.live.bus import Event
from core.messages import cursor, find, notify
from core.messages.words import Conversation
from core.practice import find as practice
from core.release import record
from core.store import Unit
from staffbot import shapes
from staffbot.live.alike import Alike, Seen
from staffbot.live.op import Op

MISSED_MOST = 500  # events caught up one by one; beyond it the client loads anew


class Hello(Op, tag="hello"):
    csrf: str
    since: int | None = None


def greet(peer: Any, alike: Alike, asked: Hello) -> tuple[dict[str, Any], list[Event]]:
    """What the page needs to begin with, and the events missed since (or `resync`).

    A page that has heard more than has happened is from before an older backup was restored.
    """
    result = peer.look(_beginning, alike)
    if asked.since is None or asked.since == result["seq"]:
        return result, []
    if not 0 <= result["seq"] - asked.since <= MISSED_MOST:
        return {**result, "resync": True}, []
    return result, list(peer.look(events.since, asked.since, MISSED_MOST))


def _beginning(unit: Unit, alike: Alike) -> dict[str, Any]:
    seq = events.newest(unit)  # first: what comes while the rest is read is told again, and never missed
    everyones = alike.seen(unit, seq)
    seen = find.conversations(unit, known=everyones.conversations)
    member, card = practice.staff_member(unit, unit.staff_id), practice.card(unit)
    return {
        "me": {
            "id": str(member.id),
            "name": member.name,
            "role": member.role.value,
            "undo": member.undo_seconds,
            "shows": {"typing": member.shows_typing, "presence": member.shows_presence},
        },
        "practice": {"id": str(card.id), "name": card.name, "plan": card.plan.value, "credits": card.credits},
        "conversations": _conversations(unit, seen, everyones),
        "unread": {str(key): count for key, count in cursor.unread(unit).items()},
        "notifications": [shapes.notification(one) for one in notify.listing(unit, seen)],
        "typed": [str(one) for one in scratch.where(unit)],
        "seq": seq,
        "server_time": shapes.moment(unit.now),
    }


def _conversations(unit: Unit, seen: Sequence[Conversation], everyones: Seen) -> list[Any]:
    """Those that one follows oneself are put together anew, the others are as everyone has them."""
    shapes_of = [everyones.shapes.get(id(one)) for one in seen]
    own = [one for one, shape in zip(seen, shapes_of, strict=True) if shape is None]
    newest = record.newest(unit, [one for one in own if one.id not in everyones.conversations])
    last = {one.id: newest.get(one.id) or everyones.last.get(one.id) for one in own}
    return [shape or shapes.conversation(one, last[one.id]) for one, shape in zip(seen, shapes_of, strict=True)]
