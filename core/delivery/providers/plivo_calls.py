"""Plivo's callbacks: are they Plivo's, and what do they mean in our words. Pure, and without Plivo's library.

Its library compares signatures with `in` and takes an empty token; Plivo documents V2 for messaging, which covers the
address and the nonce but no field, and sends V3, which covers everything (P40, P41).
"""

import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from core.delivery.providers.own_words import own_words
from core.delivery.words import Bar, Report, Status

STATUSES: Mapping[str, Status] = {
    "queued": Status.SENT,
    "sent": Status.SENT,
    "delivered": Status.DELIVERED,
    "read": Status.DELIVERED,
    "undelivered": Status.FAILED,
    "failed": Status.FAILED,
    "rejected": Status.FAILED,
}
REASONS: Mapping[str, str] = {  # P35
    **dict.fromkeys(("10", "60", "110"), "text"),
    **dict.fromkeys(("20", "80", "300", "420"), "trouble"),
    **dict.fromkeys(("30", "100"), "filtered"),
    **dict.fromkeys(("40", "201"), "source"),
    **dict.fromkeys(("50", "70"), "number"),
    "90": "route",
    "200": "stopped",
    **dict.fromkeys(("900", "910"), "account"),
}
BLOCKED = frozenset({"30", "100", "200"})
NO_CHARGE = frozenset({"failed", "rejected"})  # P62; what a carrier could not deliver is charged
EXPIRED = "420"
TIMES = ("DeliveryReportTime", "SentTime", "QueuedTime")
BARS: Mapping[str, Bar] = {"200": Bar.OPT_OUT, **dict.fromkeys(("50", "70"), Bar.WRONG)}


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature that is right. `fields`: it covers them too, not the address alone."""

    nonce: str
    fields: bool


def signed(token: str, address: str, fields: Mapping[str, str], headers: Mapping[str, str]) -> Signed | None:
    """The signature of a callback to `address` (as configured, with its raw query), or None when it is not Plivo's.

    Where a V3 header is present it must be right and V2 is not looked at.
    """
    if not token:
        return None
    for version, text in (("V3", _everything(address, fields)), ("V2", address.partition("?")[0])):
        names = (f"X-Plivo-Signature-{version}", f"X-Plivo-Signature-Ma-{version}")
        offered = [one.strip() for name in names for one in headers.get(name, "").split(",") if one.strip()]
        if not offered:
            continue
        nonce = headers.get(f"X-Plivo-Signature-{version}-Nonce", "")
        right = _sign(token, f"{text}.{nonce}" if version == "V3" else f"{text}{nonce}")
        fits = [hmac.compare_digest(one.encode(), right) for one in offered]
        return Signed(nonce, version == "V3") if nonce and any(fits) else None
    return None


def meaning(fields: Mapping[str, str], *, sure: bool) -> Report | None:
    """A status callback in our words; None when it tells nothing we know. Unless `sure`, it only moves the tick."""
    found = said(fields["MessageUUID"], fields["Status"], fields.get("ErrorCode", ""), sure=sure)
    if found is None or not sure:
        return found
    sequence = _count(fields.get("Sequence", "")) or None
    units, sender = _count(fields.get("Units", "")), fields.get("From", "")
    return replace(found, units=units, at=_when(fields), sender=sender, sequence=sequence)


def said(reference: str, state: str, code: str, *, sure: bool) -> Report | None:
    """A state and an error code of Plivo's in our words."""
    words = own_words(state, code.strip("0 ") and f"ErrorCode {code}")
    state, code = state.casefold(), code.strip()
    status = STATUSES.get(state)
    if status is not Status.FAILED:
        return Report(reference, status, proven=sure, words=words) if status else None
    reason = REASONS.get(code, f"code {code}" if code.strip("0").isdigit() and len(code) < 8 else "")
    blocked = code in BLOCKED and state == "failed"
    free = state in NO_CHARGE or code == EXPIRED
    end = Status.BLOCKED if blocked else status
    return Report(reference, end, reason, free, BARS.get(code), sure, words=words)


def _when(fields: Mapping[str, str]) -> datetime | None:
    """When it happened: the latest step that Plivo has a time for (UTC)."""
    said = next((fields[name] for name in TIMES if fields.get(name)), "")
    try:
        return datetime.fromisoformat(said).replace(tzinfo=UTC)
    except ValueError:
        return None


def _count(said: str) -> int:
    return int(said) if said.isascii() and said.isdigit() and len(said) < 4 else 0


def _everything(address: str, fields: Mapping[str, str]) -> str:
    place, _, query = address.partition("?")
    asked = "&".join(f"{key}={value}" for key, value in sorted(parse_qsl(query, keep_blank_values=True)))
    given = "".join(f"{key}{fields[key]}" for key in sorted(fields))
    return place + ("?" if asked or given else "") + asked + ("." if asked and given else "") + given


def _sign(token: str, text: str) -> bytes:
    return base64.b64encode(hmac.digest(token.encode(), text.encode(), "sha256"))
