"""what nobody opened is everybody's"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("practice", sa.Column("open_within", sa.Integer(), nullable=False, server_default="120"))
    op.create_table(
        "unopened",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("everybodys_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_unopened_practice_id")),
        sa.PrimaryKeyConstraint("practice_id", "conversation_id", name=op.f("pk_unopened")),
    )
    op.create_index("ix_unopened_due", "unopened", ["due_at"])


def downgrade() -> None:
    op.drop_table("unopened")
    with op.batch_alter_table("practice") as practice:
        practice.drop_column("open_within")
