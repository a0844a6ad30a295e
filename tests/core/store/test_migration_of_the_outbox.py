"""Bringing an outbox from before it was taken in turn: each parcel knows its channel, its end, and where it is."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import text

from core.store.types import MomentType
from tests.core.store.conftest import opened
from tests.core.store.test_migration_of_credits import bring

PRACTICE = UUID(int=1)
BEGAN = datetime(2026, 11, 2, 10, tzinfo=UTC)
DELIVERIES = [  # channel, until, attempt begun
    ("sms", None, None), ("email", BEGAN + timedelta(minutes=10), None), ("sms", None, BEGAN + timedelta(seconds=1)),
]  # fmt: skip
OUTBOX = sa.table(
    "outbox",
    *(sa.column(name, sa.Uuid()) for name in ("practice_id", "delivery_id")),
    *(sa.column(name, MomentType()) for name in ("due_at", "until", "attempt_at")),
    *(sa.column(name) for name in ("rank", "attempts", "parcel")),
)


def as_kept(url: str, one: UUID) -> object:
    return one.hex if "sqlite" in url else one


def test_what_waited_waits_on_and_what_was_begun_says_so(empty):
    bring(empty, "0006")
    with opened(empty) as db:
        db.execute(
            text(
                "INSERT INTO practice (id, slug, name, plan, phone, hours, urgent, time_zone, country, sms_sender, credits, "
                "patients_version, created_at, word_documents) VALUES (:id, 'elm', 'Elm', 'trial', '1', '', '', 'UTC', 'GB', "
                "'1', 0, 0, '2026-11-01', false)"
            ),
            {"id": as_kept(empty, PRACTICE)},
        )
        for number, (channel, until, attempt) in enumerate(DELIVERIES, 10):
            ids = {"practice": as_kept(empty, PRACTICE), "id": as_kept(empty, UUID(int=number))}
            db.execute(
                text(
                    "INSERT INTO delivery (practice_id, id, channel, purpose, masked, provider, status, status_at, reason, "
                    "attempts, credits, created_at) VALUES (:practice, :id, :channel, 'body', '', '', 'queued', "
                    "'2026-11-02', '', 0, 0, '2026-11-02')"
                ),
                {**ids, "channel": channel},
            )
            db.execute(
                sa.insert(OUTBOX).values(
                    practice_id=PRACTICE, delivery_id=UUID(int=number), rank=1, due_at=BEGAN, until=until, parcel=b"x",
                    attempts=0, attempt_at=attempt,
                )
            )  # fmt: skip
    bring(empty, "head")
    with opened(empty) as db:
        kept = db.execute(text("SELECT channel, stage, until, due_at FROM outbox ORDER BY delivery_id")).all()
    assert [(one.channel, one.stage) for one in kept] == [("sms", "waiting"), ("email", "waiting"), ("sms", "begun")]
    assert ["10:10:00" in str(one.until) for one in kept] == [False, True, False]
    assert "2026-11-03" in str(kept[0].until) and "10:02:01" in str(kept[2].due_at)
