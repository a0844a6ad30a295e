"""providers have a pace and a circuit"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pace",
        sa.Column("name", sa.String(80), primary_key=True),
        sa.Column("level", sa.Double(), nullable=False),
        sa.Column("rate", sa.Double(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "circuit",
        sa.Column("provider", sa.String(80), primary_key=True),
        sa.Column("stumbles", sa.SmallInteger(), nullable=False),
        sa.Column("stumbling_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why", sa.String(80), nullable=False),
        sa.Column("wait", sa.Integer(), nullable=False),
        sa.Column("probe_at", sa.DateTime(timezone=True), nullable=True),
    )
    with op.batch_alter_table("delivery") as delivery:
        delivery.add_column(sa.Column("waits_since", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("delivery") as delivery:
        delivery.drop_column("waits_since")
    op.drop_table("circuit")
    op.drop_table("pace")
