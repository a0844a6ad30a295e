"""credits are ordered and run low"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("practice") as practice:
        practice.add_column(sa.Column("credits_low_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "credit_order",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("invoice", sa.String(length=80), nullable=False),
        sa.Column("credits", sa.Integer(), nullable=False),
        sa.Column("payment", sa.String(length=80), nullable=False),
        sa.Column("ordered_by", sa.Uuid(), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_credit_order_practice_id")),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_credit_order")),
    )
    op.create_index("uq_credit_order_invoice", "credit_order", ["practice_id", "invoice"], unique=True)


def downgrade() -> None:
    op.drop_table("credit_order")
    with op.batch_alter_table("practice") as practice:
        practice.drop_column("credits_low_at")
