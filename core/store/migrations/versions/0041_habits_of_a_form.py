"""a form has habits: what may wait, what is filled in beforehand, when somebody is called"""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("form", sa.Column("habits", sa.JSON(), nullable=False, server_default="{}"))
