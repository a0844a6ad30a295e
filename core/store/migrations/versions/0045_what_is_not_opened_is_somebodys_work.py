"""what is not opened in time is somebody's work, and whoever sent it hears when it is opened"""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("practice", sa.Column("remind_days", sa.SmallInteger(), nullable=False, server_default="3"))
    op.add_column("practice", sa.Column("call_days", sa.SmallInteger(), nullable=False, server_default="5"))
    op.add_column("staff", sa.Column("hears_opened", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("link", sa.Column("reissued_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("link", sa.Column("call_message_id", sa.Uuid(), nullable=True))
