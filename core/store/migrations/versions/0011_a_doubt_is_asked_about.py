"""a doubt is asked about"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("outbox") as parcel:
        parcel.add_column(sa.Column("asked", sa.SmallInteger(), nullable=False, server_default="0"))
        parcel.add_column(sa.Column("nothing_since", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("delivery") as delivery:
        delivery.drop_index("ix_delivery_reference")
        delivery.create_index("ix_delivery_reference", ["provider", "reference"])


def downgrade() -> None:
    with op.batch_alter_table("delivery") as delivery:
        delivery.drop_index("ix_delivery_reference")
        delivery.create_index("ix_delivery_reference", ["practice_id", "provider", "reference"])
    with op.batch_alter_table("outbox") as parcel:
        parcel.drop_column("nothing_since")
        parcel.drop_column("asked")
