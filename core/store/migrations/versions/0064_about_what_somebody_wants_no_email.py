"""about which kinds of notification somebody wants no e-mail"""

import sqlalchemy as sa
from alembic import op

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("staff", sa.Column("unmailed", sa.String(80), nullable=False, server_default=""))
