"""Templates, and filling in a text's variables: a fixed list of names, replaced once, no expressions (S94)."""

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import false, or_, select, update

from core.compose.contacts import Contact
from core.errors import Invalid, NotFound
from core.messages.tables import TemplateRow
from core.practice import doors
from core.practice.words import PracticeCard
from core.store.sealing import Place
from core.store.types import AnyRow
from core.store.unit import SYSTEM, ActorKind, Unit, Who
from core.store.writer import Store

VARIABLE = re.compile(r"\{(first_name|name|practice|phone)\}")
UNFINISHED = re.compile(  # a variable that was not typed to its end, one in two braces, a line to write on
    r"\{\{[^{}\n]{1,40}\}{0,2}|\{(?:first_name|name|practice|phone)\b(?!\})|(?<!\S)_{2,}(?![^\s.,;:!?)])"
)
BLANK = re.compile(r"\{[^{}\n]{1,40}\}")  # what a template leaves to be filled in, or a variable that there is not


@dataclass(frozen=True, slots=True)
class Template:
    """Reusable text; `name` is what staff type, `own` whether only one oneself sees it, `retired` whether it rests."""

    id: UUID
    name: str
    subject: str
    text: str
    own: bool
    retired: bool = False


def by_name(unit: Unit, name: str) -> Template:
    """The template of that name, one's own before the practice's. Raises NotFound("template")."""
    for found in listing(unit):
        if found.name == name.strip().casefold():
            return found
    raise NotFound("template")


def by_id(unit: Unit, template_id: UUID) -> Template:
    """The template of that id: the practice's, or one's own, also a retired one. Raises NotFound("template")."""
    for found in every(unit):
        if found.id == template_id:
            return found
    raise NotFound("template")


def listing(unit: Unit) -> tuple[Template, ...]:
    """What is offered: one's own templates, then the practice's, each by name."""
    return tuple(found for found in every(unit) if not found.retired)


def every(unit: Unit) -> tuple[Template, ...]:
    """The same with those that were retired."""
    row = TemplateRow
    mine = row.owner_id == unit.actor.id if unit.actor.kind is ActorKind.STAFF else false()
    rows = unit.db.execute(
        select(row.id, row.name, row.subject, row.text, row.sealed, row.owner_id, row.retired_at)
        .where(row.practice_id == unit.practice_id, or_(row.owner_id.is_(None), mine))
        .order_by(row.owner_id.is_(None), row.name)
    )
    return tuple(
        Template(one.id, one.name, one.subject, _words(unit, one), one.owner_id is not None, one.retired_at is not None)
        for one in rows
    )


def sealed(unit: Unit, template_id: UUID, text: str) -> dict[str, Any]:
    """The words as they are kept: one's own were often sent to a patient before, so they are sealed like those."""
    return {"text": "", "sealed": unit.seals.seal(text.encode(), _place(template_id), scope="templates")}


def seal_old(unit: Unit) -> int:
    """Seal the words of templates from before they were; how many."""
    row = TemplateRow
    here = row.practice_id == unit.practice_id
    old = unit.db.execute(select(row.id, row.text).where(here, row.sealed.is_(None))).all()
    for one in old:
        unit.db.execute(update(row).where(here, row.id == one.id).values(**sealed(unit, one.id, one.text)))
    return len(old)


def seal_all(store: Store) -> int:
    """The same in every practice."""
    return sum(store.run(Who(practice_id, SYSTEM), seal_old) for practice_id in store.door(doors.every_practice))


def merge(text: str, contact: Contact, practice: PracticeCard) -> str:
    """The text with `{first_name}`, `{name}`, `{practice}` and `{phone}` filled in; anything else in braces stays.

    Raises Invalid("variable", "blank") for one that would be blank: nobody gets a letter to nobody (U93).
    """
    values = {
        "first_name": contact.first_name,
        "name": contact.name,
        "practice": practice.name,
        "phone": practice.phone,
    }
    if blank := next((found[1] for found in VARIABLE.finditer(text) if not values[found[1]].strip()), ""):
        raise Invalid("variable", "blank", variable=f"{{{blank}}}", name=contact.name)
    return VARIABLE.sub(lambda found: values[found[1]], text)


def check_filled(text: str, subject: str) -> None:
    """Nobody gets a letter with a gap in it. Raises Invalid("variable", "unfinished" | "unknown" | "subject").

    Of a text the variables are filled in; a subject is sent as it is (S93), so no variable may stand in one.
    """
    if left := UNFINISHED.search(text) or UNFINISHED.search(subject):
        raise Invalid("variable", "unfinished", variable=left[0])
    if left := BLANK.search(VARIABLE.sub("", text)):
        raise Invalid("variable", "unknown", variable=left[0])
    if left := BLANK.search(subject):
        raise Invalid("variable", "subject", variable=left[0])


def _words(unit: Unit, row: AnyRow) -> str:
    return unit.seals.open(row.sealed, _place(row.id)).decode() if row.sealed is not None else row.text


def _place(template_id: UUID) -> Place:
    return Place("template", template_id, "sealed")
