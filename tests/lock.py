"""What `make lock` pinned, read back: a package a row, with its hashes and whose need it is (S116)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
RUNTIME = ROOT / "requirements.lock"
_BLOCK = re.compile(r"^(?=\w)", re.MULTILINE)  # a package begins where a line does
_HASH = re.compile(r"--hash=(\w+:[0-9a-f]+)")
_WANTED_BY = re.compile(r"^ +#(?: +via)? +(\S+)", re.MULTILINE)


@dataclass(frozen=True)
class Pinned:
    """One package at one version; `here` says whether this machine's Python wants it at all."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]
    wanted_by: tuple[str, ...]
    here: bool


def pinned(lock: Path = RUNTIME) -> Iterator[Pinned]:
    """Each package of a lock, in its order.

    Raises ValueError: a line names no single version, or no hash.
    """
    for block in _BLOCK.split(lock.read_text("utf-8")):
        if not block.strip():
            continue
        asked = Requirement(block.split("\\")[0].splitlines()[0].strip())
        only, hashes = list(asked.specifier), _HASH.findall(block)
        if len(only) != 1 or only[0].operator != "==" or only[0].version.endswith("*") or asked.url or not hashes:
            raise ValueError(f"{lock.name} does not pin {asked.name} to one version with its hashes: run `make lock`.")
        yield Pinned(
            name=canonicalize_name(asked.name),
            version=only[0].version,
            marker=str(asked.marker or ""),
            hashes=tuple(hashes),
            wanted_by=tuple(one for one in _WANTED_BY.findall(block) if one != "via"),
            here=asked.marker is None or asked.marker.evaluate(),
        )
