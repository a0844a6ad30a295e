"""A file that is looked at before it becomes a form: kept for a day, so that nobody has to send it twice (F6)."""

from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import delete, insert, select

from core.errors import NotFound
from core.forms.importing.source import LARGEST
from core.forms.tables import FormUpload
from core.practice.rights import require
from core.practice.words import Right
from core.store.unit import Unit

KEPT_FOR = timedelta(hours=24)
LONGEST_NAME = 200


class Upload(NamedTuple):
    """A file that is looked at, and its name; empty for a text that was pasted."""

    source: bytes
    name: str


def keep(unit: Unit, source: bytes, name: str = "") -> UUID:
    """Keep a file to be looked at; those of yesterday go. Raises Forbidden."""
    require(unit, Right.ADMINISTER)
    old = FormUpload.created_at < unit.now - KEPT_FOR
    unit.db.execute(delete(FormUpload).where(FormUpload.practice_id == unit.practice_id, old))
    upload_id = unit.new_id()
    unit.db.execute(
        insert(FormUpload).values(
            practice_id=unit.practice_id,
            id=upload_id,
            staff_id=unit.staff_id,
            name="".join(filter(str.isprintable, name))[-LONGEST_NAME:],
            source=source[: LARGEST + 1],  # one byte too many is enough to say that it is too large
            created_at=unit.now,
        )
    )
    return upload_id


def kept(unit: Unit, upload_id: UUID) -> Upload:
    """The file of whoever acts. Raises NotFound("file")."""
    row = unit.db.execute(
        select(FormUpload.source, FormUpload.name).where(
            FormUpload.practice_id == unit.practice_id,
            FormUpload.id == upload_id,
            FormUpload.staff_id == unit.staff_id,
            FormUpload.created_at >= unit.now - KEPT_FOR,
        )
    ).one_or_none()
    if row is None:
        raise NotFound("file")
    return Upload(bytes(row.source), row.name)
