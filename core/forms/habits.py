"""What a practice chose for one of its forms, whatever its version: what may wait, what is filled in, who is called.

It stands beside the form and not in it: the frozen file stays its author's, and a choice holds for links that are out.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from core.audit.trail import append
from core.errors import Invalid, NotFound
from core.forms.tables import FormRow
from core.forms.words import Questionnaire
from core.practice.rights import require
from core.practice.words import Right
from core.store.unit import Unit


class Prefill(StrEnum):
    """What becomes of what our record knows (F56)."""

    OFF = "off"
    SHOWN = "shown"  # to be looked at and put right
    SILENT = "silent"  # and, unseen, where a question is hidden


@dataclass(frozen=True, slots=True)
class Habits:
    """How a practice uses a form.

    `skip`: what must be answered may wait until the answers are checked (F49). `flag_on_save`: an answer that wants a
    look at once calls somebody before the form is sent (F61). `group`: the name of the group that is called.
    `aliases`: other words that staff may type for its key (F8). `shows_sums`: what the form adds up is shown to who
    answers (F57). `lists_together`: questions of a list share a page (F44).
    """

    skip: bool = False
    prefill: Prefill = Prefill.SHOWN
    shows_sums: bool = False
    lists_together: bool = False
    flag_on_save: bool = False
    group: str = "admin"
    aliases: tuple[str, ...] = ()


def habits(unit: Unit, form_id: UUID) -> Habits:
    """How the practice uses a form. Raises NotFound("form")."""
    mine = (FormRow.practice_id == unit.practice_id, FormRow.id == form_id)
    kept = unit.db.scalar(select(FormRow.habits).where(*mine))
    if kept is None:
        raise NotFound("form")
    return read(kept)


def choose(unit: Unit, form_id: UUID, chosen: Habits) -> None:
    """Use a form otherwise from now on. Raises Forbidden, NotFound("form"), Invalid("alias", "taken")."""
    require(unit, Right.ADMINISTER)
    before = habits(unit, form_id)
    if chosen == before:
        return
    _refuse_taken(unit, form_id, chosen.aliases)
    mine = (FormRow.practice_id == unit.practice_id, FormRow.id == form_id)
    unit.db.execute(update(FormRow).where(*mine).values(habits=asdict(chosen)))
    append(unit, "form used otherwise", form_id, **{key: str(value) for key, value in asdict(chosen).items()})


def _refuse_taken(unit: Unit, form_id: UUID, aliases: tuple[str, ...]) -> None:
    """One word means one form: no key, nor another word, of any form of the practice."""
    others = select(FormRow.id, FormRow.key, FormRow.habits).where(FormRow.practice_id == unit.practice_id)
    for row in unit.db.execute(others):
        known = {row.key} if row.id == form_id else {row.key, *read(row.habits).aliases}
        if taken := known & set(aliases):
            raise Invalid("alias", "taken", value=min(taken))


def used_as(form: Questionnaire, chosen: Habits) -> Questionnaire:
    """The form as the practice wants it shown."""
    return _shown(form, chosen.shows_sums, chosen.lists_together)


@lru_cache(maxsize=256)
def _shown(form: Questionnaire, shows_sums: bool, lists_together: bool) -> Questionnaire:
    if not (shows_sums or lists_together):
        return form
    return replace(form, shows_sums=shows_sums, lists_together=lists_together)


def read(kept: Mapping[str, Any]) -> Habits:
    """Habits as they are kept; what is not there has its plain default."""
    plain = Habits()
    return Habits(
        skip=kept.get("skip") is True,
        prefill=Prefill(kept.get("prefill", plain.prefill)),
        shows_sums=kept.get("shows_sums") is True,
        lists_together=kept.get("lists_together") is True,
        flag_on_save=kept.get("flag_on_save") is True,
        group=str(kept.get("group", plain.group)),
        aliases=tuple(map(str, kept.get("aliases", ()))),
    )
