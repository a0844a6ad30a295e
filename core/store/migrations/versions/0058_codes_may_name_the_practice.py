"""the text with a code may name the practice; it does not until a practice wants it to"""

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("practice", sa.Column("named_in_codes", sa.Boolean(), nullable=False, server_default=sa.false()))
