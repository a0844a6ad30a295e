"""Proving the audit trail: unbroken, or the first entry that does not fit."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from core.audit.chain import START, link


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found: how many entries fit, and the number of the first that does not."""

    entries: int
    broken_at: int | None = None

    @property
    def unbroken(self) -> bool:
        """Whether every entry fits."""
        return self.broken_at is None


def verify(key: bytes, entries: Iterable[Mapping[str, Any]]) -> Verdict:
    """Walk the chain from its start. Finds an edit, a deletion, an insertion and a change of order."""
    before, expected = START, 1
    for entry in entries:
        said = {k: entry[k] for k in ("seq", "at", "actor", "actor_id", "verb", "about", "facts")}
        digest = link(key, before, said)
        if entry["seq"] != expected or digest.hex() != entry["hash"] or entry["before"] != before.hex():
            return Verdict(expected - 1, broken_at=expected)
        before, expected = digest, expected + 1
    return Verdict(expected - 1)
