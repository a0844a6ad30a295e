"""a person may do without the chat's own keys"""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("staff", sa.Column("has_keys", sa.Boolean(), nullable=False, server_default=sa.true()))
