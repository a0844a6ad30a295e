"""forms say where they came from, and a file is looked at before it becomes one"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("form_version", sa.Column("origin", sa.String(length=80), nullable=False, server_default="import"))
    op.create_table(
        "form_upload",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_form_upload_practice_id")),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_form_upload")),
    )
