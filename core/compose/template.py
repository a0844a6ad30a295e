"""Templates, and filling in a text's variables: a fixed list of names, replaced once, no expressions (S94)."""

import re
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import false, or_, select

from core.compose.contacts import Contact
from core.errors import Invalid, NotFound
from core.messages.tables import TemplateRow
from core.practice.words import PracticeCard
from core.store.unit import ActorKind, Unit

VARIABLE = re.compile(r"\{(first_name|name|practice|phone)\}")


@dataclass(frozen=True, slots=True)
class Template:
    """Reusable text; `name` is what staff type, `own` whether only one oneself sees it."""

    id: UUID
    name: str
    subject: str
    text: str
    own: bool


def by_name(unit: Unit, name: str) -> Template:
    """The template of that name, one's own before the practice's. Raises NotFound("template")."""
    for found in listing(unit):
        if found.name == name.strip().casefold():
            return found
    raise NotFound("template")


def by_id(unit: Unit, template_id: UUID) -> Template:
    """The template of that id: the practice's, or one's own. Raises NotFound("template")."""
    for found in listing(unit):
        if found.id == template_id:
            return found
    raise NotFound("template")


def listing(unit: Unit) -> tuple[Template, ...]:
    """One's own templates, then the practice's, each by name."""
    row = TemplateRow
    mine = row.owner_id == unit.actor.id if unit.actor.kind is ActorKind.STAFF else false()
    rows = unit.db.execute(
        select(row.id, row.name, row.subject, row.text, row.owner_id.is_not(None))
        .where(row.practice_id == unit.practice_id, or_(row.owner_id.is_(None), mine))
        .order_by(row.owner_id.is_(None), row.name)
    )
    return tuple(Template(*row) for row in rows)


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
