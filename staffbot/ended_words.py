"""Why somebody has to sign in again (E4, E5)."""

from core.practice.words import Ended

WORDS = {
    Ended.SOMEBODY: (
        "Your session was ended: from another device, or because your account was changed. "
        "Ask an owner or admin if you did not expect it. What you typed is kept."
    ),
    Ended.IDLE: "You were signed out after 30 minutes. Sign in again: what you typed is kept.",
    Ended.TOTAL: "You were signed out after 12 hours. Sign in again: what you typed is kept.",
}


def said(why: Ended | None) -> str:
    """The sentence; of who never was signed in here, or no longer within memory, time is the likeliest reason."""
    return WORDS[why or Ended.IDLE]
