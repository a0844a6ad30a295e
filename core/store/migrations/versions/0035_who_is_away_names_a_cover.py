"""who is away names a cover"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("staff", sa.Column("away_from", sa.DateTime(timezone=True), nullable=True))
    op.add_column("staff", sa.Column("away_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("staff", sa.Column("cover_id", sa.Uuid(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("staff") as staff:
        for name in ("away_from", "away_until", "cover_id"):
            staff.drop_column(name)
