"""Reads of forms: by key, all, and the version a link was sent with."""

from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from sqlalchemy import insert, select

from core.errors import NotFound
from core.forms import habits
from core.forms.questionnaire import read
from core.forms.tables import FormAnswers, FormRow, FormVersion
from core.forms.words import Questionnaire, walk
from core.store.unit import Unit

QUESTIONS_A_MINUTE = 4


@dataclass(frozen=True, slots=True)
class FormCard:
    """A form that can be sent; `minutes` is about how long it takes."""

    id: UUID
    key: str
    title: str
    version: int
    minutes: int
    questions: int
    aliases: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """What may be typed for it: its key, and other words that the practice chose (F8)."""
        return (self.key, *self.aliases)

    def pin(self, unit: Unit, link_id: UUID, place: int = 0) -> None:
        """Bind this very version to a link, as which of its forms: a newer one never reaches into it (F10)."""
        unit.db.execute(
            insert(FormAnswers).values(
                practice_id=unit.practice_id, link_id=link_id, place=place, form_id=self.id, version=self.version
            )
        )


@dataclass(frozen=True, slots=True)
class Pack:
    """Forms that go with one link, one after the other, each sent by itself (F79)."""

    forms: tuple[FormCard, ...]

    @property
    def title(self) -> str:
        """Their titles."""
        return ", ".join(one.title for one in self.forms)

    @property
    def minutes(self) -> int:
        """About how long all of them take."""
        return sum(one.minutes for one in self.forms)

    def pin(self, unit: Unit, link_id: UUID) -> None:
        """Bind the very versions to a link, in this order."""
        for place, one in enumerate(self.forms):
            one.pin(unit, link_id, place)


def pack(unit: Unit, keys: str) -> Pack:
    """The published forms of these keys, parted by spaces. Raises NotFound("form")."""
    return Pack(tuple(by_key(unit, key) for key in dict.fromkeys(keys.split())))


def by_key(unit: Unit, key: str) -> FormCard:
    """The published form of that key (uq_form_key). Raises NotFound("form")."""
    for card in listing(unit):
        if key.strip().casefold() in card.words:
            return card
    raise NotFound("form")


def listing(unit: Unit) -> tuple[FormCard, ...]:
    """All forms that can be sent, by title."""
    rows = unit.db.execute(
        select(FormRow.id, FormRow.key, FormRow.title, FormRow.version, FormRow.habits, FormVersion.source)
        .join(
            FormVersion,
            (FormVersion.practice_id == FormRow.practice_id)
            & (FormVersion.form_id == FormRow.id)
            & (FormVersion.number == FormRow.version),
        )
        .where(FormRow.practice_id == unit.practice_id, FormRow.state == "published")
        .order_by(FormRow.title)
    )
    return tuple(
        FormCard(r.id, r.key, r.title, r.version, *_length(r.source), habits.read(r.habits).aliases) for r in rows
    )


def version(unit: Unit, form_id: UUID, number: int) -> tuple[str, Questionnaire]:
    """A frozen version: the form's key and its questions (primary key). Raises NotFound."""
    row = unit.db.execute(
        select(FormRow.key, FormVersion.source, FormVersion.accepted)
        .join(FormVersion, (FormVersion.practice_id == FormRow.practice_id) & (FormVersion.form_id == FormRow.id))
        .where(FormRow.practice_id == unit.practice_id, FormRow.id == form_id, FormVersion.number == number)
    ).one_or_none()
    if row is None:
        raise NotFound("form")
    return row.key, parsed(row.source, row.accepted.get("called", ""))


@lru_cache(maxsize=256)
def parsed(source: bytes, called: str = "") -> Questionnaire:
    """The questions of a frozen version, `called` so where it has no title (F7).

    Raises NotFound for one that cannot be read any more.
    """
    form = read(source, kept=True, called=called).form
    if form is None:
        raise NotFound("form")
    return form


def minutes_of(form: Questionnaire) -> int:
    """About how many minutes a form takes."""
    return max(1, -(-_asks(form) // QUESTIONS_A_MINUTE))


def _length(source: bytes) -> tuple[int, int]:
    form = parsed(source)
    return minutes_of(form), _asks(form)


def _asks(form: Questionnaire) -> int:
    return sum(item.askable for item in walk(form.items))
