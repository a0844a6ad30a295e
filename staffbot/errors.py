"""What can go wrong at the staff's door."""

from core.errors import LatchkeyError
from core.practice.words import Ended


class SignedOut(LatchkeyError):
    """There is no session, or no longer; `why`, where there was one."""

    def __init__(self, why: Ended | None = None) -> None:
        super().__init__(why)
        self.why = why


class PasskeyNeeded(LatchkeyError):
    """An owner has no passkey yet, and what matters most asks for one (S44)."""


class ProofNeeded(LatchkeyError):
    """The person has to prove anew who they are before this (S47)."""
