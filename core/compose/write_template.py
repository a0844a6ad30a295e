"""Writing templates: the practice's by whoever administers, since all send them in its name; one's own by all (U93)."""

import re
from uuid import UUID

from sqlalchemy import ColumnElement, delete, insert, select, update

from core.audit.trail import append
from core.compose.contacts import Contact, look_up
from core.compose.template import VARIABLE, Template, by_id, listing, merge
from core.compose.words import Command
from core.delivery.segments import can_be_sent
from core.errors import Invalid
from core.messages import find
from core.messages.tables import MessageRow, TemplateRow
from core.messages.words import Kind
from core.practice import find as practice
from core.practice.rights import require
from core.practice.words import Right
from core.store.unit import Unit

NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST_NAME = 40
SAVE = "save"  # `/template save …` keeps one, so none is called that
LONGEST_TEXT = 10_000


def keep(unit: Unit, template_id: UUID | None, name: str, text: str, own: bool = False) -> Template:
    """Write a template, or change one that is there; spaces in its name become hyphens, as one word is typed.

    A new one is the practice's, or one's `own`, which whoever may chat may write. Raises Forbidden, NotFound,
    Invalid("template", "name" | "taken" | "empty" | "long" | "characters").
    """
    own = by_id(unit, template_id).own if template_id else own
    require(unit, Right.CHAT if own else Right.ADMINISTER)
    name = checked_name(name)
    check_text(text)
    # One's own and the practice's may share a name, whoever came first; one's own is the one used.
    if any(one.name == name and one.own == own and one.id != template_id for one in listing(unit)):
        raise Invalid("template", "taken", name=name)
    said = {"name": name, "text": text.strip()}
    if template_id is None:
        template_id = unit.new_id()
        whose = {"practice_id": unit.practice_id, "id": template_id, "owner_id": unit.staff_id if own else None}
        unit.db.execute(insert(TemplateRow).values(whose | {"subject": "", "created_at": unit.now} | said))
    else:
        unit.db.execute(update(TemplateRow).where(*_this(unit, template_id)).values(**said))
    append(unit, "template kept", template_id)
    return by_id(unit, template_id)


def sent(unit: Unit, conversation_id: UUID | None) -> str:
    """One's last SMS or email of a conversation, the patient's names as variables again: to be looked over, then kept.

    Direct Messages are sealed for one patient and are never copied. Raises Invalid("template", "nothing").
    """
    row = MessageRow
    last = unit.db.execute(
        select(row.id, row.patient_id)
        .where(
            row.practice_id == unit.practice_id,
            row.conversation_id == conversation_id,
            row.author_id == unit.staff_id,
            row.kind.in_((Kind.SMS, Kind.EMAIL)),
            row.deleted_at.is_(None),
        )
        .order_by(row.seq.desc())
        .limit(1)
    ).one_or_none()
    if conversation_id is None or last is None:
        raise Invalid("template", "nothing")
    text = find.message(unit, last.id).text
    return unmerged(text, look_up(unit, last.patient_id, Command.EMAIL)) if last.patient_id else text


def unmerged(text: str, contact: Contact) -> str:
    """A text with the names of the one it was written to as variables again. Pure."""
    for variable, said in (("name", contact.name), ("first_name", contact.first_name)):
        if said.strip():
            text = re.sub(rf"(?<!\w){re.escape(said)}(?!\w)", f"{{{variable}}}", text)
    return text


def remove(unit: Unit, template_id: UUID) -> None:
    """Offer a template no more; what was sent with it stays. Raises Forbidden, NotFound."""
    require(unit, Right.CHAT if by_id(unit, template_id).own else Right.ADMINISTER)
    unit.db.execute(delete(TemplateRow).where(*_this(unit, template_id)))
    append(unit, "template removed", template_id)


def _this(unit: Unit, template_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return TemplateRow.practice_id == unit.practice_id, TemplateRow.id == template_id


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
    if not NAME.fullmatch(written) or len(written) > LONGEST_NAME or written == SAVE:
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
