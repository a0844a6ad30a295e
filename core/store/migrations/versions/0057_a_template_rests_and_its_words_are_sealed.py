"""a template rests and can be brought back, and its words are sealed; `latchkey migrate` seals those that are there"""

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("template", sa.Column("sealed", sa.LargeBinary(), nullable=True))
    op.add_column("template", sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True))
