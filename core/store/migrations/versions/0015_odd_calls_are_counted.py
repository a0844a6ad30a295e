"""odd calls are counted"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "odd_call",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("provider", sa.String(length=80), nullable=False),
        sa.Column("what", sa.String(length=80), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "provider", "what", name=op.f("pk_odd_call")),
    )
