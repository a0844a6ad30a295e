"""Column kinds, declared once: the practice in every key, moments in UTC, words with a length, sealed bytes."""

from datetime import UTC, datetime
from enum import Enum as PyEnum
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import (
    DateTime,
    Dialect,
    Enum,
    ForeignKey,
    LargeBinary,
    MetaData,
    Row,
    Select,
    String,
    TypeDecorator,
    Uuid,
)
from sqlalchemy.orm import DeclarativeBase, mapped_column

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


AnyRow = Row[*tuple[Any, ...]]
AnySelect = Select[*tuple[Any, ...]]


class MomentType(TypeDecorator[datetime]):
    """A moment in UTC. SQLite hands back naive datetimes; nobody above this line ever sees one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a moment without a zone: it would be off by hours, silently."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Aware, in UTC, whatever the database."""
        if value is None:
            return None
        found: datetime = value
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


class Table(DeclarativeBase):
    """Every row of Latchkey; `practice_id` comes first in each key (S52)."""

    metadata = MetaData(naming_convention=NAMING)


Practice = Annotated[UUID, mapped_column(Uuid, ForeignKey("practice.id"), primary_key=True)]
Id = Annotated[UUID, mapped_column(Uuid, primary_key=True)]
Moment = Annotated[datetime, mapped_column(MomentType)]
Later = Annotated[datetime | None, mapped_column(MomentType)]
Word = Annotated[str, mapped_column(String(80))]
Line = Annotated[str, mapped_column(String(400))]
Sealed = Annotated[bytes, mapped_column(LargeBinary)]
Digest = Annotated[bytes, mapped_column(LargeBinary(32))]


def words(kind: type[PyEnum]) -> Enum:
    """A column holding one of an enum's values by its value, checked by the application, not by the database."""
    return Enum(kind, native_enum=False, length=20, values_callable=lambda k: [m.value for m in k])
