"""a membership has a beginning; those that there were begin at the beginning"""

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("member", sa.Column("sees_after", sa.BigInteger(), nullable=False, server_default="0"))
