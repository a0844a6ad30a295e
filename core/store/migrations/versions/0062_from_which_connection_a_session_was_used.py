"""from which connection a session was used last, so that its owner can tell whether it is theirs"""

import sqlalchemy as sa
from alembic import op

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("staff_session", sa.Column("network", sa.LargeBinary(32), nullable=True))
