"""Adding forms: importing a file as a new form or a new version, and the ones Latchkey brings along."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from pathlib import Path, PurePosixPath
from uuid import UUID

from sqlalchemy import Row, insert, select, update

from core.audit.trail import append
from core.errors import LatchkeyError, NotFound
from core.forms.importing.outcome import Import, Result
from core.forms.library.naming import slug
from core.forms.questionnaire import read
from core.forms.tables import FormRow, FormVersion
from core.forms.words import Questionnaire
from core.store.unit import Unit

OURS = Path(__file__).parent
LONGEST_TITLE, LONGEST_LINE = 200, 400  # of a title that we give; of any in a list
FIRST = ("gad-7", "new-patient", "phq-9")  # what a practice begins with


class NotAForm(LatchkeyError):
    """The file was refused; `found` says why."""

    def __init__(self, found: Import) -> None:
        super().__init__(found.problems[0].why)
        self.found = found


class NeedsAccepting(LatchkeyError):
    """Part of the form cannot be asked as written; somebody must say that this is all right (F3)."""

    def __init__(self, found: Import) -> None:
        super().__init__(len(found.problems))
        self.found = found


@dataclass(frozen=True, slots=True)
class Added:
    """What became of an import: the form and its key, its version, whether anything is new, since when it is there."""

    form_id: UUID
    key: str
    version: int
    new: bool
    found: Import
    since: datetime


class Origin(StrEnum):
    """Where a version came from."""

    LIBRARY = "library"
    IMPORT = "import"
    BUILDER = "builder"


def add_form(
    unit: Unit, source: bytes, *, key: str = "", accept: bool = False, origin: Origin = Origin.IMPORT, file: str = ""
) -> Added:
    """Import a FHIR Questionnaire; equal content is no new version (F9). Raises NotAForm, NeedsAccepting.

    `file` is its name, after which a form without a title is called (F7).
    """
    found = read(source, called=called(file))
    if found.form is None:
        raise NotAForm(found)
    if found.result is Result.PART and not accept:
        raise NeedsAccepting(found)
    key = slug(key or found.form.name or found.form.title)
    digest = hashlib.sha256(source).digest()
    known = unit.db.execute(
        select(FormRow.id, FormRow.version).where(FormRow.practice_id == unit.practice_id, FormRow.key == key)
    ).one_or_none()
    if known and (same := _same(unit, known.id, digest)):
        return Added(known.id, key, same.number, False, found, same.created_at)
    form_id, number = (known.id, known.version + 1) if known else (unit.new_id(), 1)
    _keep(unit, form_id, number, key, found.form.title[:LONGEST_LINE], first=known is None)
    unit.db.execute(
        insert(FormVersion).values(
            practice_id=unit.practice_id,
            form_id=form_id,
            number=number,
            sha256=digest,
            source=source,
            accepted={
                "problems": [[problem.link_id, problem.why] for problem in found.problems],
                **({"called": found.title} if found.title == called(file) else {}),
            },
            origin=origin.value,
            created_at=unit.now,
        )
    )
    append(unit, "form imported", form_id, version=number, problems=len(found.problems))
    return Added(form_id, key, number, True, found, unit.now)


def export_form(unit: Unit, key: str, number: int | None = None) -> bytes:
    """The very bytes that came in (F12); of the current version unless another is named. Raises NotFound("form")."""
    row = unit.db.execute(
        select(FormVersion.source)
        .join(FormRow, (FormRow.practice_id == FormVersion.practice_id) & (FormRow.id == FormVersion.form_id))
        .where(
            FormVersion.practice_id == unit.practice_id,
            FormRow.key == slug(key),
            FormVersion.number == (FormRow.version if number is None else number),
        )
    ).one_or_none()
    if row is None:
        raise NotFound("form")
    return bytes(row.source)


def install(unit: Unit, keys: tuple[str, ...] = FIRST) -> tuple[str, ...]:
    """Add forms that Latchkey brings along; their keys. Raises NotFound("form")."""
    known = {path.stem: path for path in OURS.glob("*.json")}
    if set(keys) - set(known):
        raise NotFound("form")
    return tuple(add_form(unit, known[key].read_bytes(), key=key, origin=Origin.LIBRARY).key for key in keys)


@cache
def ours() -> Mapping[str, Questionnaire]:
    """The forms that Latchkey brings along, by key."""
    found = {path.stem: read(path.read_bytes()).form for path in sorted(OURS.glob("*.json"))}
    return {key: form for key, form in found.items() if form is not None}


def called(file: str) -> str:
    """What a form without a title is called after the file it came in: its name without folder and endings (F7)."""
    name = PurePosixPath(file.replace("\\", "/")).name.removesuffix(".json")
    return "".join(letter for letter in name.replace("_", " ") if letter.isprintable()).strip(" .")[:LONGEST_TITLE]


def _keep(unit: Unit, form_id: UUID, number: int, key: str, title: str, *, first: bool) -> None:
    if first:
        unit.db.execute(
            insert(FormRow).values(
                practice_id=unit.practice_id,
                id=form_id,
                key=key,
                title=title,
                state="published",
                version=number,
                created_at=unit.now,
            )
        )
    else:
        unit.db.execute(
            update(FormRow)
            .where(FormRow.practice_id == unit.practice_id, FormRow.id == form_id)
            .values(version=number, title=title, state="published")
        )


def _same(unit: Unit, form_id: UUID, digest: bytes) -> Row[int, datetime] | None:
    """The newest version of equal content."""
    return unit.db.execute(
        select(FormVersion.number, FormVersion.created_at)
        .where(
            FormVersion.practice_id == unit.practice_id,
            FormVersion.form_id == form_id,
            FormVersion.sha256 == digest,
        )
        .order_by(FormVersion.number.desc())
        .limit(1)
    ).one_or_none()
