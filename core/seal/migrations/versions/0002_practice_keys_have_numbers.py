"""practice keys have numbers, and a data key knows which one wraps it"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "numbered_key",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("practice_id", "number"),
    )
    op.execute(
        "INSERT INTO numbered_key (practice_id, number, wrapped, created_at) "
        "SELECT practice_id, 1, wrapped, created_at FROM practice_key"
    )
    op.drop_table("practice_key")
    op.rename_table("numbered_key", "practice_key")
    with op.batch_alter_table("data_key") as key:
        key.add_column(sa.Column("wrapped_by", sa.Integer(), nullable=False, server_default="1"))
        key.create_foreign_key(
            "fk_data_key_wrapped_by", "practice_key", ["practice_id", "wrapped_by"], ["practice_id", "number"]
        )
    with op.batch_alter_table("data_key") as key:
        key.alter_column("wrapped_by", server_default=None)


def downgrade() -> None:
    raise RuntimeError("keys wrapped under a later number would be lost: restore a backup instead")
