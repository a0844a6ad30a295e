"""Forms that are being built: begun anew or from a version, changed by whoever saw the newest, published as a version.

A form that is legally not to be altered is never built on; it is copied under a name of its own (F80).
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import delete, insert, select, update

from core.audit.trail import append
from core.errors import Invalid, LatchkeyError, NotFound
from core.forms import library
from core.forms.builder import building
from core.forms.builder.building import Form
from core.forms.builder.emitting import with_score, without_score
from core.forms.builder.translating import remembered
from core.forms.importing.findings import Findings
from core.forms.importing.shaping import shaped
from core.forms.importing.source import questionnaire
from core.forms.library import Added, Origin, shelf
from core.forms.library.naming import slug
from core.forms.response import dumps
from core.forms.tables import FormSketch
from core.practice.rights import require
from core.practice.words import Right
from core.store.types import AnyRow
from core.store.unit import Unit


class SketchChanged(LatchkeyError):
    """Somebody changed it meanwhile; nothing of this change was kept."""


class NotToBeAltered(LatchkeyError):
    """Its owner does not allow other words."""


@dataclass(frozen=True, slots=True)
class Sketch:
    """A form as far as it is built; `can_go_back`: its last change can be taken back."""

    id: UUID
    form_id: UUID | None
    changes: int
    changed_at: datetime
    changed_by: UUID
    can_go_back: bool
    form: Form = field(repr=False)

    @property
    def title(self) -> str:
        """Its title."""
        return str(self.form.get("title") or "")


def begin(unit: Unit, title: str) -> UUID:
    """Begin a form. Raises Forbidden, Invalid("title", "empty")."""
    require(unit, Right.ADMINISTER)
    if not title.strip():
        raise Invalid("title", "empty")
    return _keep_new(unit, building.blank(title, unit.new_id()), None)


def begin_from(unit: Unit, form_id: UUID, title: str = "") -> UUID:
    """Begin the next version of a form, or (with a title) a copy under a name of its own.

    Raises Forbidden, NotFound, NotToBeAltered.
    """
    require(unit, Right.ADMINISTER)
    found = shelf.one(unit, form_id)
    written = questionnaire(library.export_form(unit, found.key))
    _, *before = (one.form.source for one in shelf.versions(unit, form_id))
    # what was of a wrong type was told at import
    source = remembered(without_score(shaped(written, Findings())), before[::-1])
    source.setdefault("title", found.title)
    if title.strip():
        return _keep_new(unit, building.copied(source, title, unit.new_id()), None)
    if found.licence.unaltered:
        raise NotToBeAltered
    return _keep_new(unit, source, form_id)


def listing(unit: Unit) -> list[Sketch]:
    """All that are being built, the newest change first."""
    mine = FormSketch.practice_id == unit.practice_id
    rows = unit.db.execute(select(*COLUMNS).where(mine).order_by(FormSketch.changed_at.desc()))
    return [_sketch(row) for row in rows]


def one(unit: Unit, sketch_id: UUID) -> Sketch:
    """One of them. Raises NotFound("form")."""
    row = unit.db.execute(
        select(*COLUMNS).where(FormSketch.practice_id == unit.practice_id, FormSketch.id == sketch_id)
    ).one_or_none()
    if row is None:
        raise NotFound("form")
    return _sketch(row)


def change(unit: Unit, sketch_id: UUID, seen: int, make: Callable[[Form], Form]) -> None:
    """Change what was `seen` (by its number of changes).

    Raises Forbidden, NotFound, SketchChanged, and what `make` raises.
    """
    require(unit, Right.ADMINISTER)
    before = one(unit, sketch_id)
    _keep(unit, sketch_id, seen, source=dumps(make(before.form)), before=FormSketch.source)


def go_back(unit: Unit, sketch_id: UUID, seen: int) -> None:
    """Take the last change back, if that was the one `seen`; pressed twice by one person it is once.

    Raises Forbidden, NotFound, SketchChanged (also when somebody else was quicker).
    """
    require(unit, Right.ADMINISTER)
    found = one(unit, sketch_id)
    if found.can_go_back:
        _keep(unit, sketch_id, seen, source=FormSketch.before, before=None)
    elif (found.changes, found.changed_by) != (seen + 1, unit.staff_id):
        raise SketchChanged


def publish(unit: Unit, sketch_id: UUID, seen: int, key: str, *, accept: bool = False) -> Added:
    """Freeze what was `seen` as a version, through the very importer, and put the sketch away.

    Raises Forbidden, NotFound, SketchChanged, NotAForm, NeedsAccepting, Invalid("key", "taken").
    """
    require(unit, Right.ADMINISTER)
    found = one(unit, sketch_id)
    put_away(unit, sketch_id, seen)  # first: of two who press at once, one publishes
    form = found.form
    if found.form_id is not None:
        known = shelf.one(unit, found.form_id)
        key, form = known.key, {**form, "version": str(known.current.number + 1)}
    elif any(known.key == slug(key) for known in shelf.everything(unit)):  # nobody takes over a protected name
        raise Invalid("key", "taken", value=slug(key))
    return library.add_form(unit, dumps(with_score(form)), key=key, accept=accept, origin=Origin.BUILDER)


def put_away(unit: Unit, sketch_id: UUID, seen: int) -> None:
    """Throw a sketch away as it was `seen`. Raises Forbidden, NotFound, SketchChanged."""
    require(unit, Right.ADMINISTER)
    this = (FormSketch.practice_id == unit.practice_id, FormSketch.id == sketch_id, FormSketch.changes == seen)
    if unit.db.execute(delete(FormSketch).where(*this)).rowcount == 0:
        one(unit, sketch_id)
        raise SketchChanged


COLUMNS = (
    FormSketch.id,
    FormSketch.form_id,
    FormSketch.changes,
    FormSketch.changed_at,
    FormSketch.changed_by,
    FormSketch.before.is_not(None).label("can_go_back"),
    FormSketch.source,
)


def _keep(unit: Unit, sketch_id: UUID, seen: int, **values: object) -> None:
    """Write what nobody else changed since it was `seen`."""
    kept = unit.db.execute(
        update(FormSketch)
        .where(FormSketch.practice_id == unit.practice_id, FormSketch.id == sketch_id, FormSketch.changes == seen)
        .values(changes=seen + 1, changed_by=unit.staff_id, changed_at=unit.now, **values)
    )
    if kept.rowcount == 0:
        raise SketchChanged


def _keep_new(unit: Unit, form: Form, form_id: UUID | None) -> UUID:
    sketch_id = unit.new_id()
    unit.db.execute(
        insert(FormSketch).values(
            practice_id=unit.practice_id,
            id=sketch_id,
            form_id=form_id,
            source=dumps(form),
            changes=0,
            changed_by=unit.staff_id,
            changed_at=unit.now,
        )
    )
    append(unit, "form begun", sketch_id)
    return sketch_id


def _sketch(row: AnyRow) -> Sketch:
    form = json.loads(row.source, parse_float=Decimal)
    return Sketch(row.id, row.form_id, row.changes, row.changed_at, row.changed_by, row.can_go_back, form)
