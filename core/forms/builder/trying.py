"""What the engine makes of a form and a response, as the contract writes it (`latchkey form try`); stores nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.forms.asking.places import plan
from core.forms.asking.route import unsent
from core.forms.engine import evaluate
from core.forms.response import read, response
from core.forms.words import Questionnaire, Value


@dataclass(frozen=True, slots=True)
class Tried:
    """`told` is the contract's object; `unsent` are linkIds that were answered and are not asked with these answers.

    That is no fault of a draft, in which such answers wait; yet nobody should miss them without a word.
    """

    told: dict[str, Any]
    unsent: tuple[str, ...]


def tried(form: Questionnaire, given: Mapping[str, Any], now: datetime) -> Tried:
    """`enabled`, `calculated`, `invalid`, `valid` and the `response` that would be sent."""
    found = read(form, given)
    state = evaluate(form, found.answers, now=now)
    invalid = [{"linkId": link_id, "why": "type"} for link_id in found.strange]
    invalid += [{"linkId": str(place), "why": "occurs"} for place in found.surplus]
    invalid += [{"linkId": str(one.place), "why": one.why} for one in state.invalid]
    wrong = {one.place.link_id for one in state.invalid}
    dropped = dict.fromkeys(item.link_id for item in unsent(plan(form), found.answers, state.answers))
    told = {
        "enabled": [str(one.place) for one in state.asked],
        "calculated": {str(place): _plain(values) for place, values in state.calculated.items()},
        "invalid": invalid,
        "valid": not invalid,
        "response": response(form, state.answers, now),
    }
    return Tried(told, tuple(one for one in dropped if one not in wrong))


def _plain(values: tuple[Value, ...]) -> Any:
    """What was calculated, without the name of its type; a list only where there are several."""
    found = [_content(value) for value in values]
    return found[0] if len(found) == 1 else found


def _content(value: Value) -> Any:
    content = next(iter(value.values()))
    return dict(content) if isinstance(content, Mapping) else content
