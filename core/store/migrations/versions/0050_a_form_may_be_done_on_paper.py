"""a form that waits may be done on paper"""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("link") as link:
        link.add_column(sa.Column("on_paper_at", sa.DateTime(timezone=True), nullable=True))
