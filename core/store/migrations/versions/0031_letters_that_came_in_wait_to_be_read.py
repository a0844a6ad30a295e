"""letters that came in wait to be read"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "arrived_letter",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider", sa.String(length=80), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_arrived_letter_practice_id")),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_arrived_letter")),
    )
    op.create_index("ix_arrived_letter_due", "arrived_letter", ["due_at"])


def downgrade() -> None:
    op.drop_table("arrived_letter")
