"""whether an email went about what waits"""

import sqlalchemy as sa
from alembic import op

revision = "0068"
down_revision = "0067"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("notification", sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True))
    # About what is unread and waits for no email one may have gone: rather none than a second.
    op.execute("UPDATE notification SET mailed_at = created_at WHERE read_at IS NULL AND mail_due_at IS NULL")
