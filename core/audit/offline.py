"""Check an exported audit trail against signed checkpoints, with nothing but Python.

    python3 verify.py trail.jsonl checkpoints.txt
    python3 verify.py proof.json checkpoints.txt

`proof.json` is what became of one message, each entry with its way to a signed checkpoint. `checkpoints.txt` is what
`latchkey audit checkpoints` printed, also an old one that was kept elsewhere: its first line names the key. Finds an
edit, a deletion, an insertion, a change of order, and a cut below the last checkpoint; exits 1 and says where. Sources:
RFC 6962 section 2.1 (tree), C2SP tlog-checkpoint and signed-note, RFC 8032 (Ed25519).
"""

import base64
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TextIO

Point = tuple[int, int, int, int]

FIELDS = ("seq", "at", "actor", "actor_id", "verb", "about", "facts")
P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def main(trail: Iterable[str], notes: TextIO) -> int:
    """Say what was found; the exit code."""
    lines = notes.read().split("\n")
    name, key_id, key = lines[0].split("+", 2)
    public = base64.b64decode(key)[1:]
    entries = [json.loads(line) for line in trail if line.strip()]
    if entries and "checkpoint" in entries[0]:
        return proved(entries[0], next(checkpoints(entries[0]["checkpoint"], name, key_id, public)))
    leaves: list[bytes] = []
    before = "00" * 32
    for number, entry in enumerate(entries, 1):
        leaf = hashlib.sha256(b"\0" + canonical({field: entry[field] for field in FIELDS})).digest()
        if entry["seq"] != number or entry["before"] != before or entry.get("leaf", leaf.hex()) != leaf.hex():
            return say(f"entry {number} does not fit what stands before it", 1)
        before = entry["hash"]
        leaves.append(leaf)
    good = 0
    for size, root in checkpoints("\n".join(lines[1:]), name, key_id, public):
        if size > len(leaves):
            return say(f"the trail ends at entry {len(leaves)}, but a checkpoint covers {size}", 1)
        if tree(leaves[:size]) != root:
            return say(f"something was changed between entries {good + 1} and {size}", 1)
        good = size
    return say(f"{len(leaves)} entries, unbroken; {good} of them under a signed checkpoint", 0)


def proved(given: dict[str, Any], checkpoint: tuple[int, bytes]) -> int:
    """Say whether each entry of a proof is under its checkpoint; the exit code."""
    size, root = checkpoint
    for entry in given["entries"]:
        leaf = hashlib.sha256(b"\0" + canonical({field: entry[field] for field in FIELDS})).digest()
        if not leads(leaf, entry["seq"] - 1, size, [bytes.fromhex(one) for one in entry["path"]], root):
            return say(f"entry {entry['seq']} is not under the checkpoint: it was changed, or made up", 1)
    return say(f"{len(given['entries'])} entries, each under a signed checkpoint over {size}", 0)


def leads(leaf: bytes, index: int, size: int, path: list[bytes], root: bytes) -> bool:
    """Whether a path leads from a leaf to the head (RFC 9162 section 2.1.3.2)."""
    at, last, found = index, size - 1, leaf
    for beside in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = hashlib.sha256(b"\1" + beside + found).digest()
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = hashlib.sha256(b"\1" + found + beside).digest()
        at, last = at >> 1, last >> 1
    return 0 <= index < size and last == 0 and found == root


def checkpoints(text: str, name: str, key_id: str, public: bytes) -> Iterator[tuple[int, bytes]]:
    """Sizes and roots of every note; one that is not signed by the key ends everything."""
    for note in text.split(name + "\n")[1:]:
        said, _, signed = note.partition("\n\n")
        signature = base64.b64decode(signed.split(" ")[2].strip())
        if signature[:4].hex() != key_id or not is_signed(public, f"{name}\n{said}\n".encode(), signature[4:]):
            sys.exit("a checkpoint is not signed by this key")
        size, root = said.split("\n")[:2]
        yield int(size), base64.b64decode(root)


def tree(leaves: list[bytes]) -> bytes:
    """The head of a tree."""
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256(b"").digest()
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + tree(leaves[:half]) + tree(leaves[half:])).digest()


def canonical(entry: dict[str, Any]) -> bytes:
    """The one spelling of an entry."""
    return json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Ed25519 as RFC 8032 section 5.1.7 has it."""
    point, commitment = unpacked(public), unpacked(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if point is None or commitment is None or len(signature) != 64 or scalar >= Q:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % Q
    base_y = 4 * pow(5, P - 2, P) % P
    base = unpacked(base_y.to_bytes(32, "little")) or (0, 1, 1, 0)
    left, right = times(scalar, base), added(commitment, times(challenge, point))
    return all((left[i] * right[2] - right[i] * left[2]) % P == 0 for i in (0, 1))


def unpacked(packed: bytes) -> Point | None:
    """A point from its 32 bytes, or None."""
    y = int.from_bytes(packed, "little") & (1 << 255) - 1
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - square) % P:
        return None
    if x & 1 != packed[31] >> 7:
        x = P - x
    return x, y, 1, x * y % P


def added(one: Point, other: Point) -> Point:
    """The sum of two points."""
    a, b = (one[1] - one[0]) * (other[1] - other[0]) % P, (one[1] + one[0]) * (other[1] + other[0]) % P
    c, d = 2 * one[3] * other[3] * D % P, 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(scalar: int, point: Point) -> Point:
    """A point so many times."""
    found: Point = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            found = added(found, point)
        point, scalar = added(point, point), scalar >> 1
    return found


def say(words: str, code: int) -> int:
    """Tell and return."""
    print(words)
    return code


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("Name both files: python3 verify.py trail.jsonl checkpoints.txt, or proof.json for the trail")
    trail_file, notes_file = Path(sys.argv[1]), Path(sys.argv[2])
    try:
        with trail_file.open(encoding="utf-8") as trail, notes_file.open(encoding="utf-8") as notes:
            sys.exit(main(trail, notes))
    except OSError as error:
        sys.exit(f"{error.filename} cannot be read: {error.strerror}")
    except (ValueError, KeyError, IndexError, TypeError, StopIteration):
        sys.exit("this is not what was exported: the trail, the checkpoints, or both were changed or mixed up")
