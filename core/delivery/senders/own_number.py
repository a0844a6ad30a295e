"""A practice's own number: texts come from it, so that answers find the practice; a network may refuse it (P12, P35).

Then that practice's texts wait and nobody else's. Its owners and admins get one letter, and one when the number has
been good for ten minutes: of a number that is refused on and off they hear once.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, and_, bindparam, or_, select, update

from core.calendar import clock
from core.delivery.notices import number_good, number_refused
from core.delivery.providers.circuit import of_number, open_now
from core.delivery.tables import CircuitRow
from core.delivery.writing.admins import write_to_admins
from core.practice import find as practice
from core.practice.tables import PracticeRow
from core.store.types import AnyRow
from core.store.unit import SYSTEM, Unit, Who
from core.store.writer import Store

CALM = timedelta(minutes=10)  # as long as the longest pause before a circuit is tried again
REFUSED = "own_number"  # the reason of what waits for it


_OWN = select(PracticeRow.sms_sender).where(PracticeRow.id == bindparam("practice"))


def texting_number(unit: Unit) -> str:
    """The number texts come from, so that answers find the practice: its own, else the installation's."""
    own: str | None = unit.db.scalar(_OWN, {"practice": unit.practice_id})
    return own or unit.settings.plivo_sender


def texts_wait(unit: Unit) -> bool:
    """Whether this practice's texts are kept back now: nobody brings them, or its number is refused."""
    provider, shut = unit.settings.sms_provider, open_now(unit.db)
    return provider in shut or of_number(provider, texting_number(unit)) in shut


def kept_back(db: Connection, numbers: Iterable[str]) -> Sequence[UUID]:
    """The practices that text from one of these numbers."""
    return db.scalars(select(PracticeRow.id).where(PracticeRow.sms_sender.in_(numbers))).all()


def tell_whose(store: Store, provider: str) -> int:
    """Let admins know whose number has just been refused, and whose is good again; how many practices."""
    news = store.door(_news, provider, store.clock())
    for row in news:
        store.run(Who(row.id, SYSTEM), _tell, provider.capitalize(), row.sms_sender, row.opened_at)
    return len(news)


def _tell(unit: Unit, provider: str, number: str, since: datetime | None) -> None:
    """One letter to each, whichever worker is first; `since` is None when the number is good again."""
    known = PracticeRow.number_refused_at
    noted = unit.db.execute(
        update(PracticeRow)
        .where(PracticeRow.id == unit.practice_id, known.is_(None) if since else known.is_not(None))
        .values(number_refused_at=since)
    )
    if noted.rowcount == 0:
        return
    if since:
        at = clock(since, practice.card(unit).time_zone)
        write_to_admins(unit, lambda to: number_refused(to, provider, number, at))
    else:
        write_to_admins(unit, lambda to: number_good(to, provider, number))


def _news(db: Connection, provider: str, now: datetime) -> Sequence[AnyRow]:
    """Practices whose number was refused or has become good, and nobody was told (a row a practice)."""
    row, mine = CircuitRow, PracticeRow
    calm = or_(row.provider.is_(None), and_(row.opened_at.is_(None), row.closed_at <= now - CALM))
    return db.execute(
        select(mine.id, mine.sms_sender, row.opened_at)
        .outerjoin(row, row.provider == of_number(provider, "") + mine.sms_sender)
        .where(
            or_(
                and_(mine.number_refused_at.is_(None), row.opened_at.is_not(None)),
                and_(mine.number_refused_at.is_not(None), calm),
            )
        )
    ).all()
