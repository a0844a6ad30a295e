"""what no report came about is asked about, and a step has the provider's time"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("delivery", sa.Column("read_due_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_delivery_read_due", "delivery", ["read_due_at"])
    op.add_column("delivery_step", sa.Column("happened_at", sa.DateTime(timezone=True), nullable=True))
