"""The way of one message: what happened to it, in order, in whose words, and faintly what comes next (U65, U68)."""

from collections.abc import Sequence
from typing import Any

from core.delivery import find as deliveries
from core.delivery.kept_reports import Said, said
from core.messages.words import Direction, Message
from core.release.steps import steps_of, visits_of
from core.release.words import FILTER, Release
from core.store import Unit
from core.store.types import AnyRow
from staffbot import delivery_words, timeline_words

ALIVE = frozenset({Release.WAITING, Release.OPENED, Release.CODE_SENT, Release.UNLOCKED, Release.ANSWERED})
BEGUN = ("Written", "Arrived")  # what comes first of all that happened at one moment


def timeline(unit: Unit, found: Message, who: str = "") -> list[dict[str, Any]]:
    """What happened, in order, then faintly what comes next (U68). `who`: what the patient is called."""
    rows = deliveries.steps(unit, found.id)
    theirs = _in_their_words(rows, said(unit, {row.delivery_id for row in rows}))
    steps = [_delivery(row, own) for row, own in zip(rows, theirs, strict=True)]
    steps += [_step(row, who) for row in steps_of(unit, found.id)]
    steps += [_visit(row) for row in visits_of(unit, found.id)]
    if not found.release:
        begun = "Arrived" if found.direction is Direction.INBOUND else "Written"
        steps.append({"what": begun, "at": found.created_at, "note": "", "look": "", "icon": "user"})
    done = sorted(steps, key=lambda step: (step.get("heard", step["at"]), not step["what"].startswith(BEGUN)))
    return [*done, *_next(found, {step["what"] for step in done})]


def _in_their_words(rows: Sequence[AnyRow], told: dict[Any, list[Said]]) -> list[list[Said]]:
    """Beside each step what its provider said then; a report that moved nothing stands with the newest step before it.

    Steps and reports of one moment belong together: both are written in the transaction that heard the report.
    """
    found: list[list[Said]] = [[] for _ in rows]
    for delivery_id, reports in told.items():
        mine = [n for n, row in enumerate(rows) if row.delivery_id == delivery_id]
        for one in reports:
            before = [n for n in mine if rows[n].at <= one.heard_at]
            same = [n for n in before if rows[n].at == one.heard_at or rows[n].status is one.status]
            found[(same or before or mine)[-1]].append(one)
    return found


def _delivery(row: AnyRow, theirs: list[Said]) -> dict[str, Any]:
    status = row.status
    why = delivery_words.why(row.channel, status, row.reason)
    looks = {"delivered": "ok", "sent": "ok", "failed": "bad", "bounced": "bad", "blocked": "bad", "unknown": "wait"}
    return {
        "what": f"{delivery_words.carries(row.purpose, row.channel)}: {delivery_words.STATUS[status].casefold()}",
        "at": row.shown_at,
        "heard": row.at,  # a provider's clock shows a time, and puts nothing in order (P31)
        "note": f"to {row.masked}" + (f": {why}" if why else ""),
        "look": looks.get(status.value, ""),
        "icon": "mail" if row.channel.value == "email" else "sms",
        "theirs": [(one.heard_at, one.words) for one in theirs],
        "provider": delivery_words.PROVIDERS.get(row.provider, row.provider.capitalize()),
        "reference": row.reference or "",
    }


def _step(row: Any, who: str) -> dict[str, Any]:
    facts = row.facts
    note = {
        "wrong_code": f"{facts.get('tries')} of {facts.get('of')}",
        "unlocked": f"on {facts.get('device')}" if facts.get("device") else "",
        "code_sent": f"to {facts.get('to')}" if facts.get("to") else "",
        "machine_press": "No text was sent",
        "text_waits": str(facts.get("at", "")),
        "answered": timeline_words.answered(by_proxy=bool(facts.get("by_proxy")), call=bool(facts.get("call"))),
        "frozen": str(facts.get("why", "")),
    }.get(row.what, "")
    looks = {
        "unlocked": "dm",
        "answered": "dm",
        "opened": "dm",
        "wrong_code": "bad",
        "frozen": "bad",
        "taken_back": "bad",
    }
    icons = {
        "unlocked": "open",
        "answered": "reply",
        "opened": "eye",
        "wrong_code": "x",
        "file_fetched": "get",
        "machine_press": "filter",
        "text_waits": "clock",
    }
    return {
        "what": timeline_words.STEPS.get(row.what, row.what),
        "at": row.at,
        "note": note,
        "look": looks.get(row.what, ""),
        "icon": icons.get(row.what, "check"),
        "says": "" if facts.get("by_proxy") else timeline_words.SAYS.get(row.what, "").format(who=who),
    }


def _visit(row: Any) -> dict[str, Any]:
    """Who followed the link; a filter's fetch is told apart, so that nobody takes it for a reader."""
    by_filter = row.what == FILTER
    return {
        "what": timeline_words.VISITS[row.what],
        "at": row.at,
        "note": "Nothing was shown or sent" if by_filter else f"on {row.device}",
        "look": "" if by_filter else "dm",
        "icon": "filter" if by_filter else "eye",
    }


def _next(found: Message, done: set[str]) -> list[dict[str, Any]]:
    if not found.release or found.release.status not in ALIVE:
        return []
    coming = ["opened", "code_sent", "unlocked", "answered"]
    return [
        {"what": timeline_words.STEPS[what], "at": None, "note": "Not yet", "look": "none", "icon": "clock"}
        for what in coming
        if timeline_words.STEPS[what] not in done
    ]
