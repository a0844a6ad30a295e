"""staff prove who they are twice"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("staff_session") as session:
        session.add_column(sa.Column("proved_at", sa.DateTime(timezone=True)))
    op.create_table(
        "sign_in_ticket",
        sa.Column("practice_id", sa.Uuid(), sa.ForeignKey("practice.id"), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("device", sa.String(length=400), nullable=False),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("passed_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("practice_id", "id", name="pk_sign_in_ticket"),
        sa.UniqueConstraint("token_hash", name="uq_sign_in_ticket_token_hash"),
    )
    op.create_table(
        "second_factor",
        sa.Column("practice_id", sa.Uuid(), sa.ForeignKey("practice.id"), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("seed", sa.LargeBinary(), nullable=False),
        sa.Column("enrolled_at", sa.DateTime(timezone=True)),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.Column("tries_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wrong_in_row", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("practice_id", "staff_id", name="pk_second_factor"),
    )
    op.create_table(
        "recovery_code",
        sa.Column("practice_id", sa.Uuid(), sa.ForeignKey("practice.id"), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("hash", sa.String(length=400), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("practice_id", "staff_id", "number", name="pk_recovery_code"),
    )
