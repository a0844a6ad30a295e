"""Writing templates: the practice's by whoever administers, since all send them in its name; one's own by all (U93)."""

import re
from uuid import UUID

from sqlalchemy import ColumnElement, delete, insert, select, update

from core.audit.trail import append
from core.compose.contacts import Contact, look_up
from core.compose.template import VARIABLE, Template, by_id, every, merge, sealed
from core.compose.words import Command
from core.delivery.segments import can_be_sent
from core.errors import Invalid, NotFound
from core.messages import find
from core.messages.tables import MessageRow, TemplateRow
from core.messages.words import Kind
from core.practice import find as practice
from core.practice.rights import require
from core.practice.words import PracticeCard, Right
from core.store.unit import Unit

NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST_NAME = 40
SAVE = "save"  # `/template save …` keeps one, so none is called that
LONGEST_TEXT = 10_000


def keep(unit: Unit, template_id: UUID | None, name: str, text: str, own: bool = False) -> Template:
    """Write a template, or change one that is there; spaces in its name become hyphens, as one word is typed.

    A new one is the practice's, or one's `own`, which whoever may chat may write. Raises Forbidden, NotFound,
    Invalid("template", "name" | "taken" | "resting" | "empty" | "long" | "characters").
    """
    if template_id is not None:
        _writable(unit, template_id, retired=False)
        own = by_id(unit, template_id).own
    require(unit, Right.CHAT if own else Right.ADMINISTER)
    name = checked_name(name)
    check_text(text)
    # One's own and the practice's may share a name, whoever came first; one's own is the one used.
    for one in every(unit):
        if one.name == name and one.own == own and one.id != template_id:
            raise Invalid("template", "resting" if one.retired else "taken", name=name)
    there, template_id = template_id is not None, template_id or unit.new_id()
    said = {"name": name, **sealed(unit, template_id, text.strip())}
    if there:
        unit.db.execute(update(TemplateRow).where(*_this(unit, template_id)).values(**said))
    else:
        whose = {"practice_id": unit.practice_id, "id": template_id, "owner_id": unit.staff_id if own else None}
        unit.db.execute(insert(TemplateRow).values(whose | {"subject": "", "created_at": unit.now} | said))
    append(unit, "template kept", template_id)
    return by_id(unit, template_id)


def sent(unit: Unit, conversation_id: UUID | None) -> str:
    """One's last SMS or email of a conversation, names and practice as variables again: to be looked over, then kept.

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
    contact = look_up(unit, last.patient_id, Command.EMAIL) if last.patient_id else None
    return unmerged(text, contact, practice.card(unit))


def unmerged(text: str, contact: Contact | None, card: PracticeCard) -> str:
    """A text with what `merge` had filled in as variables again: the practice, and the one it was written to. Pure.

    The longest first, and all in one go: a patient may be called like a word of the practice's name.
    """
    values = {"practice": card.name, "phone": card.phone}
    values |= {"name": contact.name, "first_name": contact.first_name} if contact else {}
    said = {value: name for name, value in reversed(values.items()) if value.strip()}
    if not said:
        return text
    longest_first = sorted(said, key=len, reverse=True)
    any_of = "|".join(re.escape(value) for value in longest_first)
    return re.sub(rf"(?<!\w)(?:{any_of})(?!\w)", lambda found: f"{{{said[found[0]]}}}", text)


def retire(unit: Unit, template_id: UUID) -> None:
    """Offer a template no more; it can be brought back, and what was sent with it stays. Raises Forbidden, NotFound."""
    _writable(unit, template_id, retired=False)
    unit.db.execute(update(TemplateRow).where(*_this(unit, template_id)).values(retired_at=unit.now))
    append(unit, "template retired", template_id)


def restore(unit: Unit, template_id: UUID) -> Template:
    """Offer a retired one again. Raises Forbidden, NotFound."""
    _writable(unit, template_id, retired=True)
    unit.db.execute(update(TemplateRow).where(*_this(unit, template_id)).values(retired_at=None))
    append(unit, "template brought back", template_id)
    return by_id(unit, template_id)


def remove(unit: Unit, template_id: UUID) -> None:
    """Remove a retired one for good. Raises Forbidden, NotFound."""
    _writable(unit, template_id, retired=True)
    unit.db.execute(delete(TemplateRow).where(*_this(unit, template_id)))
    append(unit, "template removed", template_id)


def _writable(unit: Unit, template_id: UUID, *, retired: bool) -> None:
    """Raises Forbidden, NotFound where it does not stand like that."""
    found = by_id(unit, template_id)
    require(unit, Right.CHAT if found.own else Right.ADMINISTER)
    if found.retired is not retired:
        raise NotFound("template")


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
