"""a conversation knows up to where it was kept long enough"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("conversation", sa.Column("erased_up_to", sa.BigInteger(), nullable=False, server_default="0"))
