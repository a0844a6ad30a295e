"""a practice has a logo"""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("practice", sa.Column("logo", sa.String(length=80), nullable=False, server_default=""))
    op.create_table(
        "practice_logo",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("png", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_practice_logo_practice_id")),
        sa.PrimaryKeyConstraint("practice_id", name=op.f("pk_practice_logo")),
    )
    op.create_index("ix_practice_logo_digest", "practice_logo", ["digest"])
