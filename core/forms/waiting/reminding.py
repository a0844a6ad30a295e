"""A reminder of a form that was opened and not sent back: once a link; by itself never to who is at it today (F46)."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.orm import aliased

from core.forms.answers import has_form
from core.forms.tables import FormAnswers
from core.practice.portal_look import REMIND_DAYS
from core.practice.tables import PracticeRow
from core.release.reminders import BATCH, NOT_JUST_BEFORE, ago, remind_of, sent_for
from core.release.tables import LinkRow
from core.store.types import AnyRow, AnySelect
from core.store.unit import SYSTEM, Unit, Who
from core.store.writer import Store

AT_IT = timedelta(days=1)


def remind_unsent(store: Store) -> int:
    """A chore of the worker: remind patients of forms they began and did not send; how many."""
    due = store.door(_unsent, store.clock())
    return sum(store.run(Who(row.practice_id, SYSTEM), remind_of, row.id, form=True) for row in due)


def remind_by_hand(unit: Unit, link_id: UUID) -> bool:
    """Mail a reminder because a colleague wants it, once a link: of what was not opened, or a form not sent back yet;
    whether there was one to send."""
    return remind_of(unit, link_id) or (has_form(unit, link_id) and remind_of(unit, link_id, form=True))


def _unsent(db: Connection, now: datetime) -> list[AnyRow]:
    """Links of forms that were opened, whose last answer is of another day; the worker's own read, on nobody's way."""
    asked = {"yesterday": now - AT_IT, "soon": now + NOT_JUST_BEFORE, **ago(REMIND_DAYS, now)}
    return list(db.execute(_UNSENT, asked))


def _statement() -> AnySelect:
    link, row = LinkRow, FormAnswers
    ended = (link.answered_at, link.on_paper_at, link.revoked_at, link.frozen_at, link.erased_at)
    closed = (*ended, link.reminded_at, row.submitted_at)
    any_form = aliased(FormAnswers)
    at_it = select(any_form.link_id).where(
        any_form.practice_id == link.practice_id,
        any_form.link_id == link.id,
        any_form.saved_at > bindparam("yesterday"),
    )
    return (
        select(link.practice_id, link.id)
        .join(PracticeRow, PracticeRow.id == link.practice_id)
        .join(row, (row.practice_id == link.practice_id) & (row.link_id == link.id))
        .where(
            *(one.is_(None) for one in closed),
            link.unlocked_at < bindparam("yesterday"),
            sent_for(PracticeRow.remind_days, REMIND_DAYS),
            link.expires_at > bindparam("soon"),
            ~at_it.exists(),
        )
        .distinct()
        .limit(BATCH)
    )


_UNSENT = _statement()  # made once: the worker asks every second
