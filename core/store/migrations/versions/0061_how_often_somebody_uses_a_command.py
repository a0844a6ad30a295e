"""how often somebody uses a command, so that their list begins with it"""

import sqlalchemy as sa
from alembic import op

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "command_use",
        sa.Column(
            "practice_id", sa.Uuid(), sa.ForeignKey("practice.id", name="fk_command_use_practice_id"), nullable=False
        ),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("times", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("practice_id", "staff_id", "name", name="pk_command_use"),
    )
