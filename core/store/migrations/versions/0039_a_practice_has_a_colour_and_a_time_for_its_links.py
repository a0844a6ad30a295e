"""a practice has a colour, and a time for its links"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("practice", sa.Column("accent", sa.String(length=80), nullable=False, server_default=""))
    op.add_column("practice", sa.Column("link_hours", sa.SmallInteger(), nullable=False, server_default="168"))
