"""reports may come early and texts are read back"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

BARS = ("opt_out", "unsubscribed", "hard_bounce", "blocked", "complaint", "wrong")
STATUSES = ("queued", "sent", "delivered", "failed", "bounced", "blocked", "cancelled", "unknown")


def upgrade() -> None:
    op.create_table(
        "early_report",
        sa.Column("provider", sa.String(length=80), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("status", sa.Enum(*STATUSES, name="status", native_enum=False, length=20), nullable=False),
        sa.Column("reason", sa.String(length=80), nullable=False),
        sa.Column("free", sa.Boolean(), nullable=False),
        sa.Column("bar", sa.Enum(*BARS, name="bar", native_enum=False, length=20), nullable=True),
        sa.Column("proven", sa.Boolean(), nullable=False),
        sa.Column("units", sa.SmallInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("provider", "reference", "status", name=op.f("pk_early_report")),
    )
    op.create_index("ix_early_report_at", "early_report", ["at"])
    op.add_column("unmatched", sa.Column("reference", sa.String(length=80), nullable=True))
    op.add_column("unmatched", sa.Column("asked", sa.SmallInteger(), nullable=False, server_default="0"))
    op.add_column("unmatched", sa.Column("ask_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_unmatched_ask", "unmatched", ["ask_at"])


def downgrade() -> None:
    op.drop_index("ix_unmatched_ask", "unmatched")
    with op.batch_alter_table("unmatched") as unmatched:
        for column in ("ask_at", "asked", "reference"):
            unmatched.drop_column(column)
    op.drop_table("early_report")
