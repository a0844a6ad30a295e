"""What staff read about Smart Forms: what went wrong with one, and the words of a copy on paper."""

from collections.abc import Callable, Mapping
from typing import Any

from core.errors import LatchkeyError
from core.forms.answered import Answered
from core.forms.library import NeedsAccepting, NotAForm
from core.forms.paper import CannotPrint, Words

CODES: Mapping[type[LatchkeyError], tuple[str, int]] = {
    NotAForm: ("invalid", 422),
    NeedsAccepting: ("invalid", 422),
    CannotPrint: ("invalid", 422),
}

SENTENCES: Mapping[type[LatchkeyError], Callable[[Any], str]] = {
    NotAForm: lambda e: "This file cannot be imported as a form.",
    NeedsAccepting: lambda e: "Some questions of this form cannot be asked as written.",
    CannotPrint: lambda e: (
        f"The answers have letters that the PDF cannot show ({', '.join(e.scripts)}). Take the CSV or FHIR copy."
    ),
}


def on_paper(given: Answered) -> Words:
    """The words of a staff copy."""
    return Words(
        answered="Answered",
        version=f"Version {given.version}",
        open="Not answered",
        page="Page {page} of {pages}",
        score="Score",
        open_score="No score: {answered} of {of} questions answered",
    )
