"""The steps of a link, for the timeline: what happened, when, and the few facts that help (U65)."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import bindparam, insert, select

from core.release.tables import AccessLog, LinkRow, LinkStep
from core.store.prepared import Prepared
from core.store.types import AnyRow
from core.store.unit import Unit

_STEP = Prepared(insert(LinkStep), "practice_id id link_id what facts at")
_OPENINGS = Prepared(
    select(LinkStep.at, LinkStep.facts)
    .where(
        LinkStep.practice_id == bindparam("practice"),
        LinkStep.link_id == bindparam("link"),
        LinkStep.what == "unlocked",
    )
    .order_by(LinkStep.at)
)


def step(unit: Unit, link_id: UUID, what: str, **facts: object) -> None:
    """Record a step."""
    made = {"practice_id": unit.practice_id, "id": unit.new_id(), "link_id": link_id}
    _STEP.count(unit.db, {**made, "what": what, "facts": facts, "at": unit.now})


def steps_of(unit: Unit, message_id: UUID) -> Sequence[AnyRow]:
    """All steps of a message's link, oldest first."""
    return unit.db.execute(
        select(LinkStep.at, LinkStep.what, LinkStep.facts)
        .join(LinkRow, (LinkRow.practice_id == LinkStep.practice_id) & (LinkRow.id == LinkStep.link_id))
        .where(LinkStep.practice_id == unit.practice_id, LinkRow.message_id == message_id)
        .order_by(LinkStep.at, LinkStep.id)
    ).all()


def visits_of(unit: Unit, message_id: UUID) -> Sequence[AnyRow]:
    """Who followed a message's link, oldest first; what mail filters fetched is among it (ix_access_log_link)."""
    return unit.db.execute(
        select(AccessLog.at, AccessLog.what, AccessLog.device)
        .join(LinkRow, (LinkRow.practice_id == AccessLog.practice_id) & (LinkRow.id == AccessLog.link_id))
        .where(AccessLog.practice_id == unit.practice_id, LinkRow.message_id == message_id)
        .order_by(AccessLog.at, AccessLog.id)
    ).all()


def openings(unit: Unit, link_id: UUID) -> Sequence[AnyRow]:
    """Every unlock of a link, for the patient's own access log (security (d)6)."""
    return _OPENINGS.rows(unit.db, {"practice": unit.practice_id, "link": link_id})
