"""what a practice says of its hours and of urgent things to those who read German, beside what it says in English"""

import sqlalchemy as sa
from alembic import op

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("hours_de", "urgent_de"):
        op.add_column("practice", sa.Column(name, sa.String(400), nullable=False, server_default=""))
