"""a trial has an end"""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0071"
down_revision = "0070"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("practice", sa.Column("trial_ends_at", sa.DateTime(timezone=True), nullable=True))
    practice = sa.table(
        "practice", sa.column("plan", sa.String), sa.column("trial_ends_at", sa.DateTime(timezone=True))
    )
    ends = datetime.now(UTC) + timedelta(days=30)  # whoever is on trial now has all of it from today
    op.execute(practice.update().where(practice.c.plan == "trial").values(trial_ends_at=ends))
