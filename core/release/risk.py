"""The guess-risk meter: how likely somebody is to guess a code of any live link before its tries run out (d9)."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select

from core.release.tables import LinkRow, WrongCode
from core.store.unit import Unit

ALARM = 1 / 10_000  # NIST 800-63B 3.2.2: what a hundred tries at six digits would be
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Risk:
    """Live links, the wrong codes they could still take, and those of the last 24 hours."""

    links: int
    left: int
    spent: int
    codes: int

    @property
    def chance(self) -> float:
        """That one of these guesses is right, if an attacker had every link: their number over the codes there are."""
        return (self.left + self.spent) / self.codes

    @property
    def alarming(self) -> bool:
        """Whether the chance is above one in ten thousand."""
        return self.chance > ALARM


def guess_risk(unit: Unit) -> Risk:
    """The practice's risk now."""
    limits = unit.settings.limits
    live = (
        LinkRow.practice_id == unit.practice_id,
        LinkRow.revoked_at.is_(None),
        LinkRow.frozen_at.is_(None),
        LinkRow.bait.is_(False),
        LinkRow.expires_at > unit.now,
    )
    count, used = unit.db.execute(select(func.count(), func.sum(LinkRow.wrong_in_row)).where(*live)).one()
    spent = unit.db.scalar(
        select(func.count())
        .select_from(WrongCode)
        .where(WrongCode.practice_id == unit.practice_id, WrongCode.at > unit.now - DAY)
    )
    return Risk(count, count * limits.wrong_in_row - (used or 0), spent or 0, 10**limits.code_digits)
