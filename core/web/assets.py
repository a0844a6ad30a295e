"""Style sheets, scripts and pictures, named by their content, so that browsers may keep them for ever (ux.md D2)."""

import gzip
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

SHARED = Path(__file__).parent / "css"
_IMPORTED = re.compile(r'^(?:import|export) (?:[^"\n]* from )?"\./([\w-]+\.js)"', re.MULTILINE)
_COMMENT = re.compile(rb"^[ \t]*//.*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Asset:
    """A style sheet, script or picture as it is sent; the `name` of a joined one changes with its content. `packed` is
    the same by gzip, for whoever takes it: there is no secret in it that its length could tell (S75)."""

    name: str
    data: bytes
    packed: bytes = b""


def sheet(folder: Path, prefix: str, for_older: Callable[[str], str]) -> Asset:
    """The style sheet of an app: first what both apps begin with (`core/web/css`), then its own of `folder`, then what
    `for_older` browsers get of all that (`older`)."""
    return _joined([*_files(SHARED, "css"), *_files(folder, "css")], prefix, "css", for_older)


def script(folder: Path, prefix: str) -> Asset:
    """Every script of a folder as one, in order of name."""
    return _joined(_files(folder, "js"), prefix, "js")


def scripts(folder: Path) -> dict[str, Asset]:
    """Every script below a folder by its path there, each by itself: modules that ask for one another. Lines that are
    comments go empty, a seventh of what would be sent; the others keep their numbers.
    """
    found = {path.relative_to(folder).as_posix(): _COMMENT.sub(b"", path.read_bytes()) for path in _files(folder, "js")}
    return {name: Asset(name, data, gzip.compress(data, mtime=0)) for name, data in found.items()}


def pictures(folder: Path) -> dict[str, Asset]:
    """Every picture that lies in a folder itself, by its name."""
    found = {path.name: path.read_bytes() for path in sorted(folder.glob("*.svg"))}
    return {name: Asset(name, data, gzip.compress(data, mtime=0)) for name, data in found.items()}


def modules(folder: Path, entry: str) -> list[str]:
    """The names of the modules that a page with the module `entry` cannot start without: itself, then whatever these
    import, transitively. What they import by a call, later, is none of them. A page names all, so that a browser asks
    for them in one wave (table C of ux.md).
    """
    found = [entry]
    for name in found:
        imported = _IMPORTED.findall((folder / name).read_text())
        found.extend(one for one in dict.fromkeys(imported) if one not in found)
    return found


def mark_of(folder: Path) -> str:
    """A short mark that changes with any file of a folder."""
    return _mark(b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()))


def _files(folder: Path, kind: str) -> list[Path]:
    return sorted(folder.rglob(f"*.{kind}"))


def _joined(files: list[Path], prefix: str, kind: str, more: Callable[[str], str] | None = None) -> Asset:
    data = b"\n".join(path.read_bytes() for path in files)
    data += more(data.decode()).encode() if more else b""
    return Asset(f"{prefix}.{_mark(data)}.{kind}", data, gzip.compress(data, mtime=0))


def _mark(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:12]
