"""the name of a file that is looked at, after which a form without a title is called"""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("form_upload", sa.Column("name", sa.String(400), nullable=False, server_default=""))
