"""a person chooses whether Enter or Shift+Enter sends"""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("staff", sa.Column("enter_sends", sa.Boolean(), nullable=False, server_default=sa.true()))
