"""The forms of a practice as a library: what is there, in which versions, from where; retired and used again (F11)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from core.audit.trail import append
from core.errors import NotFound
from core.forms import find
from core.forms.library import Origin, install
from core.forms.own import Licence, licence_of
from core.forms.tables import FormRow, FormVersion
from core.forms.words import Questionnaire, walk
from core.practice.rights import require
from core.practice.words import Right
from core.store.unit import Unit

PUBLISHED, RETIRED, DRAFT = "published", "retired", "draft"


@dataclass(frozen=True, slots=True)
class Version:
    """One frozen version: our number and the author's, its hash, and how many problems were accepted with it."""

    number: int
    said: str
    sha256: str
    origin: Origin
    accepted: int
    created_at: datetime
    form: Questionnaire = field(repr=False)


@dataclass(frozen=True, slots=True)
class Shelved:
    """A form of the practice with its current version."""

    id: UUID
    key: str
    title: str
    state: str
    current: Version
    questions: int

    @property
    def licence(self) -> Licence:
        """Whose it is, and on what terms."""
        return licence_of(self.current.form.source)


def everything(unit: Unit) -> list[Shelved]:
    """All forms that are not drafts, by title; retired ones too."""
    rows = unit.db.execute(
        select(FormRow.id, FormRow.key, FormRow.title, FormRow.state, *VERSION)
        .join(FormVersion, CURRENT)
        .where(FormRow.practice_id == unit.practice_id, FormRow.state != DRAFT)
        .order_by(FormRow.title)
    )
    return [_shelved(row) for row in rows]


def one(unit: Unit, form_id: UUID) -> Shelved:
    """A form with its current version. Raises NotFound("form")."""
    row = unit.db.execute(
        select(FormRow.id, FormRow.key, FormRow.title, FormRow.state, *VERSION)
        .join(FormVersion, CURRENT)
        .where(FormRow.practice_id == unit.practice_id, FormRow.id == form_id)
    ).one_or_none()
    if row is None:
        raise NotFound("form")
    return _shelved(row)


def versions(unit: Unit, form_id: UUID) -> list[Version]:
    """All frozen versions of a form, newest first."""
    rows = unit.db.execute(
        select(*VERSION)
        .where(FormVersion.practice_id == unit.practice_id, FormVersion.form_id == form_id)
        .order_by(FormVersion.number.desc())
    )
    return [_version(row) for row in rows]


def same_form(unit: Unit, form: Questionnaire) -> Shelved | None:
    """The practice's form of the same address, whose next version this would be (F9)."""
    return next((found for found in everything(unit) if form.url and found.current.form.url == form.url), None)


def retire(unit: Unit, form_id: UUID, *, again: bool = False) -> None:
    """Take a form out of use, or (`again`) bring it back; what waits can still be answered.

    Raises Forbidden, NotFound.
    """
    require(unit, Right.ADMINISTER)
    changed = unit.db.execute(
        update(FormRow)
        .where(FormRow.practice_id == unit.practice_id, FormRow.id == form_id, FormRow.state != DRAFT)
        .values(state=PUBLISHED if again else RETIRED)
    )
    if changed.rowcount == 0:
        raise NotFound("form")
    append(unit, "form brought back" if again else "form retired", form_id)


def add_ours(unit: Unit, key: str) -> None:
    """Add a form that Latchkey brings along. Raises Forbidden, NotFound."""
    require(unit, Right.ADMINISTER)
    install(unit, (key,))


VERSION = (
    FormVersion.number,
    FormVersion.sha256,
    FormVersion.source,
    FormVersion.accepted,
    FormVersion.origin,
    FormVersion.created_at,
)
CURRENT = (
    (FormVersion.practice_id == FormRow.practice_id)
    & (FormVersion.form_id == FormRow.id)
    & (FormVersion.number == FormRow.version)
)


def _shelved(row: Any) -> Shelved:
    current = _version(row)
    questions = sum(item.kind.asks and not item.hidden for item in walk(current.form.items))
    return Shelved(row.id, row.key, row.title, row.state, current, questions)


def _version(row: Any) -> Version:
    accepted: Mapping[str, Any] = row.accepted
    form = find.parsed(row.source, accepted.get("called", ""))
    return Version(
        number=row.number,
        said=form.version,
        sha256=row.sha256.hex(),
        origin=Origin(row.origin),
        accepted=len(accepted.get("problems", ())),
        created_at=row.created_at,
        form=form,
    )
