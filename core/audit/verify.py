"""Proving the audit trail: unbroken, or the first entry that does not fit."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.audit.chain import START, leaf_of, link
from core.audit.merkle import Frontier


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
        told = (entry["leaf"], entry["before"], entry["hash"])
        fits = told == (leaf_of(said).hex(), before.hex(), digest.hex())
        if entry["seq"] != expected or not fits:
            return Verdict(expected - 1, broken_at=expected)
        before, expected = digest, expected + 1
    return Verdict(expected - 1)


def first_unlike_heads(entries: Sequence[Mapping[str, Any]], heads: Iterable[tuple[int, bytes]]) -> int | None:
    """The entry from which the trail is unlike a tree head noted before; None when it fits all (S109).

    A chain alone cannot tell that its end was cut off, nor that who has its key wrote it anew.
    """
    tree, leaves = Frontier(), [bytes.fromhex(entry["leaf"]) for entry in entries]
    for size, root in heads:
        if size > len(leaves):
            return len(leaves) + 1
        since = tree.size
        tree = tree.grown(leaves[since:size])
        if tree.root != root:
            return since + 1
    return None
