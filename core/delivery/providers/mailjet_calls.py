"""Mailjet's callbacks in our words: events about letters, and letters that came in. Pure, and without its library."""

import base64
import binascii
import hashlib
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any
from uuid import UUID

import nh3
import orjson

from core.delivery.providers.own_words import own_words
from core.delivery.words import Bar, Letter, Report, Status

MOST_EVENTS = 500
STRUCTURE = {"p", "div", "br", "li", "tr", "h1", "h2", "h3", "blockquote"}  # what makes lines
UNSEEN = {"script", "style", "title"}
REASONS: Mapping[str, str] = {  # P36
    **dict.fromkeys(("user unknown", "mailbox inactive", "invalid domain", "no mail host"), "mailbox"),
    **dict.fromkeys(("spam reporter", "blacklisted", "preblocked", "spam content"), "filtered"),
    **dict.fromkeys(("sender blocked", "content blocked", "policy issue"), "standing"),
    "quota exceeded": "full",
    "duplicate in campaign": "refused",  # our own mistake, whoever it goes to
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
SAYS = ("event", "error_related_to", "error", "comment", "smtp_reply", "source")  # in its own words; none is about whom
HALF = re.compile(rb"\\u[dD][89a-fA-F]")
ESCAPE = re.compile(  # in a JSON string; a group only where it is half a character
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})|\\."
)
MACHINES = ("mailer-daemon@", "postmaster@", "no-reply@", "noreply@", "do-not-reply@", "donotreply@")
BULK = frozenset({"bulk", "junk", "list", "auto_reply"})


def parsed(raw: bytes) -> Any:
    """The JSON of a call. Half a character of a pair, as a mailer leaves that cuts a subject, is read as U+FFFD.

    JSON's grammar has it (RFC 8259, 8.2), strict readers do not: one would lose the letter, and all events beside it.

    Raises ValueError.
    """
    return orjson.loads(ESCAPE.sub(lambda one: rb"\ufffd" if one[1] else one[0], raw) if HALF.search(raw) else raw)


def events(given: Any) -> list[tuple[UUID | None, Report]]:
    """Events as reports by delivery, None for those without our mark (P33).

    What tells nothing, or cannot be understood, is left out (P32, P45).

    Raises ValueError when it is neither an event nor a list of at most 500.
    """
    if isinstance(given, dict):
        given = [given]
    if not isinstance(given, list) or len(given) > MOST_EVENTS:
        raise ValueError("not events")
    return [told for one in given if isinstance(one, dict) and (told := _event(one))]


def tracked(given: Any) -> int:
    """How many of the events say that a letter was opened or followed. Machines open mail too: it tells nothing."""
    told = given if isinstance(given, list) else [given]
    return sum(isinstance(one, dict) and one.get("event") in ("open", "click") for one in told)


def addressed(given: Any) -> tuple[str, UUID | None]:
    """Where a letter of the Parse API went, and what it answers as Mailjet kept it.

    Raises ValueError when it names no recipient.
    """
    if not isinstance(given, dict) or not isinstance(given.get("Recipient"), str):
        raise ValueError("not a letter")
    return _text(given["Recipient"]), _delivery(given.get("CustomID"))


def incoming(given: Any) -> Letter:
    """A letter of the Parse API. Raises ValueError when it names no recipient."""
    to, answers = addressed(given)
    headers = _headers(given.get("Headers"))
    sender, text = _text(given.get("Sender")), _text(given.get("Text-part")) or _words(_text(given.get("Html-part")))
    files, unreadable = _files(given)
    marks = [headers.get("message-id", ""), text, *(hashlib.sha256(data).hexdigest() for _, data in files)]
    return Letter(
        to=to,
        sender=sender,
        subject=" ".join(_text(given.get("Subject")).split()),
        text=text.strip(),
        once=hashlib.sha256("\0".join(marks).encode()).hexdigest(),
        delivery_id=answers,
        automatic=_automatic(headers, sender),
        spam=_score(given.get("SpamAssassinScore")),
        files=files,
        unreadable=unreadable,
    )


def _files(given: dict[str, Any]) -> tuple[tuple[tuple[str, bytes], ...], tuple[str, ...]]:
    """The files that a letter's parts name, and the names of those that are no base64 (P55)."""
    files, unreadable = [], []
    parts = given.get("Parts")
    for part in parts if isinstance(parts, list) else []:
        ref = part.get("ContentRef") if isinstance(part, dict) else None
        if not isinstance(ref, str) or not ref.startswith(("Attachment", "InlineAttachment")):
            continue
        name = _file_name(_headers(part.get("Headers")))
        try:
            files.append((name, base64.b64decode(str(given.get(ref, "")).encode(), validate=True)))
        except (binascii.Error, ValueError):
            unreadable.append(name)
    return tuple(files), tuple(unreadable)


def _file_name(headers: Mapping[str, str]) -> str:
    """The name a part gives its file, whichever header has it; encoded words are read."""
    for header, key in (("content-disposition", "filename"), ("content-type", "name")):
        message = EmailMessage()
        try:
            message[header] = headers.get(header, "").replace("\n", " ").replace("\r", " ")
            found = message[header].params.get(key, "") if header in message else ""
        except (ValueError, AttributeError, LookupError, TypeError):
            continue
        if found:
            return _text(str(found))
    return "file"


def _delivery(custom_id: Any) -> UUID | None:
    try:
        return UUID(custom_id)
    except (ValueError, TypeError, AttributeError):
        return None


def _score(said: Any) -> float:
    try:
        score = float(said)
    except (ValueError, TypeError, OverflowError):
        return 0
    return score if math.isfinite(score) else 0


def _event(given: dict[str, Any]) -> tuple[UUID | None, Report] | None:
    delivery_id, reference = _delivery(given.get("CustomID")), str(given.get("MessageID", ""))
    if not reference:
        return None
    at, error = _when(given.get("time")), str(given.get("error", "")).casefold()
    said = own_words(*(given.get(name) for name in SAYS))
    reason = REASONS.get(error, "trouble")
    bar = SUPPRESSING.get(error)
    match given.get("event"):
        case "sent":  # the recipient's server took it
            return delivery_id, Report(reference, Status.DELIVERED, at=at, words=said)
        case "bounce":
            spam = given.get("error_related_to") == "spam"
            status = Status.BLOCKED if spam else Status.BOUNCED
            return delivery_id, Report(
                reference,
                status,
                reason,
                bar=bar if given.get("hard_bounce") else None,
                proven=False,
                at=at,
                words=said,
            )
        case "blocked":
            return delivery_id, Report(reference, Status.BLOCKED, reason, bar=bar, proven=False, at=at, words=said)
        case "spam" | "unsub" as event:  # it arrived; what the person thinks of it is about the address alone (P67)
            bar = Bar.COMPLAINT if event == "spam" else Bar.UNSUBSCRIBED
            return delivery_id, Report(reference, Status.DELIVERED, bar=bar, proven=False, at=at, words=said)
    return None


def _when(seconds: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, TypeError, OverflowError, OSError):
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
    reader.feed(nh3.clean(html, tags=STRUCTURE, attributes={}, clean_content_tags=UNSEEN))
    reader.close()
    lines = ("".join(reader.said)).splitlines()
    return "\n".join(" ".join(line.split()) for line in lines if line.strip())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.said.append("\n")

    def handle_data(self, data: str) -> None:
        self.said.append(data)
