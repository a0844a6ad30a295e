"""Words of Smart Forms: questions as the engine sees them, answers as a tree, and what is made of both."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Any

from core.forms.launching import reading

Value = Mapping[str, Any]  # one FHIR answer: {"valueCoding": {...}}, {"valueInteger": 3} …
ORDINALS = ("ordinalValue", "itemWeight")  # extensions that say what an option counts


class Kind(StrEnum):
    """The item types of FHIR R4 (forms.md section 2)."""

    GROUP = "group"
    DISPLAY = "display"
    BOOLEAN = "boolean"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    DATE_TIME = "dateTime"
    TIME = "time"
    STRING = "string"
    TEXT = "text"
    URL = "url"
    CHOICE = "choice"
    OPEN_CHOICE = "open-choice"
    ATTACHMENT = "attachment"
    REFERENCE = "reference"
    QUANTITY = "quantity"

    @property
    def asks(self) -> bool:
        """Whether it can have an answer."""
        return self is not Kind.GROUP and self is not Kind.DISPLAY


# -- questions -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Option:
    """One choice; `value` is the FHIR value, `score` its ordinal; an exclusive one stands alone (F54).

    `language` is that of its label, where it is known; `picture` the one that the form carries beside it, as our HTML.
    """

    value: Value
    label: str
    score: Decimal | None = None
    prefix: str = ""
    chosen: bool = False
    exclusive: bool = False
    language: str = ""
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """One `enableWhen`; a broken one compares what cannot be compared and counts as false (F24)."""

    question: str
    operator: str
    answer: Value
    broken: bool = False


@dataclass(frozen=True, slots=True)
class Formula:
    """A FHIRPath expression that has passed the check of `paths`; `name` where it is a variable.

    `strings` are the strings in it: the linkIds among them are what it reads.
    """

    text: str
    name: str = ""
    strings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Constraint:
    """A check written as a formula; `human` is said when it does not hold, a warning does not block (F52)."""

    formula: Formula
    human: str
    warning: bool = False


@dataclass(frozen=True, slots=True)
class Toggle:
    """Choices that are only offered while a formula holds."""

    formula: Formula
    options: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """What an answer must keep to (F50); lengths in characters, size in bytes."""

    min_length: int | None = None
    max_length: int | None = None
    minimum: Value | None = None
    maximum: Value | None = None
    regex: str = ""
    decimals: int | None = None
    min_occurs: int | None = None
    max_occurs: int | None = None
    max_size: Decimal | None = None
    mime_types: tuple[str, ...] = ()
    minimum_formula: Formula | None = None
    maximum_formula: Formula | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """How an item wants to be shown: its control, words beside it, the example of its format, links to read more;
    `fills`: what a browser may fill in (`own.FILLING`)."""

    control: str = ""
    category: str = ""
    short_text: str = ""
    entry_format: str = ""
    open_label: str = ""
    step: Decimal | None = None
    protected: bool = False
    links: tuple[str, ...] = ()
    fills: str = ""


@dataclass(frozen=True, slots=True)
class Formulas:
    """The expressions of one item (forms.md section 7)."""

    variables: tuple[Formula, ...] = ()
    calculated: Formula | None = None
    enabled: Formula | None = None
    initial: Formula | None = None
    answers: Formula | None = None
    constraints: tuple[Constraint, ...] = ()
    toggles: tuple[Toggle, ...] = ()

    def __bool__(self) -> bool:
        return self != NO_FORMULAS


NO_FORMULAS = Formulas()


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a form, frozen. `name` is the opaque field name a page uses; `codes` are systems and codes.

    `proposes` is the detail of a patient that its answers may change (F62). `language` is that of its text,
    `markup` the same text as harmless HTML where its author marked it up (F65).
    """

    link_id: str
    name: str
    kind: Kind
    text: str
    prefix: str = ""
    definition: str = ""
    proposes: str = ""
    codes: tuple[tuple[str, str], ...] = ()
    required: bool = False
    repeats: bool = False
    read_only: bool = False
    hidden: bool = False
    limits: Limits = field(default_factory=Limits)
    look: Look = field(default_factory=Look)
    formulas: Formulas = NO_FORMULAS
    options: tuple[Option, ...] = ()
    units: tuple[Mapping[str, Any], ...] = ()
    unit_open: bool = False
    initial: tuple[Value, ...] = ()
    conditions: tuple[Condition, ...] = ()
    behavior: str = "all"
    items: "tuple[Item, ...]" = ()
    language: str = ""
    markup: str = ""

    @property
    def askable(self) -> bool:
        """Whether a page can ask it: not hidden, not ours to fill, and with choices where it needs them."""
        if not self.kind.asks or self.hidden or self.read_only:
            return False
        needs_choices = self.kind in (Kind.CHOICE, Kind.REFERENCE)
        return bool(self.options or self.formulas.answers) or not needs_choices


@dataclass(frozen=True, eq=False)
class Questionnaire:
    """A whole form as the engine sees it; equal only to itself.

    `source` is the JSON that expressions look into, `digest` the hash of the bytes it came as. `language` is the form's
    own, `reads` the one its words are in, as far as they were translated from `own` (F82). `shows_sums` and
    `lists_together` are the practice's choice: sums are shown to who answers, lists stand on one page (F44, F57).
    """

    title: str
    name: str
    version: str
    url: str
    copyright: str
    items: tuple[Item, ...]
    formulas: Formulas = NO_FORMULAS
    language: str = ""
    reads: str = ""
    title_language: str = ""
    own: "Questionnaire | None" = field(default=None, repr=False)
    about: Mapping[str, str] = field(default_factory=dict)
    source: Mapping[str, Any] = field(default_factory=dict, repr=False)
    digest: str = ""
    shows_sums: bool = False
    lists_together: bool = False

    @cached_property
    def calculates(self) -> bool:
        """Whether any expression has to be evaluated."""
        return bool(self.formulas) or any(item.formulas or _moving(item) for item in walk(self.items))

    @cached_property
    def scored(self) -> bool:
        """Whether its choices count something: its sums are for staff, unless the practice shows them (F57)."""
        return not self.shows_sums and any(
            option.score is not None for item in walk(self.items) for option in item.options
        )

    @cached_property
    def told(self) -> frozenset[str]:
        """The calculated questions whose expression looks at the patient's record (F58)."""
        items = [item for item in walk(self.items) if item.formulas]
        calculated = {item.link_id: one.text for item in items if (one := item.formulas.calculated)}
        if not calculated:
            return frozenset()
        every = [*self.formulas.variables, *(one for item in items for one in item.formulas.variables)]
        return reading(self.source, calculated, [(one.name, one.text) for one in every])

    @cached_property
    def looks_at_the_record(self) -> bool:
        """Whether any expression fills a question in from the patient's record."""
        return bool(self.told) or any(item.formulas.initial is not None for item in walk(self.items))


def _moving(item: Item) -> bool:
    return item.limits.minimum_formula is not None or item.limits.maximum_formula is not None


def walk(items: tuple[Item, ...]) -> Iterator[Item]:
    """Every item, in the order of the form."""
    for item in items:
        yield item
        yield from walk(item.items)


# -- answers ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer, or (without value) one repetition of a group; `below` holds what was answered under it.

    `key` is the entry's own name in a draft: taking another one away renumbers nothing (F55).
    """

    value: Value | None = None
    below: "Mapping[str, tuple[Entry, ...]]" = field(default_factory=dict)
    key: str = ""


Answers = Mapping[str, tuple[Entry, ...]]  # by linkId; groups that do not repeat leave no trace


@dataclass(frozen=True, slots=True)
class Place:
    """Where an item stands among repetitions: `person[1]/medicine[0]/drug` (contract section 2)."""

    link_id: str
    under: tuple[tuple[str, int], ...] = ()
    repetition: int | None = None  # set where a repetition of a group itself is meant

    def __str__(self) -> str:
        last = self.link_id if self.repetition is None else f"{self.link_id}[{self.repetition}]"
        return "/".join([*(f"{link_id}[{number}]" for link_id, number in self.under), last])


@dataclass(frozen=True, slots=True)
class Invalid:
    """Why an answer cannot be taken; `why` is one of the contract's words, `human` the author's message if any."""

    place: Place
    why: str
    human: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """One enabled item where it stands: what counts as its answers (of a group: its repetitions), what it offers.

    `shut`: it is not enabled but shown all the same, greyed (F32) or under the choice that will ask for it (F36).
    """

    place: Place
    item: Item
    name: str
    entries: tuple[Entry, ...] = ()
    options: tuple[Option, ...] = ()
    shut: bool = False

    @property
    def values(self) -> tuple[Value, ...]:
        """The answers, without what stands under them."""
        return tuple(entry.value for entry in self.entries if entry.value is not None)


@dataclass(frozen=True, slots=True)
class Page:
    """What is asked at once: a question, or (a group that repeats) its repetitions to be looked through (F55).

    `before` leads up to it and `after` follows it: texts, and answers that are shown but not asked. `notes` are the
    question's own help. `group` is the name of the group it stands in. `others` share the page with it (F44), each
    with its own texts; by the first one the page is known. `dormant` are offered under a choice that is not made (F36).
    """

    asked: Asked
    before: tuple[Asked, ...] = ()
    group: str = ""
    notes: tuple[Asked, ...] = ()
    after: tuple[Asked, ...] = ()
    others: "tuple[Page, ...]" = ()
    dormant: "tuple[Page, ...]" = ()

    @property
    def lists(self) -> bool:
        """Whether it lists the repetitions of a group."""
        return self.asked.item.kind is Kind.GROUP

    @property
    def question(self) -> Item:
        """The item that is asked, the first one where several are."""
        return self.asked.item

    @property
    def questions(self) -> "tuple[Page, ...]":
        """All that is asked on it, one by one."""
        return (replace(self, after=(), others=(), dormant=()), *self.others)

    @property
    def offered(self) -> "tuple[Page, ...]":
        """All that has a field on it: what is asked, and what would be if another choice were made (F36)."""
        return (*self.questions, *self.dormant)


@dataclass(frozen=True, slots=True)
class State:
    """What the engine makes of a form and a draft.

    `asked`: every enabled item in the order of the form, once for each repetition. `answers`: what counts, disabled
    and unusable answers left out, calculated ones in. `warnings`: checks that do not hold but do not block. `late`:
    linkIds of expressions that failed or took too long; they never disable a question.
    """

    asked: tuple[Asked, ...]
    pages: tuple[Page, ...]
    answers: Answers
    calculated: Mapping[Place, tuple[Value, ...]] = field(default_factory=dict)
    invalid: tuple[Invalid, ...] = ()
    warnings: tuple[Invalid, ...] = ()
    late: frozenset[str] = frozenset()

    @property
    def enabled(self) -> frozenset[str]:
        """The places of all enabled items, as the contract writes them."""
        return frozenset(str(one.place) for one in self.asked)

    @property
    def complete(self) -> bool:
        """Whether it can be sent."""
        return not self.invalid
