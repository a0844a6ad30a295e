"""each report of a provider is kept"""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

STATUSES = ("queued", "sent", "delivered", "failed", "bounced", "blocked", "cancelled", "unknown")


def upgrade() -> None:
    op.create_table(
        "provider_report",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("status", sa.Enum(*STATUSES, name="status", native_enum=False, length=20), nullable=False),
        sa.Column("reason", sa.String(length=80), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=True),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_provider_report_practice_id")),
        sa.PrimaryKeyConstraint("practice_id", "delivery_id", "digest", name=op.f("pk_provider_report")),
    )
    op.create_index("ix_provider_report_at", "provider_report", ["practice_id", "at"])
    op.add_column("early_report", sa.Column("sequence", sa.Integer(), nullable=True))
