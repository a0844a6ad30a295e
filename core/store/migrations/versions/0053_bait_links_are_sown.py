"""bait links are sown: nobody was ever sent one, so whoever opens one reads what they should not"""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("link", sa.Column("bait", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "bait",
        sa.Column("practice_id", sa.Uuid(), sa.ForeignKey("practice.id", name="fk_bait_practice_id"), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.String(20), nullable=False),
        sa.Column("masked", sa.String(400), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counts_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("practice_id", "link_id", name="pk_bait"),
    )
