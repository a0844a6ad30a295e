"""The grammar of commands: declared in one place each, parsed here; what is typed is never guessed into a message."""

import importlib
import pkgutil
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from rapidfuzz.distance import OSA

from core.practice.plans import NOT_ON_TRIAL
from core.practice.words import Right
from core.store import Unit
from staffbot import commands
from staffbot.commands.errors import UnknownCommand

NAME = re.compile(r"/([\w-]*)", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Call:
    """A command as typed: what follows its name, where it was typed, and what came with it."""

    rest: str
    conversation_id: UUID | None = None
    attachments: tuple[UUID, ...] = ()
    client_id: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """A command that needs no confirming has done its work: `text` to read, or the `message` it wrote."""

    text: str = ""
    message: Any = None
    items: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Command:
    """One command, as declared."""

    name: str
    shape: str
    help: str
    right: Right
    examples: tuple[str, ...]
    run: Callable[[Unit, Call], Any]
    takes: str

    @property
    def not_on_trial(self) -> bool:
        """Whether a trial practice must do without it."""
        return self.right in NOT_ON_TRIAL


_declared: dict[str, Command] = {}


def command(
    shape: str, *, right: Right, examples: tuple[str, ...], takes: str = ""
) -> Callable[[Callable[[Unit, Call], Any]], Callable[[Unit, Call], Any]]:
    """Declare a command: `shape` as people read it, `takes` who may follow `@` (`people`, `patients`, `staff`)."""

    def declare(run: Callable[[Unit, Call], Any]) -> Callable[[Unit, Call], Any]:
        found = NAME.match(shape)
        name = found[1] if found else ""
        help_ = (run.__doc__ or "").strip().splitlines()[0]
        _declared[name] = Command(name, shape, help_, right, examples, run, takes)
        return run

    return declare


@cache
def all_commands() -> dict[str, Command]:
    """Every command, by name."""
    for found in pkgutil.iter_modules(commands.__path__):
        importlib.import_module(f"staffbot.commands.{found.name}")
    return dict(sorted(_declared.items()))


def parse(text: str) -> tuple[Command, str]:
    """The command a text names, and what follows it. Raises UnknownCommand with the nearest one."""
    found = NAME.match(text)
    name = found[1].casefold() if found else ""
    if name in all_commands():
        return all_commands()[name], text[len(name) + 1 :].strip()
    raise UnknownCommand(name, nearest(name))


def nearest(name: str) -> str:
    """The command most like a mistyped name; empty when none is near."""
    if not name:
        return ""
    ranked = sorted(all_commands(), key=lambda known: (OSA.distance(name, known), known))
    best = ranked[0]
    return best if OSA.distance(name, best) <= max(1, len(name) // 2) or best.startswith(name) else ""


def is_command(text: str) -> bool:
    """Whether a text is meant as a command: a slash in front; `//` and a space in front are ways out (U37)."""
    return text.startswith("/") and not text.startswith("//")


def as_words(text: str) -> str:
    """A text as it is posted: the ways out are taken off."""
    return text[1:] if text.startswith("//") else text.strip()
