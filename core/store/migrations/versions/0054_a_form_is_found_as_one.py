"""a form is found as one: entries of search say so; those that may bring one wait until their words are opened"""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("message_entry", sa.Column("form", sa.Boolean(), nullable=True))
    entry = sa.table("message_entry", sa.column("form"), sa.column("kind"), sa.column("patient_id"))
    no_form = sa.or_(entry.c.kind.not_in(("direct", "internal")), entry.c.patient_id.is_(None))
    op.execute(entry.update().where(no_form).values(form=sa.false()))
