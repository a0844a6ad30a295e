"""a practice's own number may be refused, and what a report says about us is asked about"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("practice", sa.Column("number_refused_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("second_look", sa.Column("fault", sa.String(length=80), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("second_look") as second_look:
        second_look.drop_column("fault")
    with op.batch_alter_table("practice") as practice:
        practice.drop_column("number_refused_at")
