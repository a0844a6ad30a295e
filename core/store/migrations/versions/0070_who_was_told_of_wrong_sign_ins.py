"""who was told of wrong sign-ins"""

import sqlalchemy as sa
from alembic import op

revision = "0070"
down_revision = "0069"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("signin_try", sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_signin_try_failures", "signin_try", ["failures"])
