"""the trail has heads, and tells quickly who saw whom"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_tree_head",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.Column("frontier", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_audit_tree_head_practice_id")),
        sa.PrimaryKeyConstraint("practice_id", "size", name=op.f("pk_audit_tree_head")),
    )
    op.create_index("ix_audit_entry_about", "audit_entry", ["practice_id", "about", "seq"])
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_head_no_{verb.lower()} BEFORE {verb} ON audit_tree_head "
                "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
            )
        return
    op.execute(
        "CREATE TRIGGER audit_heads_append_only BEFORE UPDATE OR DELETE ON audit_tree_head "
        "FOR EACH ROW EXECUTE FUNCTION audit_refuse()"
    )


def downgrade() -> None:
    op.drop_index("ix_audit_entry_about", "audit_entry")
    op.drop_table("audit_tree_head")
