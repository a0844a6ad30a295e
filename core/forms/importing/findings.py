"""What an import gathers on its way: refusals, problems and notes, each a word with its facts (F3-F6)."""

from collections import Counter

from core.forms.importing.outcome import Note, Problem
from core.forms.importing.source import Refused


class Findings:
    """Everything that is found is reported at once; nothing is dropped in silence."""

    def __init__(self) -> None:
        self.refusals: list[Problem] = []
        self.problems: list[Problem] = []
        self._notes: list[Note] = []
        self._counted: Counter[str] = Counter()
        self._named: dict[str, dict[str, None]] = {}

    def refuse(self, refused: Refused) -> None:
        """The whole file cannot be imported."""
        element = refused.facts.get("element", "")
        self.refusals.append(Problem(refused.link_id, refused.text, element, refused.why, "refused", refused.facts))

    def problem(self, link_id: str, text: str, extension: str, why: str, effect: str, **facts: object) -> None:
        """One item is not asked or checked as written."""
        told = {name: str(fact) for name, fact in facts.items()}
        self.problems.append(Problem(link_id, text, extension, why, effect, {"text": text, **told}))

    def knows(self, link_id: str, element: str) -> bool:
        """Whether something was found already about an element of an item, by how it begins."""
        found = (*self.refusals, *self.problems)
        return any(one.link_id == link_id and one.extension.startswith(element) for one in found)

    def note(self, why: str, **facts: object) -> None:
        """Something is not done that loses nothing."""
        self._notes.append(Note(why, {name: str(fact) for name, fact in facts.items()}))

    def count(self, why: str) -> None:
        """One more of a kind that is told once, with its number."""
        self._counted[why] += 1

    def name(self, why: str, name: str) -> None:
        """One more name of a kind that is told once, with all of them."""
        self._named.setdefault(why, {})[name] = None

    @property
    def notes(self) -> tuple[Note, ...]:
        """All notes; what was counted once each, and what only has names in one of each kind."""
        counted = [Note(why, {"count": str(number)}) for why, number in self._counted.items()]
        named = [Note(why, {"names": ", ".join(names)}) for why, names in self._named.items()]
        return (*self._notes, *counted, *named)
