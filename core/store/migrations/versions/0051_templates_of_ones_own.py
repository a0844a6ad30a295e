"""templates of one's own, which nobody else sees"""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

SHARED, OWN = sa.text("owner_id IS NULL"), sa.text("owner_id IS NOT NULL")


def upgrade() -> None:
    op.add_column("template", sa.Column("owner_id", sa.Uuid(), nullable=True))
    op.drop_index("uq_template_name", "template")
    op.create_index(
        "uq_template_name", "template", ["practice_id", "name"], unique=True,
        sqlite_where=SHARED, postgresql_where=SHARED,
    )  # fmt: skip
    op.create_index(
        "uq_template_own", "template", ["practice_id", "owner_id", "name"], unique=True,
        sqlite_where=OWN, postgresql_where=OWN,
    )  # fmt: skip
