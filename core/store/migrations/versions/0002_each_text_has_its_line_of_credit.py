"""each text has its line of credit"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

STATES = sa.Enum("added", "held", "spent", "returned", "given_back", name="entry", native_enum=False, length=20)


def upgrade() -> None:
    with op.batch_alter_table("credit_entry") as line:
        line.add_column(sa.Column("state", STATES, nullable=False, server_default="spent"))
        line.add_column(sa.Column("holder", sa.Uuid(), nullable=True))
        line.add_column(sa.Column("units", sa.SmallInteger(), nullable=True))
        line.drop_index("ix_credit_entry_at")
        line.create_index("ix_credit_entry_at", ["practice_id", "at", "id"])
        line.create_index("ix_credit_entry_holder", ["practice_id", "holder"])
        line.create_index("ix_credit_entry_state", ["practice_id", "state"])
    _sort()
    _hold_for_links()
    _open_the_books()
    with op.batch_alter_table("credit_entry") as line:
        line.alter_column("state", server_default=None)


def _sort() -> None:
    """What was added or came back says so; all else was spent, as far as anybody could tell."""
    op.execute("UPDATE credit_entry SET state = 'given_back' WHERE amount > 0")
    op.execute("UPDATE credit_entry SET state = 'added', reason = 'added' WHERE reason IN ('top-up', 'demonstration')")
    for old, new in (("access code", "code"), ("code not needed", "code"), ("not sent", "sms"), ("undone", "sms")):
        op.execute(sa.text("UPDATE credit_entry SET reason = :new WHERE reason = :old").bindparams(old=old, new=new))


def _hold_for_links() -> None:
    """A link that still holds a code's credit is the holder of the newest line of its message."""
    op.execute(
        "UPDATE credit_entry SET state = 'held', holder = (SELECT link.id FROM link "
        "WHERE link.practice_id = credit_entry.practice_id AND link.message_id = credit_entry.about) "
        "WHERE reason = 'held for a code' AND EXISTS (SELECT 1 FROM link WHERE link.practice_id = credit_entry.practice_id "
        "AND link.message_id = credit_entry.about AND link.held > 0) AND NOT EXISTS (SELECT 1 FROM credit_entry newer "
        "WHERE newer.practice_id = credit_entry.practice_id AND newer.about = credit_entry.about "
        "AND newer.reason = 'held for a code' AND newer.id > credit_entry.id)"
    )
    op.execute("UPDATE credit_entry SET reason = 'code' WHERE reason = 'held for a code'")


def _open_the_books() -> None:
    """Credits that a practice began with get the line they never had: the balance is the sum of the ledger."""
    db = op.get_bind()
    gaps = db.execute(
        sa.text(
            "SELECT practice.id AS practice_id, practice.created_at AS at, practice.credits - "
            "COALESCE((SELECT SUM(amount) FROM credit_entry WHERE practice_id = practice.id), 0) AS amount FROM practice"
        )
    ).mappings()
    for gap in [dict(one) for one in gaps if one["amount"]]:
        db.execute(
            sa.text(
                "INSERT INTO credit_entry (practice_id, id, at, amount, state, reason) "
                "VALUES (:practice_id, :practice_id, :at, :amount, 'added', 'opening')"
            ),
            gap,
        )


def downgrade() -> None:
    with op.batch_alter_table("credit_entry") as line:
        line.drop_index("ix_credit_entry_state")
        line.drop_index("ix_credit_entry_holder")
        line.drop_index("ix_credit_entry_at")
        line.create_index("ix_credit_entry_at", ["practice_id", "at"])
        line.drop_column("units")
        line.drop_column("holder")
        line.drop_column("state")
