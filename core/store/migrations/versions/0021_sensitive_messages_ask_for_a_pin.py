"""sensitive messages ask for a PIN that the patient chose in person"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "patient_pin",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("hash", sa.String(length=400), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_patient_pin_practice_id")),
        sa.PrimaryKeyConstraint("practice_id", "patient_id", name=op.f("pk_patient_pin")),
    )
    op.add_column("link", sa.Column("sensitive", sa.Boolean(), nullable=False, server_default=sa.false()))
