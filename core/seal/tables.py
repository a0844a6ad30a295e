"""Rows of the keyring, a store of its own: nothing here means anything without the operator's master key (S102)."""

from sqlalchemy import Column, ForeignKeyConstraint, Integer, LargeBinary, MetaData, String, UniqueConstraint, Uuid
from sqlalchemy import Table as SqlTable

from core.store.types import MomentType

metadata = MetaData()

installation_key = SqlTable(
    "installation_key",
    metadata,
    Column("purpose", String(40), primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
    Column("created_at", MomentType, nullable=False),
)
practice_key = SqlTable(
    "practice_key",
    metadata,
    Column("practice_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),  # the highest wraps what is new (S104)
    Column("wrapped", LargeBinary, nullable=False),
    Column("created_at", MomentType, nullable=False),
)
data_key = SqlTable(
    "data_key",
    metadata,
    Column("practice_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("scope", String(120), nullable=False),
    Column("wrapped_by", Integer, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
    Column("created_at", MomentType, nullable=False),
    UniqueConstraint("practice_id", "scope", name="uq_data_key_scope"),
    # A practice key that still wraps something cannot be deleted, whoever wrote it a moment ago.
    ForeignKeyConstraint(
        ["practice_id", "wrapped_by"],
        ["practice_key.practice_id", "practice_key.number"],
        name="fk_data_key_wrapped_by",
    ),
)
