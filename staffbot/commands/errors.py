"""What can be wrong with a command before any rule is asked."""

from typing import Any

from core.errors import LatchkeyError


class UnknownCommand(LatchkeyError):
    """No command of that name; it never becomes a message (U37)."""

    def __init__(self, name: str, nearest: str) -> None:
        super().__init__(name)
        self.name = name
        self.nearest = nearest


class Ambiguous(LatchkeyError):
    """Several people fit; nobody is guessed (U36). `choices` are dicts with id, name and what tells them apart."""

    def __init__(self, typed: str, choices: list[dict[str, Any]]) -> None:
        super().__init__(typed)
        self.typed = typed
        self.choices = choices


class NoOneFits(LatchkeyError):
    """Nobody is called that."""

    def __init__(self, typed: str) -> None:
        super().__init__(typed)
        self.typed = typed
