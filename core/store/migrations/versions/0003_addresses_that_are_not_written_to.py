"""addresses that are not written to"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BARS = ("opt_out", "unsubscribed", "hard_bounce", "blocked", "complaint", "wrong")


def upgrade() -> None:
    with op.batch_alter_table("delivery") as delivery:
        delivery.add_column(sa.Column("address_mac", sa.LargeBinary(length=32), nullable=True))
    op.create_table(
        "bar",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Enum("sms", "email", name="channel", native_enum=False, length=20), nullable=False),
        sa.Column("address_mac", sa.LargeBinary(length=32), nullable=False),
        sa.Column("bar", sa.Enum(*BARS, name="bar", native_enum=False, length=20), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_bar_practice_id")),
        sa.PrimaryKeyConstraint("practice_id", "channel", "address_mac", "bar", name=op.f("pk_bar")),
    )
    op.create_table(
        "second_look",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("bar", sa.Enum(*BARS, name="bar", native_enum=False, length=20), nullable=True),
        sa.Column("free", sa.Boolean(), nullable=False),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_second_look_practice_id")),
        sa.PrimaryKeyConstraint("practice_id", "delivery_id", name=op.f("pk_second_look")),
    )
    op.create_index("ix_second_look_due", "second_look", ["due_at"])
