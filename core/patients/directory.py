"""The directory: a practice's patients by name, in memory, because names are sealed in the database.

Forgiving as U35 asks: every typed word must begin some word of the name, in any order, accents and case ignored; then
names within an edit or two; also phone endings and dates of birth. Rebuilt when the practice's patients changed.
"""

import re
import threading
import unicodedata
from collections import Counter, OrderedDict
from datetime import date
from functools import cached_property
from uuid import UUID

from rapidfuzz.distance import OSA

from core.days import written_day
from core.patients import find
from core.patients.nicknames import NICKNAMES
from core.patients.words import Patient
from core.store.unit import Unit

PRACTICES = 64  # directories kept in memory
COMMON = 5  # patients with a mail domain that make it a familiar one
WORD = re.compile(r"[^\W_]+")
YEAR = re.compile(r"\d{4}")  # a birthday without one is nobody's
TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "herr", "frau", "mme"})  # no part of a name
NO_DAY = date(2000, 1, 1)  # of no account where the year is written
_kept: OrderedDict[UUID, tuple[int, "Directory"]] = OrderedDict()
_lock = threading.Lock()


class Directory:
    """All patients of one practice, ready to be searched."""

    def __init__(self, patients: list[Patient]) -> None:
        self._by_id = {patient.id: patient for patient in patients}
        self._by_name: dict[tuple[str, ...], list[Patient]] = {}
        self._by_words: dict[tuple[str, ...], list[Patient]] = {}
        self._run_together: dict[str, list[Patient]] = {}
        for patient in patients:
            name = words(patient.name)
            self._by_name.setdefault(tuple(name), []).append(patient)
            self._by_words.setdefault(tuple(sorted(name)), []).append(patient)
            for joined in {"".join(name), "".join(reversed(name))} if len(name) > 1 else ():
                self._run_together.setdefault(joined, []).append(patient)
        self._entries = [
            (patient, words(patient.name)) for patient in sorted(patients, key=lambda p: p.name.casefold())
        ]

    @cached_property
    def common_domains(self) -> frozenset[str]:
        """Mail domains that several patients share: what a typo may have meant (P65)."""
        counted = Counter(patient.email.rpartition("@")[2] for patient in self._by_id.values() if patient.email)
        return frozenset(domain for domain, patients in counted.items() if patients >= COMMON)

    def get(self, patient_id: UUID) -> Patient | None:
        """One of them."""
        return self._by_id.get(patient_id)

    def all(self) -> list[Patient]:
        """Everyone, by name."""
        return [patient for patient, _ in self._entries]

    def named(self, name: str) -> list[Patient]:
        """Everyone with exactly this name, accents and case aside."""
        return self._by_name.get(tuple(words(name)), [])

    def bearing(self, typed: set[str]) -> list[Patient]:
        """Everyone of whose name all these words, folded by `words`, are words."""
        return [patient for patient, name in self._entries if typed <= set(name)]

    def turned_round(self, name: str) -> list[Patient]:
        """Everyone whose whole name these words are, in any order."""
        return self._by_words.get(tuple(sorted(words(name))), [])

    def run_together(self, name: str) -> list[Patient]:
        """Everyone whose whole name is this one word, as it is written in Japan or in a hurry: `AmaraTestwell`."""
        typed = words(name)
        return self._run_together.get(typed[0], []) if len(typed) == 1 else []

    def starting(self, text: str) -> list[Patient]:
        """Everyone of whose name each typed word begins some word; or whose number ends or birth date is so."""
        typed = words(text)
        if digits := re.sub(r"\D", "", text):
            return self._by_digits(text, digits)
        return [patient for patient, found in self._entries if typed and begins(typed, found)]

    def near(self, text: str) -> list[Patient]:
        """Everyone within an edit or two of what was typed, and by nicknames; not those that begin so."""
        typed = words(text)
        return [
            patient
            for patient, name in self._entries
            if typed and not begins(typed, name) and all(_close(part, name) for part in typed)
        ]

    def match(self, text: str, limit: int = 8) -> list[Patient]:
        """The best matches for what was typed, those that begin so first; all for nothing typed."""
        text = untitled(text)
        if not words(text):
            return self.all()[:limit]
        found = self.starting(text)
        if len(found) < limit:
            found += self.near(text)
        return found[:limit]

    def _by_digits(self, text: str, digits: str) -> list[Patient]:
        born = written_day(text, NO_DAY) if YEAR.search(text) else None
        return [
            patient
            for patient, _ in self._entries
            if (len(digits) >= 4 and patient.mobile.endswith(digits.removeprefix("0")))
            or (born is not None and patient.date_of_birth == born)
        ]


def directory(unit: Unit) -> Directory:
    """The practice's directory as of now."""
    version = find.version(unit)
    with _lock:
        kept = _kept.get(unit.practice_id)
        if kept and kept[0] == version:
            _kept.move_to_end(unit.practice_id)
            return kept[1]
    made = Directory(find.everyone(unit))
    with _lock:
        _kept[unit.practice_id] = (version, made)
        while len(_kept) > PRACTICES:
            _kept.popitem(last=False)
    return made


def words(text: str) -> list[str]:
    """The words of a name, folded: case, accents and punctuation do not count."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return WORD.findall(plain)


def untitled(typed: str) -> str:
    """A name without the title in front of it; a title alone may yet become a name."""
    first, _, rest = typed.partition(" ")
    return rest if rest.strip() and words(first)[-1:] and words(first)[-1] in TITLES else typed


def begins(typed: list[str], name: list[str]) -> bool:
    """Whether each typed word begins some word of a name, in any order; both folded by `words`."""
    return all(any(word.startswith(part) for word in name) for part in typed)


def _close(part: str, name: list[str]) -> bool:
    """Within one edit for words of 4 to 6 letters, two from 7 on (swapped neighbours are one edit), or a nickname."""
    full = NICKNAMES.get(part, ())
    return any(word.startswith(part) or word in full or _near(part, word) for word in name)


def _near(part: str, word: str) -> bool:
    edits = 0 if len(part) < 4 else 1 if len(part) < 7 else 2
    return edits > 0 and OSA.distance(part, word[: len(part) + 1], score_cutoff=edits) <= edits
