"""answers are corrected, and what they said before is kept"""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("form_answers", sa.Column("corrected", sa.SmallInteger(), nullable=False, server_default="0"))
    op.create_table(
        "form_correction",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("response", sa.LargeBinary(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_form_correction_practice_id")),
        sa.PrimaryKeyConstraint("practice_id", "link_id", "place", "number", name=op.f("pk_form_correction")),
    )
    op.create_index("ix_form_correction_message", "form_correction", ["practice_id", "message_id"])
