"""A form tried out by staff: what a page posted is judged like a patient's answers, and nothing is kept (F78). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from core.forms import kinds
from core.forms.asking.route import put
from core.forms.engine import evaluate
from core.forms.flags import flagged
from core.forms.kinds import Posted
from core.forms.scores import Score, score
from core.forms.words import Answers, Asked, Entry, Kind, Page, Questionnaire, State


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A form as a patient would find it now; `wrong` are the contract's words by the name of the field."""

    form: Questionnaire
    state: State
    wrong: Mapping[str, str]

    @property
    def pages(self) -> tuple[Page, ...]:
        """What would be asked, in order; what repeats stands there once."""
        return tuple(one for page in self.state.pages if not page.lists for one in page.questions)

    @property
    def score(self) -> Score | None:
        """What the answers count."""
        return score(self.form, self.state.answers)

    @property
    def urgent(self) -> bool:
        """Whether somebody would be called at once."""
        return flagged(self.form, self.state.answers)

    def missing(self, page: Page) -> bool:
        """Whether a patient could not go on from there."""
        return any(one.place == page.asked.place for one in self.state.invalid)


def rehearse(form: Questionnaire, posted: Posted, now: datetime, zone: tzinfo) -> Rehearsal:
    """The form with what was posted; what that opens is filled too, until nothing new is."""
    answers: Answers = {}
    wrong: dict[str, str] = {}
    taken: set[str] = set()
    state = evaluate(form, answers, now=now)
    while fresh := [one for one in state.asked if _takes(one) and one.name not in taken]:
        for asked in fresh:
            taken.add(asked.name)
            try:
                values = kinds.answer(asked, posted, zone)
            except kinds.Mistyped as mistyped:
                wrong[asked.name] = mistyped.why
                continue
            answers = put(answers, asked.place, tuple(map(Entry, values)))
        state = evaluate(form, answers, now=now)
    return Rehearsal(form, state, wrong)


def _takes(asked: Asked) -> bool:
    item = asked.item
    return (
        item.askable and item.kind is not Kind.ATTACHMENT and (item.kind is not Kind.REFERENCE or bool(asked.options))
    )
