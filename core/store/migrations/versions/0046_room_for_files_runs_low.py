"""owners and admins are told once that the room for files runs low"""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("practice", sa.Column("room_low_at", sa.DateTime(timezone=True), nullable=True))
