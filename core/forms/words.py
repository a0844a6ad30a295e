"""Words of Smart Forms: questions as the engine sees them, and what an import says about a file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Value = Mapping[str, Any]  # one FHIR answer: {"valueCoding": {...}}, {"valueInteger": 3} …
Answers = Mapping[str, tuple[Value, ...]]  # by linkId


class Kind(StrEnum):
    """The item types that can be asked (forms.md section 2)."""

    GROUP = "group"
    DISPLAY = "display"
    BOOLEAN = "boolean"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    TIME = "time"
    STRING = "string"
    TEXT = "text"
    URL = "url"
    CHOICE = "choice"
    OPEN_CHOICE = "open-choice"


class Result(StrEnum):
    """What can be done with a file (F3)."""

    FULL = "full"
    PART = "part"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Option:
    """One choice; `value` is the FHIR value, `score` its ordinal."""

    value: Value
    label: str
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """One `enableWhen`."""

    question: str
    operator: str
    answer: Value


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a form, frozen. `name` is the opaque field name a page uses."""

    link_id: str
    name: str
    kind: Kind
    text: str
    prefix: str = ""
    required: bool = False
    repeats: bool = False
    read_only: bool = False
    hidden: bool = False
    max_length: int | None = None
    minimum: Value | None = None
    maximum: Value | None = None
    help: str = ""
    options: tuple[Option, ...] = ()
    conditions: tuple[Condition, ...] = ()
    behavior: str = "all"
    items: "tuple[Item, ...]" = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """Something of a file that changes what is asked or checked, with its effect (F4)."""

    link_id: str
    text: str
    extension: str
    why: str
    effect: str


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """A whole form as the engine sees it."""

    title: str
    name: str
    version: str
    url: str
    copyright: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Import:
    """What a file came to."""

    result: Result
    form: Questionnaire | None
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    count: int = 0


@dataclass(frozen=True, slots=True)
class Invalid:
    """Why an answer cannot be taken; `why` is one of the contract's words."""

    link_id: str
    why: str


@dataclass(frozen=True, slots=True)
class Page:
    """What is asked at once: displays that lead up to it, and one question."""

    question: Item
    before: tuple[Item, ...] = ()
    group: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """What the engine makes of a form and a draft."""

    enabled: frozenset[str]
    pages: tuple[Page, ...]
    invalid: tuple[Invalid, ...] = field(default_factory=tuple)

    @property
    def complete(self) -> bool:
        """Whether it can be sent."""
        return not self.invalid
