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

from core.practice.plans import require_plan
from core.practice.rights import require
from core.practice.words import Right
from core.store import Unit
from staffbot import commands
from staffbot.commands.errors import UnknownCommand
from staffbot.commands.misplaced import UNSEEN, one_at_a_time, without_unseen

NAME = re.compile(r"/([\w-]*)")
AS_SAID = {
    "text": "sms",
    "txt": "sms",
    "whatsapp": "sms",
    "message": "im",
    "msg": "im",
    "chat": "im",
    "note": "remind",
    "secure": "dm",
    "direct": "dm",
    "letter": "dm",
    "file": "dm",
    "questionnaire": "form",
    "task": "assign",
    "todo": "assign",
    "search": "find",
    "undo": "revoke",
    "takeback": "revoke",
    "commands": "help",
}
# In lists: to colleagues and patients first, then what follows a message, then what looks something up.
ORDER = (
    "im",
    "dm",
    "sms",
    "email",
    "form",
    "template",
    "assign",
    "remind",
    "status",
    "resend",
    "revoke",
    "find",
    "patient",
    "credits",
    "help",
)
SIGNS = re.compile(r"[\W\d_]+")
SLASHES = "/\uff0f\u2044\u2215\u29f8"  # as keyboards and pages write it


@dataclass(frozen=True, slots=True)
class Call:
    """A command as typed: what follows its name, where it was typed, and what came with it."""

    rest: str
    conversation_id: UUID | None = None
    attachments: tuple[UUID, ...] = ()
    client_id: str = ""
    reply_to: UUID | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """A command that needs no confirming has done its work: `text` to read, `items` to choose from (`text`, `detail`,
    `href`), the `message` it wrote, what to `note` about it, a place to `go` to, or words to `insert` into the box."""

    text: str = ""
    message: Any = None
    items: tuple[dict[str, Any], ...] = ()
    note: str = ""
    go: str = ""
    insert: str = ""


@dataclass(frozen=True, slots=True)
class Command:
    """One command, as declared: completion, help, the manual, the chip over the box and the tests all read this."""

    name: str
    shape: str
    help: str
    right: Right
    examples: tuple[str, ...]
    run: Callable[[Unit, Call], Any]
    takes: str
    then: str
    leaves: str
    says: Callable[[Unit, Call], str] | None

    @property
    def previewed(self) -> bool:
        """Whether a card is shown and confirmed before anything happens: so with whatever leaves the building."""
        return bool(self.leaves)

    @property
    def alone(self) -> bool:
        """Whether its name is a whole line, as one of its examples then shows."""
        return f"/{self.name}" in self.examples


_declared: dict[str, Command] = {}


def command(
    shape: str,
    *,
    right: Right,
    examples: tuple[str, ...],
    takes: str = "",
    then: str = "",
    leaves: str = "",
    says: Callable[[Unit, Call], str] | None = None,
) -> Callable[[Callable[[Unit, Call], Any]], Callable[[Unit, Call], Any]]:
    """Declare a command: `shape` as people read it, `takes` who may follow `@` (`people` are patients and colleagues,
    `patients`, `staff` with groups, `anyone`), `then` who may follow the second one, `leaves` as what it leaves the
    building, after a preview; `says` tells over the box what a line will do that never leaves.
    """

    def declare(run: Callable[[Unit, Call], Any]) -> Callable[[Unit, Call], Any]:
        found = NAME.match(shape)
        name = found[1] if found else ""
        help_ = (run.__doc__ or "").strip().splitlines()[0]
        _declared[name] = Command(name, shape, help_, right, examples, run, takes, then, leaves, says)
        return run

    return declare


@cache
def all_commands() -> dict[str, Command]:
    """Every command, by name, in the order of lists."""
    for found in pkgutil.iter_modules(commands.__path__):
        importlib.import_module(f"staffbot.commands.{found.name}")
    return {name: _declared[name] for name in sorted(_declared, key=ORDER.index)}


def parse(text: str) -> tuple[Command, str]:
    """The command a text names, and what follows it. Raises UnknownCommand with the nearest one."""
    text = _plain(text)
    found = NAME.match(text)
    name, rest = (found[1].casefold(), text[found.end() :]) if found else ("", text)
    if name in all_commands() and (not rest or rest[0].isspace() or rest[0] == "@"):
        return all_commands()[name], rest.strip()
    first, then = [*text.split(maxsplit=2), "", ""][:2]
    name = first.removeprefix("/")
    raise UnknownCommand(name, nearest(name.casefold()) or (then if not name and then in all_commands() else ""))


def perform(unit: Unit, called: Command, call: Call) -> Any:
    """Run a command for whoever may: a Draft to confirm, or Done.

    Raises Forbidden, NotOnTrial, TrialOver and what it raises.
    """
    one_at_a_time(call.rest, all_commands())
    require(unit, called.right)
    if called.leaves:
        require_plan(unit, called.right)
    return called.run(unit, call)


def nearest(name: str) -> str:
    """The command most like a mistyped name, signs aside; empty when none is near."""
    if name == "?":
        return "help"
    if not (name := SIGNS.sub("", name)):
        return ""
    ranked = sorted(all_commands(), key=lambda known: (OSA.distance(name, known), known))
    best = AS_SAID.get(name, ranked[0])
    near = OSA.distance(name, best) <= max(1, len(name) // 3) or best.startswith(name)
    return best if near or name in AS_SAID else ""


def is_command(text: str) -> bool:
    """Whether a text is meant as a command: a slash in front, wide or after unseen signs too, or the other slash before
    a command's name; `//` and a space in front are ways out (U37)."""
    plain = _plain(text)
    if plain.startswith("\\"):
        return (plain[1:].split(maxsplit=1) or [""])[0].casefold() in all_commands()
    return plain.startswith("/") and not text.startswith("//")


def words_only(text: str) -> None:
    """Raises UnknownCommand where a command was typed and only words are taken: it is not posted as words."""
    if is_command(text):
        known, _ = parse(text)
        raise UnknownCommand(known.name, known.name)


def as_words(text: str) -> str:
    """A text as it is posted: the ways out are taken off."""
    return text[1:] if text.startswith("//") else text.strip()


def _plain(text: str) -> str:
    """A text without unseen signs in front and in its first word, its first slash and at sign ordinary ones."""
    text = text.lstrip(UNSEEN)
    if not text.startswith(tuple(SLASHES)):
        return text
    first, *rest = re.split(r"(?=[\s@\uff20])", text, maxsplit=1)
    return f"/{without_unseen(first[1:])}{''.join(rest)}".replace("\uff20", "@", 1)
