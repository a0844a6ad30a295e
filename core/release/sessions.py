"""Patient sessions: one browser, one link, a quarter of an hour (S29-S34)."""

import secrets
from uuid import UUID

from sqlalchemy import bindparam, insert, select, update

from core.practice.sessions import hash_of
from core.release.tables import PatientSession
from core.store.prepared import Prepared
from core.store.unit import Unit

_START = Prepared(insert(PatientSession), "practice_id id link_id token_hash device created_at seen_at")
_LIVE = Prepared(
    select(PatientSession.id)
    .where(
        PatientSession.practice_id == bindparam("practice"),
        PatientSession.link_id == bindparam("link"),
        PatientSession.ended_at.is_(None),
    )
    .order_by(PatientSession.created_at.desc(), PatientSession.id.desc())  # by the id alone SQLite reads all there are
)
_TOUCH = Prepared(
    update(PatientSession)
    .where(PatientSession.practice_id == bindparam("practice"), PatientSession.id == bindparam("session"))
    .values(seen_at=bindparam("now"))
)


def start(unit: Unit, link_id: UUID, device: str) -> str:
    """Begin a session for a link; the cookie's value. Three live at once (S34), the oldest makes room."""
    token = secrets.token_urlsafe(32)
    _START.count(
        unit.db,
        {
            "practice_id": unit.practice_id,
            "id": unit.new_id(),
            "link_id": link_id,
            "token_hash": hash_of(token),
            "device": device[:200],
            "created_at": unit.now,
            "seen_at": unit.now,
        },
    )
    for old in _live(unit, link_id)[unit.settings.limits.sessions :]:
        end(unit, old)
    return token


def touch(unit: Unit, session_id: UUID) -> None:
    """The patient did something: the quarter of an hour begins anew."""
    _TOUCH.count(unit.db, {"practice": unit.practice_id, "session": session_id, "now": unit.now})


def end(unit: Unit, session_id: UUID) -> None:
    """Lock again in one browser."""
    unit.db.execute(
        update(PatientSession)
        .where(
            PatientSession.practice_id == unit.practice_id,
            PatientSession.id == session_id,
            PatientSession.ended_at.is_(None),
        )
        .values(ended_at=unit.now)
    )


def end_all(unit: Unit, link_id: UUID) -> None:
    """Lock in every browser (S34)."""
    for session_id in _live(unit, link_id):
        end(unit, session_id)


def _live(unit: Unit, link_id: UUID) -> list[UUID]:
    return [row.id for row in _LIVE.rows(unit.db, {"practice": unit.practice_id, "link": link_id})]
