"""answers are found by the message that announces them, and by form"""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_form_answers_message", "form_answers", ["practice_id", "message_id"])
    op.create_index("ix_form_answers_form", "form_answers", ["practice_id", "form_id", "version"])
