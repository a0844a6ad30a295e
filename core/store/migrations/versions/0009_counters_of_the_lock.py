"""the lock counts by address, by known browser and for the whole portal, and logs who follows a link"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tally",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("practice_id", "name", "key", name=op.f("pk_tally")),
    )
    op.create_table(
        "access_log",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.String(length=80), nullable=False),
        sa.Column("device", sa.String(length=400), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_access_log_practice_id")),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_access_log")),
    )
    op.create_index("ix_access_log_link", "access_log", ["practice_id", "link_id", "at"])
    op.create_table(
        "known_browser",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("wrong_in_row", sa.SmallInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_known_browser_practice_id")),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_known_browser")),
    )
    op.add_column("asker", sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("link", sa.Column("frozen_why", sa.String(length=80), nullable=False, server_default=""))
