"""many reports wait for a worker"""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

BARS = ("opt_out", "unsubscribed", "hard_bounce", "blocked", "complaint", "wrong")
STATUSES = ("queued", "sent", "delivered", "failed", "bounced", "blocked", "cancelled", "unknown")


def upgrade() -> None:
    op.create_table(
        "waiting_report",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("status", sa.Enum(*STATUSES, name="status", native_enum=False, length=20), nullable=False),
        sa.Column("reason", sa.String(length=80), nullable=False),
        sa.Column("free", sa.Boolean(), nullable=False),
        sa.Column("bar", sa.Enum(*BARS, name="bar", native_enum=False, length=20), nullable=True),
        sa.Column("proven", sa.Boolean(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_waiting_report_practice_id")),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_waiting_report")),
    )
    op.create_index("ix_waiting_report_at", "waiting_report", ["at"])
