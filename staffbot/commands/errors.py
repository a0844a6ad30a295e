"""What can be wrong with a command before any rule is asked."""

from typing import Any

from core.errors import LatchkeyError, NotFound


class UnknownCommand(LatchkeyError):
    """No command of that name; it never becomes a message (U37)."""

    def __init__(self, name: str, nearest: str) -> None:
        super().__init__(name)
        self.name = name
        self.nearest = nearest


class Ambiguous(LatchkeyError):
    """Several people fit; nobody is guessed (U36). `choices` are dicts with id, name and what tells them apart."""

    def __init__(self, typed: str, choices: list[dict[str, Any]], count: int) -> None:
        super().__init__(typed)
        self.typed = typed
        self.choices = choices
        self.count = count


class NoOneFits(LatchkeyError):
    """Nobody is called that; `choices` are who is nearly called so, `takes` who could have been meant."""

    def __init__(self, typed: str, choices: list[dict[str, Any]] | None = None, takes: str = "") -> None:
        super().__init__(typed)
        self.typed = typed
        self.choices = choices or []
        self.takes = takes


class NothingOpen(NotFound):
    """No Direct Message to this patient (`name`) waits or is open."""

    def __init__(self, name: str) -> None:
        super().__init__("Direct Message")
        self.name = name


class NoneCalled(NotFound):
    """No form or template (`thing`) of the name that was typed; `nearest` is the one that is nearly called so."""

    def __init__(self, thing: str, typed: str, nearest: str = "") -> None:
        super().__init__(thing)
        self.typed = typed
        self.nearest = nearest
