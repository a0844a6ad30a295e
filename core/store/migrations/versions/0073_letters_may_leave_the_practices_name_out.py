"""subject and sender of letters may leave the practice's name out; they have it until a practice wants otherwise"""

import sqlalchemy as sa
from alembic import op

revision = "0073"
down_revision = "0072"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("practice", sa.Column("named_in_letters", sa.Boolean(), nullable=False, server_default=sa.true()))
