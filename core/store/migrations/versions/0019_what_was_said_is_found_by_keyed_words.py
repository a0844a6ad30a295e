"""what was said is found by keyed words"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "message_entry",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("internal", "sms", "email", "direct", "event", name="kind", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("patient_id", sa.Uuid(), nullable=True),
        sa.Column("words", postgresql.TSVECTOR().with_variant(sa.LargeBinary(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_message_entry_practice_id")),
        sa.PrimaryKeyConstraint("practice_id", "number", name=op.f("pk_message_entry")),
    )
    op.create_index("uq_message_entry_message", "message_entry", ["practice_id", "message_id"], unique=True)
    op.create_index("ix_message_entry_patient", "message_entry", ["practice_id", "patient_id", "number"])
    op.create_index("ix_message_entry_words", "message_entry", ["words"], postgresql_using="gin")
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE VIRTUAL TABLE message_word USING fts5(tok, content='', detail=none)")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE message_word")
    op.drop_table("message_entry")
