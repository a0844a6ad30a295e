"""each person pins, mutes and is mentioned; what a message said before is kept"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("member") as member:
        member.add_column(sa.Column("pinned", sa.Boolean(), nullable=False, server_default=sa.false()))
        member.add_column(sa.Column("muted_until", sa.DateTime(timezone=True), nullable=True))
        member.add_column(sa.Column("mentioned_seq", sa.BigInteger(), nullable=False, server_default="0"))
    with op.batch_alter_table("staff") as staff:
        staff.add_column(sa.Column("shows_typing", sa.Boolean(), nullable=False, server_default=sa.true()))
        staff.add_column(sa.Column("shows_presence", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.create_table(
        "message_before",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_message_before_practice_id")),
        sa.PrimaryKeyConstraint("practice_id", "message_id", "number", name=op.f("pk_message_before")),
    )


def downgrade() -> None:
    op.drop_table("message_before")
    with op.batch_alter_table("staff") as staff:
        staff.drop_column("shows_presence")
        staff.drop_column("shows_typing")
    with op.batch_alter_table("member") as member:
        member.drop_column("mentioned_seq")
        member.drop_column("muted_until")
        member.drop_column("pinned")
