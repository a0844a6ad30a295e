"""what a form that is built was before its last change, so that the change can be taken back"""

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("form_sketch", sa.Column("before", sa.LargeBinary(), nullable=True))
