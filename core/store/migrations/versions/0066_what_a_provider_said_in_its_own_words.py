"""what a provider said in its own words"""

import sqlalchemy as sa
from alembic import op

revision = "0066"
down_revision = "0065"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("provider_report", "waiting_report"):
        op.add_column(table, sa.Column("words", sa.LargeBinary, nullable=True))
