"""cards open a message where no text can go; a practice may ask for the date of birth"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unlock_card",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("hash", sa.String(length=400), nullable=False),
        sa.Column("issued_by", sa.Uuid(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_unlock_card_practice_id")),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_unlock_card")),
    )
    op.create_index("ix_unlock_card_patient", "unlock_card", ["practice_id", "patient_id"])
    op.add_column("practice", sa.Column("asks_birth", sa.Boolean(), nullable=False, server_default=sa.false()))
