"""Errors, warnings and statuses as sentences for staff (ux.md B2, U61). The one place."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from core.compose.words import (
    Command,
    MissingBoth,
    MissingEmail,
    MissingMobile,
    NotThen,
    OptedOut,
    Stale,
    TooLate,
    Undecided,
)
from core.delivery.credits import NoCredits
from core.delivery.suppression import Suppressed
from core.delivery.words import Channel, Entry
from core.errors import Forbidden, Invalid, LatchkeyError, NotFound, TooMany
from core.forms.erasing import SharesItsKey
from core.messages.files import FileHeld
from core.messages.inspect import FileRefused
from core.messages.tasks import TaskOver, TaskTaken
from core.messages.words import FileState
from core.patients.record import ChangedMeanwhile, KnownAlready
from core.practice.plans import NotOnTrial, TrialOver
from core.release.pin import MissingPin
from core.release.words import RELEASE_WORDS
from core.seal.envelope import Unreadable
from core.seal.keyring import Erased
from core.web.csrf import ForeignRequest
from staffbot import (
    account_words,
    addresses,
    away_words,
    form_words,
    patient_words,
    portal_words,
    task_words,
    template_words,
    warning_words,
)
from staffbot.commands.errors import Ambiguous, NoneCalled, NoOneFits, NothingOpen, UnknownCommand

Say = Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class Said:
    """An error as it is told: the protocol's code, the sentence, the HTTP status of pages."""

    code: str
    message: str
    status: int = 422


CODES: dict[type[LatchkeyError], tuple[str, int]] = {
    **account_words.CODES,
    UnknownCommand: ("unknown_command", 422),
    Ambiguous: ("ambiguous", 422),
    NoOneFits: ("not_found", 404),
    NoneCalled: ("not_found", 404),
    NothingOpen: ("not_found", 404),
    NotFound: ("not_found", 404),
    Erased: ("not_found", 404),
    Unreadable: ("not_found", 404),
    Forbidden: ("forbidden", 403),
    ForeignRequest: ("forbidden", 403),
    NotOnTrial: ("plan", 403),
    TrialOver: ("plan", 403),
    NoCredits: ("no_credits", 409),
    MissingEmail: ("missing_email", 409),
    MissingMobile: ("missing_mobile", 409),
    MissingPin: ("invalid", 409),
    MissingBoth: ("missing_email", 409),
    OptedOut: ("opted_out", 409),
    Suppressed: ("opted_out", 409),
    Invalid: ("invalid", 422),
    KnownAlready: ("invalid", 409),
    ChangedMeanwhile: ("stale", 409),
    FileRefused: ("invalid", 422),
    FileHeld: ("invalid", 409),
    **form_words.CODES,
    Stale: ("stale", 409),
    TooLate: ("stale", 409),
    TaskTaken: ("stale", 409),
    TaskOver: ("stale", 409),
    SharesItsKey: ("invalid", 409),
    Undecided: ("invalid", 422),
    NotThen: ("invalid", 422),
    TooMany: ("too_many", 429),
}

TRIES = frozenset(
    {"sign-in", "sign-ins", "accounts", "second factor"}
)  # what too many were of, where nothing was typed but who one is
KNOWN_AGAIN = 60  # letters of what was typed that a sentence repeats
RIGHTS: dict[str, str] = {
    "send_sms": "send texts",
    "send_email": "send emails",
    "send_direct": "send Direct Messages",
    "send_form": "send forms",
    "take_back": "take messages back",
    "see_patients": "see patients",
    "add_patients": "add patients",
    "edit_patients": "change patients",
    "see_credits": "see credits",
    "see_history": "see what messages said before",
    "erase_records": "erase records",
    "administer": "administer the practice",
}

INVALID: dict[tuple[str, str], str] = {
    **task_words.INVALID,
    **template_words.INVALID,
    **form_words.INVALID,
    **away_words.INVALID,
    **portal_words.INVALID,
    **patient_words.INVALID,
    ("language", "own"): "The form is written in this language itself. Choose another one.",
    ("text", "empty"): "There is no text to send. Write something after the name.",
    ("reply", "empty"): "Write your reply first, then press Reply.",
    ("undo", "choice"): "Choose how long a message can be undone.",
    ("notice", "choice"): "Choose when an email goes about an unread message.",
    ("when", "date"): "That is no date and time. Choose both again.",
    ("when", "none"): "There is no time in it. Write it after the name, like tomorrow 9am.",
    ("when", "only_open"): "Only texts and emails can be planned.",
    ("credits", "range"): "Say how many credits you want, from 1 to {limit}.",
    ("text", "segments"): "That is {segments} texts; at most {limit} can go at once. Make it shorter, or split it.",
    ("text", "too_long"): "The text is {over} letters too long. Make it shorter, or send it in two parts.",
    ("subject", "empty"): "An email needs a subject. Write it before a |, like: Parking | Please use the rear gate.",
    ("recipients", "none"): "Nobody is named. Write @ and a name after the command.",
    ("recipients", "not_first"): "Put the name right after the command, with @ in front: @{typed}.",
    (
        "recipients",
        "in_text",
    ): "@{typed} stands in the text. Put every name right after the command, or leave out the @.",
    ("recipients", "begins_with"): "The text begins with another patient's name. To write to them, put @ in front: "
    "@{typed}. To keep it as words, begin with another word.",
    ("recipients", "address"): "Write who it is for, like @amara, and not {typed}. To keep it as words, put another "
    "word in front.",
    ("recipients", "self"): "That is you. Name somebody else, or write /remind me and when.",
    ("recipients", "a_group"): "{typed} is a group of colleagues. Write to them with /im, or name people one by one.",
    ("recipients", "a_staff"): "{typed} is a colleague, and this is for patients. Write to colleagues with /im.",
    ("recipients", "a_patient"): "{typed} is a patient, and this is for colleagues. Write to patients with /dm.",
    ("text", "second_command"): "One command at a time: /{typed} would go out as words. Type it by itself, or put "
    "another word in front of it.",
    ("when", "unreal"): "“{typed}” is no time in the year to come. Write one like tomorrow 9am or Mon 14:00, or begin "
    "the text with another word.",
    ("subject", "too_long"): "The subject is {over} letters too long. Make it shorter.",
    ("recipients", "one"): "This is for one patient at a time. Name one, like @amara.",
    ("recipients", "one_asked"): "Ask one colleague or one group at a time: whoever takes it has it alone.",
    ("recipients", "one_reminded"): "Remind one person at a time: {typed} gets a line of their own.",
    ("recipients", "joined"): "Put @ in front of each name: @{typed}. To keep it as words, begin with another word.",
    ("recipients", "too_many"): "That is more than {limit} people. Send it in several parts.",
    ("pin", "short"): "A PIN has at least {digits} digits, or {letters} letters.",
    ("pin", "long"): "A PIN has at most {limit} letters.",
    ("pin", "common"): "That PIN is too easy to guess. Choose another one.",
    ("attachments", "only_direct"): "Files go by Direct Message only. Use /dm, or remove the file.",
    ("mobile", "landline"): "{name} has a number that texts cannot reach. Change the number.",
    ("mobile", "country"): "{name} has a number of a country that texts do not go to from here. Call instead.",
    ("mobile", "sender"): "Texts from our sender name do not arrive in the country of {name}'s number. Call instead.",
    ("date", "none"): "Nothing was written on that day or later.",
    ("mark", "unknown"): "That reaction is not known.",
    ("colour", "shape"): "Choose a colour again.",
    ("chase", "range"): "Choose one of the times in the list.",
    ("chase", "order"): "A colleague is asked after the reminder: choose more days for the call than for the reminder.",
    ("expires", "range"): "A link can live from 1 hour to 30 days, like 3d or 12h.",
    ("form", "none"): "Which form? Write its name after the person, like /form @amara phq-9.",
    ("credits", "nothing_more"): "Write /credits alone to see what is left, or /credits buy 500 to order more.",
    ("resend", "nothing_more"): "Write /resend alone, or with one patient, like /resend link @amara.",
    ("status", "nothing_more"): "Write /status alone, or with one patient, like /status @amara.",
    ("subject", "characters"): "The subject has signs that cannot be sent. Write it on one line.",
    ("text", "characters"): "The text has signs that cannot be sent. Take them out and try again.",
    ("name", "empty"): "A person needs a name.",
    ("title", "long"): "The title is too long. Use at most {limit} letters.",
    ("title", "characters"): "The title has signs that nobody can see. Type it anew.",
    ("group", "name"): "A group's name has letters, digits and hyphens, at most 40, like front-desk.",
    ("group", "taken"): "There is a group called {name} already. Choose another name, or change that one.",
    ("group", "everyone"): "Everybody who works here is in this group. Make another one for some of them.",
    ("role", "unknown"): "Choose one of the roles.",
    ("role", "owner"): "Only an owner makes someone an owner.",
    ("role", "an_owner"): "Only an owner can change or stop an owner. Ask one of them.",
    ("password", "short"): "The password is too short. Use at least {limit} letters.",
    ("password", "long"): "The password is too long. Use at most {limit} letters.",
    ("password", "common"): "That password is too easy to guess. Choose other words.",
    ("search", "empty"): "What should be found? Write some words, or a filter like kind:sms.",
    ("kind", "unknown"): "A kind is one of internal, sms, email, dm or form, like kind:sms.",
    (
        "search_day",
        "unknown",
    ): "Which day? Write it like from:1 mar, from:last week, before:monday or on:24/12/2026.",
    ("limit", "range"): "At most 100 messages at a time.",
    ("reason", "short"): "Say why in a few more words: everybody in the conversation reads it.",
    ("reason", "empty"): "Say why, in a few words: it is kept with the change.",
}

NOBODY = ("Check the spelling, or add them under Patients.", "@ alone lists colleagues and groups.")
THINGS: dict[str, str] = {"staff": "colleague"}

SENTENCES: dict[type[LatchkeyError], Say] = {
    **account_words.SENTENCES,
    UnknownCommand: lambda e: (
        f"/{e.name} is a command, not a message. Type it in the box of a conversation, or put a space in front to send "
        "it as words."
        if e.name and e.name == e.nearest
        else f'There is no command "/{_short(e.name)}". '
        + (f"Did you mean /{e.nearest}? " if e.nearest else "")
        + "To send these words as a message, put a space in front."
    ),
    Ambiguous: lambda e: f'{e.count} people fit "{_short(e.typed)}". Choose one; nothing has been sent.',
    NoOneFits: lambda e: (
        f'No one fits "{_short(e.typed)}". '
        + ("Did you mean one of these?" if e.choices else NOBODY[e.takes == "staff"])
    ),
    NoneCalled: lambda e: (
        f"There is no {e.thing} called “{_short(e.typed)}”. "
        + (f"Did you mean {e.nearest}?" if e.nearest else f"Type /{e.thing} and a space to see them all.")
    ),
    NothingOpen: lambda e: f"No Direct Message to {e.name} is open. Send a new one with /dm.",
    NotFound: lambda e: f"This {THINGS.get(e.thing, e.thing)} is no longer there, or it is not yours to see.",
    Erased: lambda e: "This was erased and cannot be read again.",
    Unreadable: lambda e: "This cannot be read. Tell whoever runs Latchkey for you.",
    Forbidden: lambda e: (
        f"Your role ({e.role or 'none'}) cannot {RIGHTS.get(e.right, e.right)}. Ask an owner or admin."
    ),
    ForeignRequest: lambda e: "This page is too old. Nothing was done. Load it again, then press the button once more.",
    NotOnTrial: lambda e: "SMS and email start with a subscription. On trial you can use Internal and Direct Messages.",
    TrialOver: lambda e: (
        "Your trial is over: nothing new goes to patients. Subscribe to go on. What you wrote is kept."
    ),
    NoCredits: lambda e: (
        f"{'No SMS credits left' if e.left == 0 else f'Only {e.left} SMS credits left'}; this needs {e.needed}. "
        "Buy credits, or send it by email. Your text is kept."
    ),
    MissingEmail: lambda e: (
        f"{e.name} has no email address"
        + (", and a Direct Message needs one for the link" if _released(e) else "")
        + ". Add an address. Your text is kept."
    ),
    MissingPin: lambda e: (
        f"{e.name} has no PIN, and sensitive asks for one. Let them choose one in person, on the patient's page, or "
        "begin the text with another word. Your text is kept."
    ),
    MissingMobile: lambda e: (
        f"{e.name} has no mobile number"
        + (", and a Direct Message needs one for the code" if _released(e) else "")
        + ". Add a number"
        + (", or make an unlock card on their page" if _released(e) else "")
        + ". Your text is kept."
    ),
    MissingBoth: lambda e: (
        f"{e.name} has neither email nor mobile. Add both to send a Direct Message, or write a letter."
    ),
    OptedOut: lambda e: (
        f"{e.name} asked for no {'texts' if e.channel is Channel.SMS else 'emails'} on {addresses.day(e.since)}. "
        "Send a Direct Message instead, or call."
    ),
    KnownAlready: patient_words.known_already,
    ChangedMeanwhile: patient_words.changed_meanwhile,
    Suppressed: lambda e: addresses.refused(e.barred, e.name),
    Invalid: lambda e: INVALID.get(
        (e.field, e.why), f"The {e.field.replace('_', ' ')} cannot be taken. Check it and try again."
    ).format_map({"over": "", "limit": "", "name": "", "segments": "", "value": "", "asked": "", **_brief(e.facts)}),
    FileRefused: lambda e: _file(e),
    FileHeld: lambda e: HELD[e.state].format(name=e.name),
    **form_words.SENTENCES,
    Stale: lambda e: (
        "Contact details changed while you were writing. Check the new preview below; nothing has been sent."
        if e.draft
        else "This draft is gone: it was sent or put away. Write it again if it should go."
    ),
    Undecided: lambda e: warning_words.UNDECIDED[e.codes[0]],
    NotThen: lambda e: warning_words.when(e.better, e.at, e.zone),
    TooLate: lambda e: "It has left already and cannot be called back.",
    TaskTaken: task_words.taken,
    TaskOver: task_words.over,
    SharesItsKey: lambda e: "Only a Direct Message or a form can be erased alone. The rest ends with its month.",
    TooMany: lambda e: _too_many(e),
}

FILES: dict[str, str] = {
    "empty": "{name} is empty. Choose it again.",
    "many": "{name} is one too many. Send it in a second message.",
    "together": "These files are more than 25 MB together. Send them in two messages.",
    "full": "There is no room for {name}. Ask whoever runs Latchkey for you.",
    "locked": "{name} was held back: it needs a password to open. Save it without one and try again.",
    "large": "{name} was held back: it has more than 500 pages or 40 million pixels. Make it smaller or split it.",
    "damaged": "{name} was held back: it cannot be read to its end. Save it again and try once more.",
    "unsafe": "{name} was held back: it carries a script or a hidden file. Print it to a new PDF and try again.",
}

FILE_STATES: dict[FileState, str] = {
    FileState.UNSCANNED: "not scanned for viruses",
    FileState.PENDING: "being scanned for viruses",
    FileState.CLEAN: "",
    FileState.INFECTED: "blocked: it carries a virus",
    FileState.ERROR: "held back: it could not be scanned",
    FileState.ERASED: "erased",
}

HELD: dict[FileState, str] = {
    FileState.PENDING: "{name} is still being scanned for viruses. Try again in a minute.",
    FileState.INFECTED: "{name} is blocked: it carries a virus. Ask for it again from a clean device.",
    FileState.ERASED: "This file was erased and cannot be read again.",
    FileState.ERROR: "{name} is held back: it could not be scanned for viruses. Ask for it again.",
}

LEDGER: dict[Entry, str] = {
    Entry.ADDED: "Added",
    Entry.HELD: "Held until it goes",
    Entry.SPENT: "Spent",
    Entry.RETURNED: "Did not go",
    Entry.GIVEN_BACK: "Given back",
}

CREDITS: dict[str, str] = {
    "sms": "Text",
    "code": "Access code",
    "later": "Planned text",
    "heads_up": "Heads-up text",
    "reminder": "Reminder text",
    "added": "Credits added",
    "bought": "Credits bought",
    "opening": "Credits to begin with",
}

RELEASE = RELEASE_WORDS

FORM = "Smart Form"  # what brings a form, or its answers
KINDS: dict[str, str] = {
    "internal": "Internal",
    "sms": "SMS",
    "email": "Email",
    "direct": "Direct Message",
    "event": "Notice",
}
UNVERIFIED = "By email, unverified"
BY_PROXY = "Direct Message, written by somebody for them"


def say(error: LatchkeyError) -> Said:
    """An error as it is told to staff."""
    code, status = CODES[type(error)]
    return Said(code, SENTENCES[type(error)](error), status)


def _released(error: MissingEmail | MissingMobile) -> bool:
    return error.command in (Command.DIRECT, Command.FORM)


def _file(error: FileRefused) -> str:
    if error.why == "type":
        return f"{error.name} was not added: only PDF, JPEG and PNG can be sent. Save it as PDF and try again."
    if error.why == "size":
        limit, size = (int(str(error.facts[key])) >> 20 for key in ("limit", "size"))
        return f"{error.name} is {size} MB; the limit is {limit} MB. Make it smaller or split it."
    return FILES[error.why].format(name=error.name)


def _too_many(error: TooMany) -> str:
    if error.what in TRIES:  # E2
        return f"Too many tries. Wait {_seconds(error.wait)}, then try again. Your colleagues are not affected."
    counted = f"more than {error.limit} messages" if error.what in ("messages", "drafts") else "a lot"  # E23
    within = "a day" if error.wait >= 7_200 else "a short time"
    return f"That is {counted} in {within}. Wait {_seconds(error.wait)}; your text is kept."


def _seconds(wait: int) -> str:
    minutes = -(-wait // 60)
    return f"{wait} seconds" if wait < 120 else f"{minutes} minutes" if minutes < 120 else f"{-(-minutes // 60)} hours"


def _brief(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts for a sentence: of what somebody typed only so much that they know it again."""
    return {**facts, **{one: _short(str(facts.get(one, ""))) for one in ("value", "typed")}}


def _short(typed: str) -> str:
    return typed if len(typed) <= KNOWN_AGAIN else f"{typed[:KNOWN_AGAIN]}…"
