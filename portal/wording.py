"""Errors as pages and sentences for patients (ux.md B2, E31-E50). The one place."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import has_request_context, request
from markupsafe import Markup

from core.calendar import clock_from, day_of_month
from core.delivery.credits import NoCredits
from core.errors import Invalid, LatchkeyError, NotFound, TooMany
from core.forms.answering.submission import NotComplete
from core.forms.answers import AlreadySent, StalePage
from core.forms.asking.dates import Fault
from core.forms.asking.judging import LONGEST
from core.forms.kinds import shown as shown_answer
from core.forms.words import Asked, Item, Kind, Limits
from core.forms.words import Invalid as Wrong
from core.messages.files import FileHeld
from core.messages.inspect import FileRefused
from core.release.birth import BirthMalformed
from core.release.card import CardMalformed
from core.release.code import CodeMalformed, CodeWrong
from core.release.crowd import Busy
from core.release.find import LinkExpired, LinkFrozen, LinkGone
from core.release.pin import PinNotTyped
from core.release.sends import AskLater, DayLimit, NoMobile, TextsWait
from core.seal.envelope import Unreadable
from core.seal.keyring import Erased
from core.web.csrf import ForeignRequest
from portal import date_words, shown
from portal.language import page_language, say, say_many
from portal.parts import phone_link
from portal.visit import NoLink, SessionOver, by_card, card, maybe_before, moved_on

WRONG_CODE = "That code did not work. Type the 8 numbers from the newest text message, or press “Text me a new code”."
Say = Callable[[Any], str]

SENTENCES: dict[type[LatchkeyError], Say] = {
    CodeWrong: lambda e: wrong_code(e),
    CardMalformed: lambda e: say("A card has 16 letters and numbers, like 7KQM-4T2X-9RBD-0HVC. Type them again."),
    BirthMalformed: lambda e: say("Enter a real date, like 27 3 1985."),
    PinNotTyped: lambda e: say("Type your PIN, too. It is the one you chose with us."),
    CodeMalformed: lambda e: say("The code has 8 numbers, like 4821 9037. Type or paste them again."),
    AskLater: lambda e: say(
        "We have just sent you a code. It can take a minute. You can ask for another one at %(time)s.",
        time=clock_from(e.at, e.zone),
    ),
    Busy: lambda e: say(
        "Many people are asking at once. Wait %(wait)s seconds, then go back and press the button again.", wait=e.wait
    ),
    TextsWait: lambda e: say(
        "We could not text you: our phone service does not answer just now. Try again later, or call us."
    ),
    DayLimit: lambda e: _enough(e),
    FileRefused: lambda e: f"{refused(e)} {say('Your words are kept.')}",
    FileHeld: lambda e: say(shown.WAITING[e.state]),
    TooMany: lambda e: say("That was a lot in a short time. Wait a while, then try again. Your words are kept."),
    Invalid: lambda e: _invalid(e),
}

PAGES: dict[type[LatchkeyError], tuple[int, str]] = {
    LinkGone: (404, "dead/unknown.html"),
    NotFound: (404, "dead/unknown.html"),
    LinkExpired: (410, "dead/expired.html"),
    LinkFrozen: (410, "dead/frozen.html"),
    DayLimit: (429, "dead/enough.html"),
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
KINDS_TAKEN = "You can send photos (JPEG, PNG, HEIC) and PDF files up to 10 MB."
INSTEAD: dict[str, str] = {
    "together": "All files together can be 25 MB. Send the others in a second answer.",
    "full": "You have sent us all the files we can keep. Call us, and we will make room.",
    "locked": "It needs a password to open. Save it without one, and send it again.",
}
FORMS = frozenset({"form", "form_end"})  # blueprints
BEHIND = FORMS | {"message"}
TOO_LARGE = frozenset({"size", "many", "together"})


def sentence(error: LatchkeyError) -> str:
    """What a patient reads about an error that is shown on the page they are on."""
    return SENTENCES[type(error)](error)


def asked_elsewhere(error: AskLater) -> str:
    """What a patient reads who asks just after another browser did: its code opens nothing here (S12)."""
    return say(
        "A code was just asked for on another device or in another app. It only works there. Go back there and type it."
        " Or wait, and press “Text me a code” here at %(time)s.",
        time=clock_from(error.at, error.zone),
    )


def wrong_card(error: CodeWrong) -> str:
    """What a patient reads where what was on a card did not open: wrong, used, too old or never made (S21)."""
    if error.tries_left:
        return _tries(error)
    return say("That did not work. Type what is on your newest card again, or call us.")


def _tries(error: CodeWrong) -> str:
    return say_many(
        "That did not work. You can try %(count)s more time.",
        "That did not work. You can try %(count)s more times.",
        error.tries_left or 0,
    )


def wrong_code(error: CodeWrong, *, beside: bool = False) -> str:
    """What a patient reads about a code that opened nothing, alone or `beside` a PIN or a date: never which it was."""
    if beside:
        if error.tries_left:
            return f"{_tries(error)} {say('Check each thing that you typed.')}"
        return say("That did not work. Check each thing that you typed, or press “Text me a new code”.")
    if error.tries_left:
        return say_many(
            "That code did not work. You can try %(count)s more time. After that, ask for a new code.",
            "That code did not work. You can try %(count)s more times. After that, ask for a new code.",
            error.tries_left,
        )
    return say(WRONG_CODE)


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
    if isinstance(error, DayLimit):
        facts["asked"] = False
    if isinstance(error, AlreadySent):
        facts["sent_on"] = _date(error.at)
    if isinstance(error, SessionOver):
        facts["by_card"] = by_card()
    if isinstance(error, NoLink) and has_request_context() and request.blueprint in BEHIND:
        template = "message/locked.html"  # whoever goes back after *Lock*, or kept the address: it takes the link again
        facts["typed"] = request.form.get("text", "").strip() if moved_on() else ""  # taken back while they wrote
        facts["followed"] = maybe_before() is not None
    if isinstance(error, ForeignRequest) and has_request_context() and moved_on():
        template, facts["typed"] = "dead/too_old.html", request.form.get("text", "").strip()
    if isinstance(error, LinkExpired) and has_request_context() and request.blueprint in FORMS:
        template, facts["until"] = "form/over.html", _date(error.at)  # E47: who is inside may know until when it was
    return status, template, facts


def question(asked: Asked, wrong: Wrong, fault: Fault | None = None, length: int = 0) -> str:
    """What is wrong with the answer to a form's question, and what to do about it (F53).

    `fault` is that of a date, `length` the characters of a text.
    """
    if wrong.human:
        return wrong.human
    item, why = asked.item, wrong.why
    label = item.look.short_text or item.text or say("This")
    if why == "required":
        return _missing(asked, label)
    if why == "type" and item.kind in (Kind.DATE, Kind.DATE_TIME):
        return date_words.problem(item, fault)
    if why in ("type", "regex"):
        return _like(item)
    return _choosing(asked, why, label) or _beyond(item, why, label, length)


def _missing(asked: Asked, label: str) -> str:
    """Nothing was answered: what to do depends on what is asked for."""
    item = asked.item
    if item.kind is Kind.GROUP:
        return say("Answer at least one question about “%(label)s”.", label=label)
    if asked.options or item.kind is Kind.BOOLEAN:
        return say("Choose an answer to “%(label)s”.", label=label)
    if item.look.control == "signature":
        return say("Type your name for “%(label)s”.", label=label)
    if item.kind is Kind.ATTACHMENT:
        return say("Add a file for “%(label)s”.", label=label)
    return say("Write an answer to “%(label)s”.", label=label)


def _choosing(asked: Asked, why: str, label: str) -> str:
    """What was chosen is not offered, too much or too little; empty where something else is wrong."""
    match why:
        case "option":
            return say("Choose one of the answers to “%(label)s”.", label=label)
        case "occurs":
            return _how_many(asked.item.limits)
        case "exclusive":
            alone = next(option.label for option in asked.options if option.exclusive)
            return say("Choose “%(label)s” on its own, or take it away.", label=alone)
        case "unit":
            return say("Choose one of the units.")
    return ""


def _beyond(item: Item, why: str, label: str, length: int) -> str:
    """What was written breaks a limit."""
    limits, named = item.limits, _named(label)
    match why:
        case "maxLength":
            most = min(limits.max_length or LONGEST, LONGEST)
            return say(
                "%(label)s must be %(limit)s characters or fewer. You have %(found)s.",
                label=named, limit=most, found=length,
            )  # fmt: skip
        case "minLength":
            return say("Write at least %(limit)s letters.", limit=limits.min_length)
        case "minValue" if limits.minimum is not None:
            least = shown_answer(item, (limits.minimum,), page_language())
            return say("%(label)s must be %(limit)s or more.", label=named, limit=least)
        case "maxValue" if limits.maximum is not None:
            greatest = shown_answer(item, (limits.maximum,), page_language())
            return say("%(label)s must be %(limit)s or less.", label=named, limit=greatest)
        case "minValue":
            return say("%(label)s is too low. Look at it again.", label=named)
        case "maxValue":
            return say("%(label)s is too high. Look at it again.", label=named)
        case "decimals":
            return say("%(label)s must have %(limit)s decimal places or fewer.", label=named, limit=limits.decimals)
    return say("That does not fit here. Look at it again.")


def _named(label: str) -> str:
    """What a question is called inside a sentence: as it stands, or in quotes where it is a sentence itself."""
    return say("“%(label)s”", label=label) if label.endswith(("?", ".", "!", ":")) else label


def _how_many(limits: Limits) -> str:
    if limits.max_occurs is not None and limits.min_occurs is not None:
        return say(
            "Give at least %(least)s and no more than %(most)s.", least=limits.min_occurs, most=limits.max_occurs
        )
    if limits.max_occurs is not None:
        return say("Choose no more than %(most)s.", most=limits.max_occurs)
    if limits.min_occurs is not None:
        return say("Give at least %(least)s.", least=limits.min_occurs)
    return say("Choose only one.")


def _like(item: Item) -> str:
    """What an answer of that kind looks like."""
    label = _named(item.look.short_text or item.text or say("This"))
    if item.look.entry_format:
        return say("Write it like this: %(example)s.", example=item.look.entry_format)
    return {
        Kind.INTEGER: say("%(label)s must be a whole number, like 15.", label=label),
        Kind.DECIMAL: say("%(label)s must be a number, like 2.5.", label=label),
        Kind.QUANTITY: say("%(label)s must be a number, like 2.5.", label=label),
        Kind.TIME: say("Enter a time, like 14:30 or 2.30 pm."),
        Kind.URL: say("Enter a full address, like https://example.org/."),
        Kind.ATTACHMENT: say("We cannot take a file of that kind here."),
    }.get(item.kind, say("That does not fit here. Look at it and write it again."))


def _enough(error: DayLimit) -> Markup:
    said = say("You have asked for %(limit)s codes today. Try again tomorrow, or call %(phone)s.")
    return Markup(said) % {"limit": error.limit, "phone": phone_link(card())}  # noqa: S704


def _invalid(error: Invalid) -> str:
    if error.field == "signature":
        return say("Type your full name and tick “I sign this”. Then send your answers again.")
    if error.why == "drawing":
        return say("We could not read your drawing. Draw it again, or type your name.")
    if error.why == "empty":
        return say("Write your answer first, then press “Send”.")
    if error.why == "too_long":
        over = error.facts["over"]
        return say("Your answer is %(over)s letters too long. Make it shorter, or send it in two parts.", over=over)
    return say("Some letters in your answer cannot be sent. Type it again without them.")


def refused(error: FileRefused) -> str:
    """Which file, why, and what can be sent instead (E43)."""
    could_not = say("We could not take %(file)s.", file=error.name)
    if error.why == "many":
        return f"{could_not} " + say(
            "You can send %(limit)s files at a time. Send the others in a second answer.", limit=error.facts["limit"]
        )
    return f"{could_not} {say(INSTEAD.get(error.why, KINDS_TAKEN))}"


def too_much() -> str:
    """What a patient reads whose files were too large to be looked at one by one."""
    too_large, limits = say("Your files are too large."), say("Each can be 10 MB, and all together 25 MB.")
    return f"{too_large} {limits} {say('Your words are kept.')}"


def _date(at: datetime) -> str:
    """`23 November`, `23. November`, in the practice's own time zone."""
    practice = card()
    return day_of_month(at.astimezone(ZoneInfo(practice.time_zone) if practice else UTC), page_language())
