"""Errors as pages and sentences for patients (ux.md B2, E31-E50). The one place."""

from collections.abc import Callable
from typing import Any

from core.calendar import clock
from core.delivery.credits import NoCredits
from core.errors import Invalid, LatchkeyError, NotFound, TooMany
from core.forms.answers import AlreadySent, StalePage
from core.forms.judging import LONGEST
from core.forms.kinds import shown as shown_answer
from core.forms.submission import NotComplete
from core.forms.words import Asked, Item, Kind, Limits
from core.forms.words import Invalid as Wrong
from core.messages.files import FileHeld
from core.messages.inspect import FileRefused
from core.release.birth import BirthMalformed
from core.release.card import CardMalformed
from core.release.code import CodeMalformed, CodeWrong
from core.release.crowd import Busy
from core.release.find import LinkExpired, LinkFrozen, LinkGone
from core.release.sends import AskLater, DayLimit, NoMobile, TextsWait
from core.seal.envelope import Unreadable
from core.seal.keyring import Erased
from core.web.csrf import ForeignRequest
from portal import shown
from portal.visit import NoLink, SessionOver

WRONG_CODE = "That code did not work. Type the 8 numbers from the newest text message, or press “Text me a new code”."
Say = Callable[[Any], str]

SENTENCES: dict[type[LatchkeyError], Say] = {
    CodeWrong: lambda e: (
        f"That code did not work. You can try {e.tries_left} more time{'s' if e.tries_left > 1 else ''}. "
        "After that, ask for a new code."
        if e.tries_left
        else WRONG_CODE
    ),
    CardMalformed: lambda e: "A card has 16 letters and numbers, like 7KQM-4T2X-9RBD-0HVC. Type them again.",
    BirthMalformed: lambda e: "Enter a real date, like 27 3 1985.",
    CodeMalformed: lambda e: "The code has 8 numbers, like 4821 9037. Type or paste them again.",
    AskLater: lambda e: (
        f"We have just sent you a code. It can take a minute. You can ask for another one at {clock(e.at, e.zone)}."
    ),
    Busy: lambda e: f"Many people are asking at once. Wait {e.wait} seconds, then go back and press the button again.",
    TextsWait: lambda e: (
        "We could not text you: our phone service does not answer just now. Try again later, or call us."
    ),
    DayLimit: lambda e: f"You have asked for {e.limit} codes today. Try again tomorrow, or call us.",
    FileRefused: lambda e: f"{_refused(e)} Your words are kept.",
    FileHeld: lambda e: shown.WAITING[e.state],
    TooMany: lambda e: "That was a lot in a short time. Wait a while, then try again. Your words are kept.",
    Invalid: lambda e: _invalid(e),
}

PAGES: dict[type[LatchkeyError], tuple[int, str]] = {
    LinkGone: (404, "dead/unknown.html"),
    NotFound: (404, "dead/unknown.html"),
    LinkExpired: (410, "dead/expired.html"),
    LinkFrozen: (410, "dead/frozen.html"),
    DayLimit: (429, "dead/too_many.html"),
    TooMany: (429, "dead/too_many.html"),
    Busy: (429, "dead/too_many.html"),
    NoMobile: (409, "dead/no_mobile.html"),
    NoCredits: (409, "dead/no_mobile.html"),
    TextsWait: (503, "dead/too_many.html"),
    SessionOver: (401, "dead/session_over.html"),
    NoLink: (400, "dead/cookies.html"),
    ForeignRequest: (400, "dead/cookies.html"),
    Erased: (404, "dead/unknown.html"),
    Unreadable: (404, "dead/unknown.html"),
    AlreadySent: (409, "form/already.html"),
    NotComplete: (422, "dead/unknown.html"),
    StalePage: (422, "dead/unknown.html"),
    FileRefused: (422, "error.html"),
    FileHeld: (409, "message/held.html"),
    Invalid: (422, "error.html"),
}
TOO_LARGE = frozenset({"size", "many", "together"})


def sentence(error: LatchkeyError) -> str:
    """What a patient reads about an error that is shown on the page they are on."""
    return SENTENCES[type(error)](error)


def wrong_card(error: CodeWrong) -> str:
    """What a patient reads where what was on a card did not open: wrong, used, too old or never made (S21)."""
    if error.tries_left:
        return f"That did not work. You can try {error.tries_left} more time{'s' if error.tries_left > 1 else ''}."
    return "That did not work. Type what is on your newest card again, or call us."


def status_of(error: LatchkeyError) -> int:
    """The HTTP status of an error that is shown on the page they are on."""
    if isinstance(error, FileRefused) and error.why in TOO_LARGE:
        return 413
    return PAGES[type(error)][0]


def page_for(error: LatchkeyError) -> tuple[int, str, dict[str, Any]]:
    """Status, page and what the page needs, for an error that has a page of its own."""
    status, template = PAGES.get(type(error), (400, "error.html"))
    facts: dict[str, Any] = {"reference": "", "status": status}
    if isinstance(error, DayLimit | TooMany | Busy | FileHeld | TextsWait):
        facts["problem"] = sentence(error)
    if isinstance(error, AlreadySent):
        facts["sent_on"] = f"{error.at.day} {error.at:%B}"
    return status, template, facts


def question(asked: Asked, wrong: Wrong) -> str:
    """What is wrong with the answer to a form's question, and what to do about it (F53)."""
    if wrong.human:
        return wrong.human
    item, limits = asked.item, asked.item.limits
    label = item.look.short_text or item.text or "This"
    match wrong.why:
        case "required" if item.kind is Kind.GROUP:
            return f"Answer at least one question about “{label}”."
        case "required" if asked.options or item.kind is Kind.BOOLEAN:
            return f"Choose an answer to “{label}”."
        case "required" if item.kind is Kind.ATTACHMENT:
            return f"Add a file for “{label}”."
        case "required":
            return f"Write an answer to “{label}”."
        case "option":
            return f"Choose one of the answers to “{label}”."
        case "occurs":
            return _how_many(limits)
        case "exclusive":
            return f"Choose “{next(o.label for o in asked.options if o.exclusive)}” on its own, or take it away."
        case "maxLength":
            return f"Make it shorter: {limits.max_length or LONGEST} letters or fewer."
        case "minLength":
            return f"Write at least {limits.min_length} letters."
        case "minValue" if limits.minimum is not None:
            return f"{label} must be {shown_answer(item, (limits.minimum,))} or more."
        case "maxValue" if limits.maximum is not None:
            return f"{label} must be {shown_answer(item, (limits.maximum,))} or less."
        case "minValue":
            return f"{label} is too low. Look at it again."
        case "maxValue":
            return f"{label} is too high. Look at it again."
        case "decimals":
            return f"{label} must have {limits.decimals} decimal places or fewer."
        case "unit":
            return "Choose one of the units."
        case "type" | "regex":
            return _like(item)
    return "That does not fit here. Look at it again."


def _how_many(limits: Limits) -> str:
    if limits.max_occurs is not None and limits.min_occurs is not None:
        return f"Give at least {limits.min_occurs} and no more than {limits.max_occurs}."
    if limits.max_occurs is not None:
        return f"Choose no more than {limits.max_occurs}."
    if limits.min_occurs is not None:
        return f"Give at least {limits.min_occurs}."
    return "Choose only one."


def _like(item: Item) -> str:
    """What an answer of that kind looks like."""
    label = item.look.short_text or item.text or "This"
    if item.look.entry_format:
        return f"Write it like this: {item.look.entry_format}."
    return {
        Kind.INTEGER: f"{label} must be a whole number, like 15.",
        Kind.DECIMAL: f"{label} must be a number, like 2.5.",
        Kind.QUANTITY: f"{label} must be a number, like 2.5.",
        Kind.DATE: "Enter a real date, like 27 3 1985.",
        Kind.DATE_TIME: "Enter a real date, like 27 3 1985, and a time like 14:30.",
        Kind.TIME: "Enter a time, like 14:30 or 2.30 pm.",
        Kind.URL: "Enter a full address, like https://example.org/.",
        Kind.ATTACHMENT: "We cannot take a file of that kind here.",
    }.get(item.kind, "That does not fit here. Look at it and write it again.")


def _invalid(error: Invalid) -> str:
    if error.why == "empty":
        return "Write your answer first, then press “Send my answer”."
    if error.why == "too_long":
        over = error.facts["over"]
        return f"Your answer is {over} letters too long. Make it shorter, or send it in two parts."
    return "Some letters in your answer cannot be sent. Type it again without them."


def _refused(error: FileRefused) -> str:
    """Which file, why, and what can be sent instead (E43)."""
    could_not = f"We could not take {error.name}."
    if error.why == "many":
        return f"{could_not} You can send {error.facts['limit']} files at a time. Send the others in a second answer."
    if error.why == "together":
        return f"{could_not} All files together can be 25 MB. Send the others in a second answer."
    if error.why == "full":
        return f"{could_not} You have sent us all the files we can keep. Call us, and we will make room."
    if error.why == "locked":
        return f"{could_not} It needs a password to open. Save it without one, and send it again."
    return f"{could_not} You can send photos (JPEG, PNG, HEIC) and PDF files up to 10 MB."
