"""whoever sent what failed is told once"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("delivery", sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
