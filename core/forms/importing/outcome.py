"""What an import says about a file: its result, its problems and its notes (F3, F4)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from core.forms.words import Questionnaire


class Result(StrEnum):
    """What can be done with a file (F3)."""

    FULL = "full"
    PART = "part"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something of a file that changes what is asked or checked (F4).

    `why` and `effect` are words that each face turns into sentences; `facts` fill them in.
    """

    link_id: str
    text: str
    extension: str
    why: str
    effect: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Note:
    """Something of a file that is not done but loses nothing for the patient (F4)."""

    why: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Import:
    """What a file came to."""

    result: Result
    form: Questionnaire | None
    problems: tuple[Problem, ...] = ()
    notes: tuple[Note, ...] = ()
    count: int = 0
    title: str = ""
    version: str = ""
