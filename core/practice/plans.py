"""What a plan allows: a trial practice uses Internal and Direct Messages, not SMS or e-mail, for thirty days.

When they are over nothing new goes to patients. What was sent stays open to them, is answered and may be sent again,
and colleagues write to each other as before: a practice that thinks it over loses nothing.
"""

from datetime import datetime, timedelta

from sqlalchemy import update

from core.audit.trail import append
from core.errors import LatchkeyError
from core.practice import find
from core.practice.tables import PracticeRow
from core.practice.words import Plan, PracticeCard, Right
from core.store.unit import Unit

TRIAL = timedelta(days=30)
NOT_ON_TRIAL = frozenset({Right.SEND_SMS, Right.SEND_EMAIL})
NOT_AFTER_TRIAL = NOT_ON_TRIAL | {Right.SEND_DIRECT, Right.SEND_FORM}


class NotOnTrial(LatchkeyError):
    """The practice's plan does not include this."""

    def __init__(self, right: Right) -> None:
        super().__init__(right.value)
        self.right = right


class TrialOver(LatchkeyError):
    """The practice's trial has ended."""


def require_plan(unit: Unit, right: Right) -> None:
    """Raises NotOnTrial or TrialOver when the practice's plan does not include the right."""
    if right in NOT_AFTER_TRIAL and (refusal := refused(find.card(unit), right, unit.now)):
        raise refusal


def refused(card: PracticeCard, right: Right, now: datetime) -> NotOnTrial | TrialOver | None:
    """Why a practice's plan does not include a right at a moment; None when it does."""
    if card.plan is not Plan.TRIAL:
        return None
    if right in NOT_AFTER_TRIAL and card.trial_days(now) == 0:
        return TrialOver()
    return NotOnTrial(right) if right in NOT_ON_TRIAL else None


def change(unit: Unit, plan: Plan, trial: timedelta = TRIAL) -> None:
    """Put the practice on a plan from now on; a trial lasts `trial`, also one that was over."""
    ends = unit.now + trial if plan is Plan.TRIAL else None
    unit.db.execute(update(PracticeRow).where(PracticeRow.id == unit.practice_id).values(plan=plan, trial_ends_at=ends))
    append(unit, "plan changed", unit.practice_id, plan=plan.value)
