"""What the message page shows, in words: dates, files, answers, who opened it (U78)."""

from typing import Any
from zoneinfo import ZoneInfo

from core.calendar import clock
from core.messages.filetypes import TYPES
from core.messages.words import Attachment, FileState, Message
from core.release.reading import CALL_ME, ONLY_FILES, Reading
from portal.language import day, say

WAITING = {
    FileState.PENDING: "We are still checking this file. Look again in a minute.",
    FileState.INFECTED: "We held this file back. Call us, and we will send it again.",
    FileState.ERROR: "We held this file back. Call us, and we will send it again.",
    FileState.ERASED: "This file was erased.",
}


def room(seen: Reading) -> dict[str, Any]:
    """Everything behind the lock, as the page needs it."""
    zone = seen.practice.time_zone
    return {
        "sender": seen.sender,
        "by_card": seen.by_card,
        "sent_on": _moment(seen.message, zone),
        "sent_year": _year(seen.message, zone),
        "paragraphs": [part for part in seen.message.text.split("\n") if part.strip()],
        "files": [file_facts(one) for one in seen.message.attachments],
        "until": day(seen.until, zone),
        "openings": [
            say("%(day)s at %(time)s on %(device)s", day=day(at, zone), time=clock(at, zone), device=_device(device))
            for at, device in seen.openings
        ],
        "answers": [_answer(one, zone) for one in seen.answers],
    }


def file_facts(one: Attachment) -> dict[str, Any]:
    """A file as a page shows it; `wait` says why it cannot be fetched, if it cannot."""
    kind = say(TYPES[one.type].words) if one.type in TYPES else say("File")
    return {
        "id": one.id,
        "name": one.name,
        "kind": kind,
        "size": size_in_words(one.size),
        "wait": say(WAITING[one.state]) if one.state in WAITING else "",
    }


def size_in_words(size: int) -> str:
    """`420 KB`, `1.2 MB`."""
    return f"{size / (1 << 20):.1f} MB" if size >= 1 << 20 else f"{max(1, size >> 10)} KB"


def _device(named: str) -> str:
    """`an iPhone with Safari`: the device has its words in each language, a browser's name is its own."""
    device, known, browser = named.partition(" with ")
    return say("%(device)s with %(browser)s", device=say(device), browser=browser) if known else say(device)


def _answer(one: Message, zone: str) -> dict[str, Any]:
    return {
        "when": _moment(one, zone),
        "year": _year(one, zone),
        "text": say("You sent the form “%(title)s”.", title=one.form["title"]) if one.form else _own_words(one.text),
        "by_proxy": one.by_proxy,
        "files": [file_facts(file) for file in one.attachments],
    }


def _own_words(text: str) -> str:
    """What the patient wrote; what the page wrote for them is read in their language."""
    written, call_me = (text.removesuffix(CALL_ME), say(CALL_ME)) if text.endswith(CALL_ME) else (text, "")
    return say(ONLY_FILES) if text == ONLY_FILES else written + call_me


def _moment(one: Message, zone: str) -> str:
    return f"{day(one.created_at, zone)}, {clock(one.created_at, zone)}"


def _year(one: Message, zone: str) -> int:
    """Said on paper alone: a page is read within a month."""
    return one.created_at.astimezone(ZoneInfo(zone)).year
