"""Style sheets and scripts joined and named by their content, so that browsers may keep them for ever (ux.md D2)."""

import hashlib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Sheet:
    """A joined style sheet or script; `name` changes with its content."""

    name: str
    data: bytes


def joined(folder: Path, prefix: str, kind: str = "css") -> Sheet:
    """Every file of a kind in a folder in order of name, as one. Order of layers is said in the first sheet."""
    data = b"\n".join(path.read_bytes() for path in sorted(folder.rglob(f"*.{kind}")))
    return Sheet(f"{prefix}.{_mark(data)}.{kind}", data)


def mark_of(folder: Path) -> str:
    """A short mark that changes with any file of a folder."""
    return _mark(b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()))


def _mark(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:12]
