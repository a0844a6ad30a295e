"""files know who sent them, and a practice whether it takes Word documents"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("file") as file:
        file.add_column(sa.Column("patient_id", sa.Uuid(), nullable=True))
        file.create_index("ix_file_patient", ["practice_id", "patient_id"])
        file.create_index("ix_file_state", ["state", "created_at"])
    # In place: SQLite would copy the table, and rows that point to a practice keep it from dropping the old one.
    op.add_column("practice", sa.Column("word_documents", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    with op.batch_alter_table("practice") as practice:
        practice.drop_column("word_documents")
    with op.batch_alter_table("file") as file:
        file.drop_index("ix_file_state")
        file.drop_index("ix_file_patient")
        file.drop_column("patient_id")
