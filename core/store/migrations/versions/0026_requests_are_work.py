"""requests are work: asked of somebody, taken, done, passed on"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "task",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column(
            "state",
            sa.Enum("open", "taken", "done", "passed", name="taskstate", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("holder_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_task_practice_id")),
        sa.PrimaryKeyConstraint("practice_id", "message_id", name=op.f("pk_task")),
    )
    op.create_index("ix_task_state", "task", ["practice_id", "state", "due_at"])
    op.create_index("ix_notification_message", "notification", ["practice_id", "message_id"])


def downgrade() -> None:
    op.drop_index("ix_notification_message", "notification")
    op.drop_table("task")
