"""what comes in for nobody waits in a tray"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unmatched",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Enum("sms", "email", name="channel", native_enum=False, length=20), nullable=False),
        sa.Column(
            "why",
            sa.Enum("unknown", "several", "spam", "unproven", name="unclear", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.Uuid(), nullable=True),
        sa.Column("patient_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_unmatched_practice_id")),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_unmatched")),
    )
    op.create_index("ix_unmatched_done", "unmatched", ["practice_id", "done_at", "id"])
    op.create_table(
        "texted",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("phone", sa.LargeBinary(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_texted_practice_id")),
        sa.PrimaryKeyConstraint("practice_id", "phone", name=op.f("pk_texted")),
    )
    op.create_index("ix_texted_phone", "texted", ["phone", "at"])
    op.create_table(
        "stranger",
        sa.Column("phone", sa.LargeBinary(length=32), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("phone", name=op.f("pk_stranger")),
    )
