"""what waits to leave is taken in turn"""

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

CHANNELS = sa.Enum("sms", "email", name="channel", native_enum=False, length=20)
STAGES = sa.Enum("waiting", "taken", "begun", name="stage", native_enum=False, length=20)
GIVE_UP, ABANDONED = timedelta(hours=24), timedelta(minutes=2)


def upgrade() -> None:
    with op.batch_alter_table("outbox") as parcel:
        parcel.add_column(sa.Column("channel", CHANNELS, nullable=True))
        parcel.add_column(sa.Column("stage", STAGES, nullable=False, server_default="waiting"))
        parcel.add_column(sa.Column("holder", sa.Uuid(), nullable=True))
    _fill()
    with op.batch_alter_table("outbox") as parcel:
        parcel.alter_column("channel", existing_type=CHANNELS, nullable=False)
        parcel.alter_column("until", existing_type=sa.DateTime(timezone=True), nullable=False)
        parcel.alter_column("stage", existing_type=STAGES, server_default=None)
        parcel.drop_index("ix_outbox_due")
        parcel.create_index("ix_outbox_due", ["stage", "channel", "rank", "practice_id", "due_at"])
        parcel.create_index("ix_outbox_until", ["stage", "until"])


def _fill() -> None:
    """The channel is the delivery's; what had no end ends a day after it could first go; what was begun says so."""
    db = op.get_bind()
    outbox = sa.table(
        "outbox",
        sa.column("practice_id", sa.Uuid()),
        sa.column("delivery_id", sa.Uuid()),
        *(sa.column(name, sa.DateTime(timezone=True)) for name in ("due_at", "until", "attempt_at")),
        *(sa.column(name, sa.String()) for name in ("channel", "stage")),
    )
    delivery = sa.table(
        "delivery", sa.column("practice_id", sa.Uuid()), sa.column("id", sa.Uuid()), sa.column("channel", sa.String())
    )
    channel = (
        sa.select(delivery.c.channel)
        .where(delivery.c.practice_id == outbox.c.practice_id, delivery.c.id == outbox.c.delivery_id)
        .scalar_subquery()
    )
    db.execute(outbox.update().values(channel=channel))
    for row in db.execute(sa.select(outbox)).all():
        end = row.until or row.due_at + GIVE_UP
        begun = {"stage": "begun", "due_at": row.attempt_at + ABANDONED} if row.attempt_at else {}
        db.execute(
            outbox.update()
            .where(outbox.c.practice_id == row.practice_id, outbox.c.delivery_id == row.delivery_id)
            .values(until=end, **begun)
        )


def downgrade() -> None:
    with op.batch_alter_table("outbox") as parcel:
        parcel.drop_index("ix_outbox_until")
        parcel.drop_index("ix_outbox_due")
        parcel.create_index("ix_outbox_due", ["due_at", "rank"])
        parcel.alter_column("until", existing_type=sa.DateTime(timezone=True), nullable=True)
        parcel.drop_column("holder")
        parcel.drop_column("stage")
        parcel.drop_column("channel")
