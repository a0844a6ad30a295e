"""What can go wrong at the staff's door."""

from core.errors import LatchkeyError


class SignedOut(LatchkeyError):
    """There is no session, or no longer."""


class PasskeyNeeded(LatchkeyError):
    """An owner has no passkey yet, and what matters most asks for one (S44)."""


class ProofNeeded(LatchkeyError):
    """The person has to prove anew who they are before this (S47)."""
