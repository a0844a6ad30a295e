"""Why an address is not written to, something that came in waits, a call was refused: for staff (ux.md E16, E28)."""

from datetime import datetime

from core.delivery.odd_calls import Oddity
from core.delivery.words import Bar, Barred, Unclear

BARS: dict[Bar, str] = {
    Bar.OPT_OUT: "asked for no texts by texting STOP",
    Bar.UNSUBSCRIBED: "asked for no news by email",
    Bar.HARD_BOUNCE: "has an email address whose mailbox does not exist",
    Bar.BLOCKED: "has an email address whose server lets nothing through",
    Bar.COMPLAINT: "has an email address that marked emails from you as unwanted",
    Bar.WRONG: "has an address or number that the network says is wrong",
}

SAID: dict[Bar, str] = {
    Bar.OPT_OUT: "Texted STOP",
    Bar.UNSUBSCRIBED: "Wants no news; unsubscribed",
    Bar.HARD_BOUNCE: "The mailbox does not exist; returned",
    Bar.BLOCKED: "Their server lets nothing through; blocked",
    Bar.COMPLAINT: "Marked our emails as unwanted",
    Bar.WRONG: "The network said this is wrong",
}

INSTEAD: dict[Bar, str] = {
    Bar.OPT_OUT: "Send a Direct Message instead, or call.",
    Bar.UNSUBSCRIBED: "Letters about their own care still go.",
    Bar.HARD_BOUNCE: "Check the address with the patient.",
    Bar.BLOCKED: "Check the address with the patient.",
    Bar.COMPLAINT: "Call, or ask for another address.",
    Bar.WRONG: "Check it with the patient.",
}

UNCLEAR: dict[Unclear, str] = {
    Unclear.UNKNOWN: "No patient has this number",
    Unclear.SEVERAL: "Several patients have this number",
    Unclear.SPAM: "Looks like unwanted mail",
    Unclear.UNPROVEN: "We could not make sure that the network sent this",
}

ODDITIES: dict[str, str] = {
    Oddity.FORGED: "Not from them: signature or password wrong",
    Oddity.REPLAYED: "Came a second time",
    Oddity.MALFORMED: "Could not be read",
    Oddity.HUGE: "Too large",
    Oddity.UNKNOWN: "About nothing of ours",
    Oddity.TRACKED: "A letter was opened, perhaps by a machine; we do not ask for that",
    Oddity.LATE: "A text was lost after it had arrived; the message says so",
}


def barred(found: Barred) -> str:
    """Why an address is not written to, and since when."""
    return f"{SAID[found.bar]} on {day(found.since)}"


def refused(found: Barred, name: str) -> str:
    """Why nothing was sent, and what to do instead."""
    return f"{name or 'This person'} {BARS[found.bar]} (since {day(found.since)}). {INSTEAD[found.bar]}"


def day(at: datetime) -> str:
    """`3 March 2026`."""
    return f"{at.day} {at:%B %Y}"
