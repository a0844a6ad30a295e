"""Answers of one version carried into another, where a question is still the same one (F10). Pure."""

from dataclasses import dataclass

from core.forms.asking.places import plan
from core.forms.values import equal
from core.forms.words import Answers, Entry, Item, Kind, Questionnaire, Value


@dataclass(frozen=True, slots=True)
class Carried:
    """What came along: the answers, the questions whose answers did (`kept`), and those whose did not (`lost`)."""

    answers: Answers
    kept: tuple[Item, ...]
    lost: tuple[Item, ...]


def carried(old: Questionnaire, new: Questionnaire, answers: Answers) -> Carried:
    """The answers to `old` that `new` can hold: same linkId, same type, in the same groups, and still a choice."""
    carrier = _Carrier(old, new)
    found = carrier.scope(answers)
    lost = tuple(item for item in carrier.lost.values())
    return Carried(found, tuple(item for key, item in carrier.kept.items() if key not in carrier.lost), lost)


class _Carrier:
    def __init__(self, old: Questionnaire, new: Questionnaire) -> None:
        self._old, self._new = plan(old), plan(new)
        self.kept: dict[str, Item] = {}
        self.lost: dict[str, Item] = {}

    def scope(self, answers: Answers) -> dict[str, tuple[Entry, ...]]:
        """The answers of one scope, as far as they come along."""
        found: dict[str, tuple[Entry, ...]] = {}
        for link_id, entries in answers.items():
            item = self._same(link_id)
            if item is None:
                self._lose(link_id, entries)
                continue
            here = [one for entry in entries if (one := self._entry(item, entry)) is not None]
            if len(here) > 1 and not item.repeats:
                self._lose(link_id, tuple(here[1:]))
                here = here[:1]
            if here:
                found[link_id] = tuple(here)
        return found

    def _same(self, link_id: str) -> Item | None:
        """The question of the new version that is this one."""
        old, new = self._old.items.get(link_id), self._new.items.get(link_id)
        if old is None or new is None or old.kind is not new.kind:
            return None
        group = new.kind is Kind.GROUP
        same = self._old.owners[link_id] == self._new.owners[link_id] and (not group or old.repeats == new.repeats)
        return new if same and (group or new.askable) else None

    def _entry(self, item: Item, entry: Entry) -> Entry | None:
        if entry.value is None:
            return Entry(None, self.scope(entry.below), entry.key)
        value = _still_offered(item, entry.value)
        if value is None:
            self._lose(item.link_id, (entry,))
            return None
        self.kept[item.link_id] = item
        return Entry(value, self.scope(entry.below), entry.key)

    def _lose(self, link_id: str, entries: tuple[Entry, ...]) -> None:
        item = self._old.items.get(link_id)
        if item is not None and any(one.value is not None for one in entries):
            self.lost[link_id] = item
        for entry in entries:
            for below, inside in entry.below.items():
                self._lose(below, inside)


def _still_offered(item: Item, value: Value) -> Value | None:
    """The value as the new version has it; None for a choice that is gone. Words of one's own stay."""
    if not item.options:
        return value
    own = value if item.kind is Kind.OPEN_CHOICE and "valueString" in value else None
    return next((option.value for option in item.options if equal(option.value, value)), own)
