"""texts that say that an email waits"""

import sqlalchemy as sa
from alembic import op

revision = "0069"
down_revision = "0068"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("texts_heads_up", "texts_reminder"):
        op.add_column("practice", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "text_beside",
        sa.Column("practice_id", sa.Uuid(), sa.ForeignKey("practice.id"), primary_key=True),
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_text_beside_due", "text_beside", ["due_at"])
    op.create_index("ix_text_beside_link", "text_beside", ["practice_id", "link_id"])
