"""What is said of errors about one's own account: signing in, the second step, passkeys, passwords, sessions."""

from collections.abc import Callable
from typing import Any

from core.errors import LatchkeyError
from core.practice.accounts import PasswordLinkOver
from core.practice.enrolling import EnrolmentOver
from core.practice.passkeys import WrongPasskey
from core.practice.secondfactor import AlreadyEnrolled, FactorClosed, WrongFactor
from core.practice.signin import WrongSignIn
from core.practice.staff import EmailTaken, LastOwner
from core.practice.tickets import TicketOver
from staffbot import ended_words
from staffbot.errors import PasskeyNeeded, ProofNeeded, SignedOut

CODES: dict[type[LatchkeyError], tuple[str, int]] = {
    WrongSignIn: ("forbidden", 422),
    WrongFactor: ("forbidden", 422),
    WrongPasskey: ("forbidden", 422),
    PasskeyNeeded: ("forbidden", 403),
    FactorClosed: ("forbidden", 403),
    AlreadyEnrolled: ("invalid", 409),
    EnrolmentOver: ("invalid", 410),
    TicketOver: ("forbidden", 401),
    PasswordLinkOver: ("forbidden", 410),
    EmailTaken: ("invalid", 409),
    LastOwner: ("invalid", 409),
    ProofNeeded: ("forbidden", 403),
    SignedOut: ("forbidden", 401),
}

SENTENCES: dict[type[LatchkeyError], Callable[[Any], str]] = {
    WrongSignIn: lambda e: "That email and password do not match. Check both and try again.",
    WrongFactor: lambda e: "That code did not work. Codes change every 30 seconds: enter the one shown now.",
    WrongPasskey: lambda e: "That passkey did not work here. Try again, or sign in with your password.",
    PasskeyNeeded: lambda e: "Owners use a passkey for this. Add one under Your account, then come back.",
    FactorClosed: lambda e: "Too many codes were wrong. Ask an owner or admin to reset your second step.",
    AlreadyEnrolled: lambda e: "Your account has a second step already.",
    EnrolmentOver: lambda e: "That took too long or too many tries. Scan the new QR code; the one of before is over.",
    TicketOver: lambda e: "That took too long or too many tries. Sign in again.",
    PasswordLinkOver: lambda e: "This link was used or is too old. Ask for a new one under Forgotten password.",
    EmailTaken: lambda e: f"Somebody signs in with {e.email} already.",
    LastOwner: lambda e: "This is the only owner. Make someone else an owner first.",
    ProofNeeded: lambda e: "This needs your password again. Prove that it is you.",
    SignedOut: lambda e: ended_words.said(e.why),
}
