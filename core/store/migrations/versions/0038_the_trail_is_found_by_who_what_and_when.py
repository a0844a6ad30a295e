"""the trail is found by who, what and when"""

from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_audit_entry_actor", "audit_entry", ["practice_id", "actor_id", "seq"])
    op.create_index("ix_audit_entry_verb", "audit_entry", ["practice_id", "verb", "seq"])
    op.create_index("ix_audit_entry_at", "audit_entry", ["practice_id", "at"])
