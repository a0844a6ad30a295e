"""who covers for somebody is in a group's conversation for as long"""

import sqlalchemy as sa
from alembic import op

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("member", sa.Column("as_cover", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index(
        "ix_member_cover", "member", ["practice_id"],
        sqlite_where=sa.text("as_cover = 1"), postgresql_where=sa.text("as_cover"),
    )  # fmt: skip
