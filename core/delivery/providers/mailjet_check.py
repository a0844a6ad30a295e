"""Whether Mailjet would take our letters and tell us what became of them: key, sender, both webhooks, clock (P72)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import requests
from mailjet_rest.errors import ApiError

from core.config import Settings
from core.delivery.providers import wire
from core.delivery.providers.findings import Finding, Level, clock_of

EVENTS = frozenset({"sent", "open", "click", "bounce", "spam", "blocked", "unsub"})
NAME = "mailjet"


def examine(reader: Any, settings: Settings, now: datetime) -> list[Finding]:
    """Read what Mailjet knows about us; one failed answer ends it, because the others would fail likewise."""
    try:
        senders, date = _rows(reader.sender)
        events, _ = _rows(reader.eventcallbackurl)
        routes, _ = _rows(reader.parseroute)
    except (ApiError, requests.RequestException) as error:
        status = getattr(getattr(error.__cause__, "response", None), "status_code", getattr(error, "status_code", None))
        return [Finding(NAME, "key" if status in (401, 403) else "unreachable", Level.FAILED)]
    except (ValueError, LookupError, TypeError):
        return [Finding(NAME, "unreachable", Level.FAILED)]
    hooks = f"{settings.portal_url}/hooks/mailjet/{settings.mailjet_webhook_secret.get_secret_value()}"
    return [
        Finding(NAME, "key"),
        *clock_of(NAME, date, now),
        _sender(senders, settings.email_from),
        _events(events, f"{hooks}/events"),
        _routes(routes, f"{hooks}/inbound"),
    ]


def _rows(resource: Any) -> tuple[list[dict[str, Any]], str]:
    """All rows of a resource, and the answer's own time."""
    with wire.bounded():
        answer = resource.get(filters={"Limit": 100}, timeout=wire.CONNECT_AND_READ, allow_redirects=False)
    return list(answer.json()["Data"]), answer.headers.get("Date", "")


def _sender(rows: Iterable[dict[str, Any]], address: str) -> Finding:
    domain = address.partition("@")[2].casefold()
    active = {str(row["Email"]).casefold() for row in rows if row.get("Status") == "Active"}
    well = bool(active & {address.casefold(), f"*@{domain}"})
    return Finding(NAME, "sender", Level.OK if well else Level.FAILED, {"sender": address})


def _events(rows: Iterable[dict[str, Any]], url: str) -> Finding:
    ours = {row["EventType"] for row in rows if _points(row, url) and row.get("Version") == 2}
    missing = sorted(EVENTS - ours)
    return Finding(NAME, "events", Level.FAILED if missing else Level.OK, {"missing": ", ".join(missing)})


def _routes(rows: Iterable[dict[str, Any]], url: str) -> Finding:
    return Finding(NAME, "inbound", Level.OK if any(_points(row, url) for row in rows) else Level.FAILED)


def _points(row: dict[str, Any], url: str) -> bool:
    """Whether a hook leads to us, whatever credentials stand in its address."""
    scheme, _, rest = str(row.get("Url", "")).partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}" == url
