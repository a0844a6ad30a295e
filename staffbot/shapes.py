"""Objects as the protocol and the pages show them (contract section 5). Only this file knows their fields."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from core import calendar
from core.calendar import birthday
from core.compose.words import Command, Draft, Planned, Recipient, Warning
from core.delivery import segments
from core.delivery.words import BRINGS_NOTHING, Delivery, Status
from core.messages.marking import Piece
from core.messages.words import Attachment, Author, Conversation, Direction, Kind, Message, Notification, Quote, Task
from core.release import record
from core.release.words import Release
from staffbot import delivery_words, task_words, timeline_words, warning_words, wording
from staffbot.pieces import pieces

ALPHABET = {  # what the page counts texts with: the same tables, so that both agree (P59)
    "basic": "".join(sorted(segments.BASIC)),
    "extended": "".join(sorted(segments.EXTENDED)),
    "plain": dict(segments.PLAIN),
}
KIND_OF = {
    Command.SMS: wording.KINDS["sms"],
    Command.EMAIL: wording.KINDS["email"],
    Command.DIRECT: wording.KINDS["direct"],
    Command.FORM: wording.FORM,
}


def message(found: Message) -> dict[str, Any]:
    """A message."""
    return {
        "id": str(found.id),
        "conversation": str(found.conversation_id),
        "seq": found.seq,
        "kind": found.kind.value,
        "kind_words": kind_words(found),
        "direction": found.direction.value,
        "author": _author(found),
        "patient": str(found.patient_id) if found.patient_id else None,
        "subject": found.subject or None,
        "text": found.text,
        "pieces": pieces(found.text, found.mentions),
        "attachments": [attachment(one) for one in found.attachments],
        "created_at": moment(found.created_at),
        "edited_at": moment(found.edited_at),
        "deleted_at": moment(found.deleted_at),
        "reply_to": str(found.reply_to) if found.reply_to else None,
        "quoted": _quoted(found.quoted),
        "reactions": [
            {"mark": one.mark, "by": [str(by.id) for by in one.by], "names": [by.name for by in one.by]}
            for one in found.reactions
        ],
        "form": found.form,
        "deliveries": [delivery(one) for one in found.deliveries],
        "release": _release(found),
        "status": status_of(found),
        "task": task(found.task) if found.task else None,
    }


RUN = timedelta(minutes=5)  # what one person says within it of each other has one head in the chat (`rows.js`)


def goes_on(one: dict[str, Any], above: dict[str, Any] | None) -> bool:
    """Whether a message goes on with what the one above it says: the same person, the same way, a moment later."""
    if above is None or one["author"] != above["author"] or bool(one["form"]) != bool(above["form"]):
        return False
    later = datetime.fromisoformat(one["created_at"]) - datetime.fromisoformat(above["created_at"])
    return all(one[same] == above[same] for same in ("kind", "direction")) and later <= RUN


BLANK_MESSAGE: dict[str, Any] = {  # the row that scripts clone is the very row that pages are made of
    "id": "", "seq": "", "kind": "internal", "kind_words": "", "direction": "internal", "author": None, "subject": None,
    "text": "", "pieces": None, "attachments": [], "created_at": "", "edited_at": None, "deleted_at": None,
    "quoted": None, "reactions": [], "form": None, "status": None, "task": None,
}  # fmt: skip
BLANK_CONVERSATION: dict[str, Any] = {
    "id": "", "kind": "patient", "title": "", "members": [], "last_seq": 0, "unread": 0, "pinned": False,
    "muted": False, "mentioned": False, "typed": False, "everybodys": False, "last_at": None, "last": None,
}  # fmt: skip


def task(found: Task) -> dict[str, Any]:
    """A request; `held_by` are those who alone may end it or pass it on, nobody while it is free."""
    return {
        "state": found.state.value,
        "words": task_words.state(found),
        "asked_by": person(found.asked_by),
        "to": person(found.to),
        "holder": person(found.holder) if found.holder else None,
        "held_by": sorted(str(one) for one in found.held_by),
        "created_at": moment(found.created_at),
        "due_at": moment(found.due_at),
        "late": found.late,
    }


def kind_words(found: Message) -> str:
    """What a message is. Who sent an e-mail that came in can be made up (P52)."""
    if found.form:
        return wording.FORM
    if found.by_proxy:
        return wording.BY_PROXY
    unverified = found.kind is Kind.EMAIL and found.direction is Direction.INBOUND
    return wording.UNVERIFIED if unverified else wording.KINDS[found.kind.value]


def in_pieces(found: Iterable[Piece]) -> list[dict[str, Any]]:
    """A text in pieces, with those marked that were looked for."""
    return [{"text": one.text, "mark": True} if one.marked else {"text": one.text} for one in found]


def person(one: Author) -> dict[str, str]:
    """Somebody by id and name."""
    return {"id": str(one.id), "name": one.name}


def _quoted(found: Quote | None) -> dict[str, Any] | None:
    if found is None:
        return None
    author = found.author.name if found.author else None
    return {"id": str(found.id), "seq": found.seq, "author": author, "text": found.text}


def delivery(one: Delivery) -> dict[str, Any]:
    """A delivery; `words` is what a person reads."""
    return {
        "id": str(one.id),
        "channel": one.channel.value,
        "purpose": one.purpose.value,
        "to": one.to,
        "status": one.status.value,
        "at": moment(one.at),
        "reason": delivery_words.why(one.channel, one.status, one.reason),
        "words": delivery_words.state(one),
    }


def status_of(found: Message) -> dict[str, str] | None:
    """The one status a row shows."""
    status = record.stands(found)
    if status is None:
        return None
    if isinstance(status, Release):
        filtered = found.release.filtered and status is Release.WAITING
        code = Status.CANCELLED if status is Release.REVOKED and record.stayed(found) else status
        return {"code": code.value, "words": timeline_words.VISITS["filter"] if filtered else wording.RELEASE[status]}
    last = next(one for one in reversed(found.deliveries) if one.purpose not in BRINGS_NOTHING)
    return {"code": status.value, "words": delivery_words.state(last)}


def attachment(one: Attachment) -> dict[str, Any]:
    """A file of a message."""
    return {
        "id": str(one.id),
        "name": one.name,
        "type": one.type,
        "size": one.size,
        "url": f"/files/{one.id}",
        "state": one.state.value,
        "state_words": wording.FILE_STATES[one.state],
    }


def conversation(found: Conversation, last: Message | None = None) -> dict[str, Any]:
    """A conversation as one person sees it."""
    return {
        "id": str(found.id),
        "kind": found.kind.value,
        "title": found.title,
        "patient": str(found.patient_id) if found.patient_id else None,
        "members": [str(one) for one in found.members],
        "last_seq": found.last_seq,
        "unread": found.unread,
        "read_up_to": found.read_up_to,
        "sees_after": found.sees_after,
        "pinned": found.pinned,
        "muted": found.muted,
        "mentioned": found.mentioned,
        "everybodys": found.everybodys,
        "last_at": moment(found.last_at),
        "last": excerpt(last) if last else None,
    }


def excerpt(found: Message) -> dict[str, Any]:
    """A message in one line."""
    said = "This message was taken back." if found.deleted_at else " ".join(found.text.split())
    status = status_of(found)
    return {
        "id": str(found.id),
        "kind": found.kind.value,
        "kind_words": _what(found),
        "status_words": f"{_what(found)} {status['words'].casefold()}" if status else "",
        "form": found.form is not None,
        "text": said if len(said) < 90 else said[:89] + "…",
        "author": found.author.name if found.author else None,
        "inbound": found.direction is Direction.INBOUND,
        "failed": status is not None and status["code"] in ("failed", "bounced", "blocked"),
        "internal": found.kind is Kind.INTERNAL,
    }


def _what(found: Message) -> str:
    return wording.FORM if found.form else wording.KINDS[found.kind.value]


def draft(found: Draft) -> dict[str, Any]:
    """A draft: everything the preview card shows, and the line it was typed as.

    Where it arrives as different texts, each recipient has its own.
    """
    each = len({one.received for one in found.recipients}) > 1
    return {
        "id": str(found.id),
        "command": found.command.value,
        "kind_words": KIND_OF[found.command],
        "conversation": str(found.conversation_id) if found.conversation_id else None,
        "recipients": [_recipient(one, each) for one in found.recipients],
        "subject": found.subject or None,
        "text": found.text,
        "received": found.received,
        "form": found.form_title or None,
        "forms": [{"title": title, "url": f"/forms/{form_id}/preview"} for form_id, title in found.forms],
        "attachments": [attachment(one) for one in found.attachments],
        "segments": found.segments,
        "credits": found.credits,
        "balance_after": found.balance_after,
        "warnings": [_warning(one) for one in found.warnings],
        "expires_at": moment(found.expires_at),
        "until": moment(found.until),
        "until_words": f"{found.until:%a} {found.until.day} {found.until:%B}" if found.until else None,
        "hold": found.hold,
        "sensitive": found.sensitive,
        "seen": [{"channel": one.channel.value, "subject": one.subject, "text": one.text} for one in found.seen],
        "line": _line(found),
    }


def _recipient(one: Recipient, each: bool) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "name": one.name,
        "detail": f"born {birthday(one.born)}" if one.born else one.role or "no date of birth",
        "channels": [{"channel": channel.value, "to": to} for channel, to in one.channels],
        "received": one.received if each else None,
    }


def _warning(found: Warning) -> dict[str, Any]:
    return {
        "code": found.code,
        "message": warning_words.warning(found),
        "seen": found.facts.get("words", []),
        "decide": [{"value": one, "words": warning_words.decision(found, one)} for one in found.decide],
        **{key: found.facts[key] for key in ("front", "segments", "credits") if key in found.facts and found.decide},
    }


def _line(found: Draft) -> str:
    """The draft as it would be typed again, people bound by their ids."""
    people = ", ".join(f"@{one.id}" for one in found.recipients)
    subject = f"{found.subject} | " if found.command is Command.EMAIL else ""
    form = f"{found.form} " if found.form else ""
    expires = f"expires {found.expires_hours}h " if found.expires_hours else ""
    sensitive = "sensitive " if found.sensitive else ""
    return f"/{found.command.value} {people} {form}{sensitive}{expires}{subject}{found.text}".rstrip()


def planned(one: Planned, zone: str) -> dict[str, Any]:
    """A text or letter that will go at a time, said in the practice's zone."""
    return {
        "id": str(one.id),
        "command": one.command.value,
        "to": {"id": str(one.person), "name": one.name},
        "at": moment(one.at),
        "at_words": calendar.at(one.at, zone),
        "subject": one.subject or None,
        "text": one.text,
        "credits": one.credits,
    }


def notification(found: Notification) -> dict[str, Any]:
    """A notification."""
    return {
        "id": str(found.id),
        "conversation": str(found.conversation_id),
        "message": str(found.message_id),
        "from": {"id": str(found.sender.id), "name": found.sender.name} if found.sender else None,
        "title": found.title,
        "kind_words": wording.KINDS[found.kind.value],
        "text": task_words.notice(found),
        "reply_words": f"Reply to your team, not to {found.title}"
        if found.about_patient
        else f"Reply to {found.title}",
        "created_at": moment(found.created_at),
        "read_at": moment(found.read_at),
        "done_at": moment(found.done_at),
    }


def moment(at: datetime | None) -> str | None:
    """RFC 3339, UTC."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z") if at else None


def _author(found: Message) -> dict[str, Any] | None:
    """Who wrote it; None for the patient. What nobody wrote and never left is said by Latchkey, not by the patient."""
    if found.author is None and found.direction is Direction.INTERNAL:
        return {"id": "", "name": "Latchkey"}
    return person(found.author) if found.author else None


def _release(found: Message) -> dict[str, Any] | None:
    if found.release is None:
        return None
    return {"status": found.release.status.value, "expires_at": moment(found.release.expires_at)}
