"""What is said on the pages of signing in beyond what `wording.py` says of the same errors elsewhere (E1, E3)."""

from core.errors import LatchkeyError
from core.practice.secondfactor import WrongFactor
from core.practice.signin import WrongSignIn
from staffbot.wording import say

TOO_OLD = "This page was too old. Type your password once more."
NO_COOKIE = (
    "Your browser sent no cookie. Type your password once more. If this stays, let it keep cookies for this page."
)


def not_right(error: LatchkeyError) -> str:
    """Where e-mail and password are typed (E1)."""
    if isinstance(error, WrongSignIn):
        return "That email and password do not match. Check both and try again, or use Forgotten password."
    return say(error).message


def not_proved(error: LatchkeyError) -> str:
    """Where somebody who is signed in types only the password."""
    return "That is not your password. Try again." if isinstance(error, WrongSignIn) else say(error).message


def not_that_code(error: LatchkeyError) -> str:
    """Where a recovery code is typed: it does not change every 30 seconds."""
    if isinstance(error, WrongFactor):
        return "That recovery code did not work. Type a code you have not used, with its number on your list."
    return say(error).message
