"""an early report keeps when it happened"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("early_report", sa.Column("sender", sa.String(length=80), nullable=False, server_default=""))
    op.add_column("early_report", sa.Column("happened_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("early_report") as early_report:
        early_report.drop_column("happened_at")
        early_report.drop_column("sender")
