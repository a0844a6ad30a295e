"""how many wrong passwords came before a right one"""

import sqlalchemy as sa
from alembic import op

revision = "0072"
down_revision = "0071"
branch_labels = None
depends_on = None


def upgrade() -> None:
    failures = sa.Column("failures", sa.SmallInteger(), nullable=False, server_default="0")
    op.add_column("sign_in_ticket", failures)
