"""Bringing ledgers from before lines had states: the balance is their sum, and links still hold their code's credit."""

from uuid import UUID

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from core.store.migrate import ROWS
from tests.core.store.conftest import opened

PRACTICE, OTHER = UUID(int=1), UUID(int=2)
MESSAGES = [UUID(int=10 + n) for n in range(3)]
LINES = [  # amount, reason, about
    (100, "top-up", None), (-2, "sms", MESSAGES[0]), (2, "not sent", MESSAGES[0]), (-1, "held for a code", MESSAGES[1]),
    (1, "code not needed", MESSAGES[1]), (-1, "held for a code", MESSAGES[1]), (-1, "held for a code", MESSAGES[2]),
    (-1, "access code", MESSAGES[2]),
]  # fmt: skip


def bring(url: str, revision: str) -> None:
    with opened(url) as db:
        config = Config()
        config.set_main_option("script_location", str(ROWS))
        config.attributes["connection"] = db
        command.upgrade(config, revision)


def test_old_lines_get_their_states_and_practices_the_line_they_began_with(empty):
    bring(empty, "0001")
    with opened(empty) as db:
        as_kept = (lambda one: one.hex) if "sqlite" in empty else (lambda one: one)
        for practice, credits in ((PRACTICE, 97), (OTHER, 20)):
            db.execute(
                text(
                    "INSERT INTO practice VALUES (:id, :slug, 'Elm', 'trial', '1', '', '', 'UTC', 'GB', '1', :credits, 0, '2026-11-01')"
                ),
                {"id": as_kept(practice), "slug": str(practice), "credits": credits},
            )
        for number, (amount, reason, about) in enumerate(LINES):
            db.execute(
                text("INSERT INTO credit_entry VALUES (:practice, :id, '2026-11-02 10:00:00', :amount, :reason, :about)"),
                {"practice": as_kept(PRACTICE), "id": as_kept(UUID(int=50 + number)), "amount": amount, "reason": reason,
                 "about": as_kept(about) if about else None},
            )  # fmt: skip
        for number, held in ((1, 1), (2, 0)):
            db.execute(
                text(
                    "INSERT INTO link (practice_id, id, token_hash, message_id, conversation_id, patient_id, phone, "
                    "phone_mac, phone_ending, created_at, expires_at, wrong_in_row, held) VALUES (:practice, :id, :hash, "
                    ":message, :id, :id, :hash, :hash, '57', '2026-11-02', '2026-12-02', 0, :held)"
                ),
                {"practice": as_kept(PRACTICE), "id": as_kept(UUID(int=80 + number)), "hash": bytes([number]),
                 "message": as_kept(MESSAGES[number]), "held": held},
            )  # fmt: skip
    bring(empty, "head")
    with opened(empty) as db:
        kept = db.execute(text("SELECT amount, state, reason, holder FROM credit_entry ORDER BY id")).all()
        sums = db.execute(text("SELECT sum(amount) FROM credit_entry GROUP BY practice_id ORDER BY practice_id")).all()
    assert [one[0] for one in sums] == [97, 20]
    assert [(one.amount, one.state, one.reason) for one in kept] == [
        (20, "added", "opening"), (100, "added", "added"), (-2, "spent", "sms"), (2, "given_back", "sms"),
        (-1, "spent", "code"), (1, "given_back", "code"), (-1, "held", "code"), (-1, "spent", "code"), (-1, "spent", "code"),
    ]  # fmt: skip
    assert [one.holder is not None for one in kept].count(True) == 1
