"""links are reminded of, told to have ended, and frozen together"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("link", sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("link", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("practice", sa.Column("links_frozen_at", sa.DateTime(timezone=True), nullable=True))
