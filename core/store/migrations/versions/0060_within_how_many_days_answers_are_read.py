"""a practice says itself within how many working days it reads what patients answer"""

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("practice", sa.Column("answer_days", sa.SmallInteger(), nullable=False, server_default="2"))
