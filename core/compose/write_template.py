"""Writing the practice's templates: kept by whoever administers, since all send them in its name (U93)."""

import re
from uuid import UUID

from sqlalchemy import delete, insert, select, update

from core.audit.trail import append
from core.compose.contacts import look_up
from core.compose.template import VARIABLE, Template, by_id, merge
from core.compose.words import Command
from core.delivery.segments import can_be_sent
from core.errors import Invalid
from core.messages.tables import TemplateRow
from core.practice import find as practice
from core.practice.rights import require
from core.practice.words import Right
from core.store.unit import Unit

NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST_NAME = 40
LONGEST_TEXT = 10_000


def keep(unit: Unit, template_id: UUID | None, name: str, text: str) -> Template:
    """Write a template, or change one that is there; spaces in its name become hyphens, as one word is typed.

    Raises Forbidden, NotFound, Invalid("template", "name" | "taken" | "empty" | "long" | "characters").
    """
    require(unit, Right.ADMINISTER)
    name = checked_name(name)
    check_text(text)
    if template_id is not None:
        by_id(unit, template_id)
    mine = (TemplateRow.practice_id == unit.practice_id, TemplateRow.name == name)
    holder = unit.db.scalar(select(TemplateRow.id).where(*mine))
    if holder is not None and holder != template_id:
        raise Invalid("template", "taken", name=name)
    said = {"name": name, "text": text.strip()}
    if template_id is None:
        template_id = unit.new_id()
        row = {"practice_id": unit.practice_id, "id": template_id, "subject": "", "created_at": unit.now, **said}
        unit.db.execute(insert(TemplateRow).values(row))
    else:
        this = (TemplateRow.practice_id == unit.practice_id, TemplateRow.id == template_id)
        unit.db.execute(update(TemplateRow).where(*this).values(**said))
    append(unit, "template kept", template_id)
    return by_id(unit, template_id)


def remove(unit: Unit, template_id: UUID) -> None:
    """Offer a template no more; what was sent with it stays. Raises Forbidden, NotFound."""
    require(unit, Right.ADMINISTER)
    by_id(unit, template_id)
    this = (TemplateRow.practice_id == unit.practice_id, TemplateRow.id == template_id)
    unit.db.execute(delete(TemplateRow).where(*this))
    append(unit, "template removed", template_id)


def tried(unit: Unit, text: str, patient_id: UUID) -> str:
    """A text as one patient would read it. Raises Invalid("variable", "blank"), Invalid("template", …), NotFound."""
    check_text(text)
    return merge(text, look_up(unit, patient_id, Command.EMAIL), practice.card(unit))


def pieces(text: str) -> list[tuple[str, bool]]:
    """A text cut at its variables: each piece, and whether it is one. Pure."""
    found, at = [], 0
    for variable in VARIABLE.finditer(text):
        found += [(text[at : variable.start()], False), (variable[0], True)]
        at = variable.end()
    return [piece for piece in [*found, (text[at:], False)] if piece[0]]


def checked_name(name: str) -> str:
    """A name as it is typed after `/template`. Raises Invalid("template", "name")."""
    written = "-".join(name.casefold().split())
    if not NAME.fullmatch(written) or len(written) > LONGEST_NAME:
        raise Invalid("template", "name")
    return written


def check_text(text: str) -> None:
    """Raises Invalid("template", "empty" | "long" | "characters")."""
    if not text.strip():
        raise Invalid("template", "empty")
    if len(text) > LONGEST_TEXT:
        raise Invalid("template", "long", limit=LONGEST_TEXT)
    if not can_be_sent(text):
        raise Invalid("template", "characters")
