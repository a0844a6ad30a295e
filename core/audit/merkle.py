"""The tree over the trail's entries (RFC 6962 section 2.1): one hash that stands for all of them, grown entry by entry.

A frontier is the roots of the complete subtrees from left to right: all that is needed to add to a tree.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

EMPTY = hashlib.sha256(b"").digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """A tree of `size` leaves by its complete subtrees, largest first."""

    size: int = 0
    roots: tuple[bytes, ...] = ()

    def grown(self, leaves: Iterable[bytes]) -> "Frontier":
        """The tree with further leaf hashes at its right."""
        size, roots = self.size, list(self.roots)
        for leaf in leaves:
            carry, rest = leaf, size
            while rest & 1:
                carry, rest = node(roots.pop(), carry), rest >> 1
            roots.append(carry)
            size += 1
        return Frontier(size, tuple(roots))

    @property
    def root(self) -> bytes:
        """The tree head."""
        if not self.roots:
            return EMPTY
        head = self.roots[-1]
        for left in reversed(self.roots[:-1]):
            head = node(left, head)
        return head


def node(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees side by side."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The hashes that lead from one leaf to the head, and tell nothing of other entries (RFC 6962 section 2.1.1)."""
    if len(leaves) <= 1:
        return []
    half = 1 << (len(leaves) - 1).bit_length() - 1
    left, right = leaves[:half], leaves[half:]
    if index < half:
        return [*proof(left, index), Frontier().grown(right).root]
    return [*proof(right, index - half), Frontier().grown(left).root]


def proves(leaf: bytes, index: int, size: int, path: Sequence[bytes], head: bytes) -> bool:
    """Whether a path leads from a leaf to a head (RFC 9162 section 2.1.3.2)."""
    if index >= size:
        return False
    at, last, found = index, size - 1, leaf
    for beside in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node(beside, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node(found, beside)
        at, last = at >> 1, last >> 1
    return last == 0 and found == head
