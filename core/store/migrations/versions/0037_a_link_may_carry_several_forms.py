"""a link may carry several forms, one after the other"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("form_answers", recreate="auto") as answers:
        answers.add_column(sa.Column("place", sa.SmallInteger(), nullable=False, server_default="0"))
    with op.batch_alter_table("form_answers") as answers:
        answers.drop_constraint("pk_form_answers", type_="primary")
        answers.create_primary_key("pk_form_answers", ["practice_id", "link_id", "place"])
