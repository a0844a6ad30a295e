"""Mailjet's callbacks in our words: events about letters, and letters that came in. Pure, and without its library."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from uuid import UUID

from core.delivery.words import Bar, Report, Status

MOST_EVENTS = 500
REASONS: Mapping[str, str] = {  # P36
    **dict.fromkeys(("user unknown", "mailbox inactive", "invalid domain", "no mail host"), "mailbox"),
    **dict.fromkeys(("spam reporter", "blacklisted", "preblocked", "spam content"), "filtered"),
    **dict.fromkeys(("sender blocked", "content blocked", "policy issue"), "standing"),
    "quota exceeded": "full",
}
SUPPRESSING: Mapping[str, Bar] = {
    **dict.fromkeys(("user unknown", "mailbox inactive", "invalid domain", "no mail host"), Bar.HARD_BOUNCE),
    **dict.fromkeys(("spam reporter", "blacklisted", "preblocked"), Bar.BLOCKED),
}
STATES: Mapping[str, tuple[Status, Bar | None]] = {  # of a letter, asked for by its id
    **dict.fromkeys(("processed", "queued", "deferred"), (Status.SENT, None)),
    **dict.fromkeys(("sent", "opened", "clicked"), (Status.DELIVERED, None)),
    "softbounced": (Status.BOUNCED, None),
    "hardbounced": (Status.BOUNCED, Bar.HARD_BOUNCE),
    "blocked": (Status.BLOCKED, Bar.BLOCKED),
    "spam": (Status.DELIVERED, Bar.COMPLAINT),
    "unsub": (Status.DELIVERED, Bar.UNSUBSCRIBED),
}
MACHINES = ("mailer-daemon@", "postmaster@", "no-reply@", "noreply@", "do-not-reply@", "donotreply@")
BULK = frozenset({"bulk", "junk", "list", "auto_reply"})


@dataclass(frozen=True, slots=True)
class Incoming:
    """A letter that came in. `automatic`: written by a machine, so that nobody needs to be told (P53)."""

    to: str
    sender: str
    subject: str
    text: str
    once: str
    automatic: bool


def events(given: Any) -> list[tuple[UUID, Report]]:
    """Events as reports by delivery. What tells nothing, or cannot be understood, is left out (P32, P45).

    Raises ValueError when it is neither an event nor a list of at most 500.
    """
    if isinstance(given, dict):
        given = [given]
    if not isinstance(given, list) or len(given) > MOST_EVENTS:
        raise ValueError("not events")
    return [told for one in given if isinstance(one, dict) and (told := _event(one))]


def incoming(given: Any) -> Incoming:
    """A letter of the Parse API. Raises ValueError when it names no recipient."""
    if not isinstance(given, dict) or not isinstance(given.get("Recipient"), str):
        raise ValueError("not a letter")
    headers = _headers(given.get("Headers"))
    sender, text = _text(given.get("Sender")), _text(given.get("Text-part")) or _words(_text(given.get("Html-part")))
    once = hashlib.sha256(f"{headers.get('message-id', '')}\0{text}".encode()).hexdigest()
    subject = " ".join(_text(given.get("Subject")).split())
    return Incoming(given["Recipient"], sender, subject, text.strip(), once, _automatic(headers, sender))


def _event(given: dict[str, Any]) -> tuple[UUID, Report] | None:
    try:
        delivery_id, reference = UUID(given["CustomID"]), str(given["MessageID"])
    except (KeyError, ValueError, TypeError, AttributeError):
        return None
    error = str(given.get("error", "")).casefold()
    reason = REASONS.get(error, "trouble")
    bar = SUPPRESSING.get(error)
    match given.get("event"):
        case "sent":  # the recipient's server took it
            return delivery_id, Report(reference, Status.DELIVERED)
        case "bounce":
            spam = given.get("error_related_to") == "spam"
            status = Status.BLOCKED if spam else Status.BOUNCED
            return delivery_id, Report(
                reference, status, reason, bar=bar if given.get("hard_bounce") else None, proven=False
            )
        case "blocked":
            return delivery_id, Report(reference, Status.BLOCKED, reason, bar=bar, proven=False)
        case "spam" | "unsub" as event:  # it arrived; what the person thinks of it is about the address alone (P67)
            bar = Bar.COMPLAINT if event == "spam" else Bar.UNSUBSCRIBED
            return delivery_id, Report(reference, Status.DELIVERED, bar=bar, proven=False)
    return None


def _headers(given: Any) -> dict[str, str]:
    """Most come as lists, a few as strings, in any letter case (P46)."""
    if not isinstance(given, dict):
        return {}
    return {str(k).casefold(): " ".join(map(str, v)) if isinstance(v, list) else str(v) for k, v in given.items()}


def _automatic(headers: Mapping[str, str], sender: str) -> bool:
    return (
        headers.get("auto-submitted", "no").casefold() != "no"
        or headers.get("precedence", "").casefold() in BULK
        or "x-autoreply" in headers
        or "x-auto-response-suppress" in headers
        or headers.get("return-path", "<?>").strip() in ("", "<>")
        or headers.get("content-type", "").casefold().startswith("multipart/report")
        or sender.casefold().startswith(MACHINES)
    )


def _text(value: Any) -> str:
    """A string without what no person types: PostgreSQL takes no NUL, and half a character is none."""
    return value.replace("\0", "").encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def _words(html: str) -> str:
    """The words of a letter that came without a text part; nothing of its markup is ever shown."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = ("".join(reader.said)).splitlines()
    return "\n".join(" ".join(line.split()) for line in lines if line.strip())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in ("script", "style", "head", "title")
        if tag in ("p", "div", "br", "li", "tr", "h1", "h2", "h3"):
            self.said.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= self._hidden > 0 and tag in ("script", "style", "head", "title")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.said.append(data)
