"""what somebody planned who left is held until somebody has looked at it"""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("scheduled", "reminder"):
        op.add_column(table, sa.Column("held_at", sa.DateTime(timezone=True), nullable=True))
