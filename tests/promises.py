"""Which test holds us to which security requirement: `python -m tests.promises` (`make promises`) prints the table.

A test names what it holds with `@pytest.mark.s("S15", …)`, and the entry of the attack catalogue it plays with
`@pytest.mark.attack("B07", …)`. What nobody names is printed as a gap, with the reason where there is one. Beside each
attack stands what it is played on: the catalogue asks for SQLite and for PostgreSQL with Valkey, unless it is `once`.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from functools import cache
from io import StringIO
from pathlib import Path

import pytest

from tests.standing import BOTH, bases

TESTS = Path(__file__).parent
REQUIREMENTS: Mapping[str, str] = dict(
    line.split(" ", 1) for line in (TESTS / "promises.txt").read_text("utf-8").splitlines() if line
)
CATALOGUE: Mapping[str, int] = {"A": 14, "B": 35, "C": 27, "D": 24, "E": 18, "F": 13, "G": 11, "H": 16}
BESIDE = frozenset({"B06b"})  # entries between two numbers
GAPS: Mapping[str, str] = {}
ONCE: Mapping[str, tuple[str, ...]] = {
    "pure: no row and no bus is asked": (
        "A11", "B02", "C12", "C13", "C14", "C24", "D10", "D11", "D12", "F06", "G10", "G11", "H12",
    ),
    "about the bytes of a request, a frame or an answer, which are judged or written before and after a database": (
        "E06", "E18", "F01", "F02", "F04", "F07", "F08", "F09", "F12", "F13",
    ),
    "in a real browser, which meets the same answers whatever they were read from": ("C27", "E12", "F03", "F10"),
    "counted by a process for itself (SQLite) and by Valkey for all, which no database stands behind": ("E07",),
    "about the command line before there is a practice": ("D21",),
    "about what is installed; the look-up of advisories asks a server, so it runs apart (`make audit`) and in CI, and what "
    "its answer means is tested": ("H15",),
}  # fmt: skip


def entries() -> list[str]:
    """Every entry of the catalogue, in its order."""
    numbered = [f"{part}{n:02d}" for part, count in CATALOGUE.items() for n in range(1, count + 1)]
    return sorted({*numbered, *BESIDE})


@cache
def held(mark: str) -> dict[str, list[str]]:
    """What the tests name with a mark, and which tests those are."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(TESTS.rglob("*.py")):
        source = path.read_text("utf-8")
        if f"pytest.mark.{mark}(" not in source:  # most files: reading them as Python would take seconds
            continue
        for name, said in _marks(source, mark):
            for one in said:
                found[one].append(f"{path.relative_to(TESTS)}::{name}")
    return found


def standing(items: Iterable[pytest.Item]) -> dict[str, set[str]]:
    """By entry of the catalogue, the bases on which collected tests play it."""
    found: dict[str, set[str]] = defaultdict(set)
    for item in items:
        for mark in item.iter_markers("attack"):
            for entry in mark.args:
                found[entry] |= bases(item)
    return found


def lines(on: Mapping[str, set[str]]) -> Iterator[str]:
    """The table: how many requirements and entries are held, each with its tests, and what the entries are played `on`."""
    why = {one: reason for reason, ones in ONCE.items() for one in ones}
    both = [one for one in entries() if on.get(one, set()) >= set(BOTH)]
    yield f"Attacks on SQLite and on PostgreSQL with Valkey: {len(both)} of {len(entries())}, once: {len(why)}"
    for title, wanted, mark in (
        ("Requirements", list(REQUIREMENTS), "s"),
        ("Attack catalogue", entries(), "attack"),
    ):
        by = held(mark)
        yield f"{title}: {sum(one in by for one in wanted)} of {len(wanted)} held"
        for one in wanted:
            stands = "on both" if one in both else f"once: {why[one]}" if one in why else ""
            yield f"  {one} {REQUIREMENTS.get(one, stands)}".rstrip()
            yield from (f"      {test}" for test in by.get(one, ()))
            if one not in by:
                yield f"      GAP: {GAPS.get(one, 'no test names it')}"


def _marks(source: str, mark: str) -> Iterator[tuple[str, list[str]]]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            for one in node.decorator_list:
                if isinstance(one, ast.Call) and re.fullmatch(rf"pytest\.mark\.{mark}", ast.unparse(one.func)):
                    yield node.name, [str(ast.literal_eval(arg)) for arg in one.args]


class _Collected:
    """What pytest collects."""

    items: Sequence[pytest.Item] = ()

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.items = session.items


def _collect() -> Sequence[pytest.Item]:
    """Every test that plays an attack, as the suite would run it."""
    seen = _Collected()
    with redirect_stdout(StringIO()):
        pytest.main(["--collect-only", "-n", "0", "-m", "attack", str(TESTS)], plugins=[seen])
    return seen.items


if __name__ == "__main__":
    for line in lines(standing(_collect())):
        print(line)
