"""Which test holds us to which security requirement: `python -m tests.promises` (`make promises`) prints the table.

A test names what it holds with `@pytest.mark.s("S15", …)`, and the entry of the attack catalogue it plays with
`@pytest.mark.attack("B07", …)`. What nobody names is printed as a gap, with the reason where there is one.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

TESTS = Path(__file__).parent
REQUIREMENTS: Mapping[str, str] = dict(
    line.split(" ", 1) for line in (TESTS / "promises.txt").read_text("utf-8").splitlines() if line
)
CATALOGUE: Mapping[str, int] = {"A": 14, "B": 35, "C": 27, "D": 24, "E": 18, "F": 13, "G": 11, "H": 16}
BESIDE = frozenset({"B06b"})  # entries between two numbers
GAPS: Mapping[str, str] = {
    "D01": "status, words and work are compared (S39), times are not: no test of the suite is timed; and the second "
    "factor has a page of its own, which whoever gives a right password sees",
    "H15": "pip-audit asks a server: part of a release, not of the suite",
}


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


def lines() -> Iterator[str]:
    """The table: requirements, then the catalogue, then how many are held."""
    for title, wanted, mark in (
        ("Requirements", list(REQUIREMENTS), "s"),
        ("Attack catalogue", entries(), "attack"),
    ):
        by = held(mark)
        yield f"{title}: {sum(one in by for one in wanted)} of {len(wanted)} held"
        for one in wanted:
            what = f"{one} {REQUIREMENTS.get(one, '')}".strip()
            yield f"  {what}"
            yield from (f"      {test}" for test in by.get(one, ()))
            if one not in by:
                yield f"      GAP: {GAPS.get(one, 'no test names it')}"


def _marks(source: str, mark: str) -> Iterator[tuple[str, list[str]]]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            for one in node.decorator_list:
                if isinstance(one, ast.Call) and re.fullmatch(rf"pytest\.mark\.{mark}", ast.unparse(one.func)):
                    yield node.name, [str(ast.literal_eval(arg)) for arg in one.args]


if __name__ == "__main__":
    for line in lines():
        print(line)
