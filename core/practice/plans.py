"""What a plan allows: a trial practice uses Internal and Direct Messages, not SMS or e-mail."""

from core.errors import LatchkeyError
from core.practice import find
from core.practice.words import Plan, Right
from core.store.unit import Unit

NOT_ON_TRIAL = frozenset({Right.SEND_SMS, Right.SEND_EMAIL})


class NotOnTrial(LatchkeyError):
    """The practice's plan does not include this."""

    def __init__(self, right: Right) -> None:
        super().__init__(right.value)
        self.right = right


def require_plan(unit: Unit, right: Right) -> None:
    """Raises NotOnTrial when the practice's plan does not include the right."""
    if right in NOT_ON_TRIAL and find.card(unit).plan is Plan.TRIAL:
        raise NotOnTrial(right)
