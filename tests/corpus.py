"""Every real questionnaire, as patients meet it: `python -m tests.corpus [FILE.json …]`; `make corpus` takes all.

First what importing comes to, against `index.json`; then each that can be imported is filled in Chromium, with script
and without, and the stored bytes are compared. The suite fills two of them; all of them take some minutes.
"""

import json
import os
import sys
from collections import Counter

import pytest

from core.forms.importing.outcome import Result
from core.forms.questionnaire import read
from tests.core.forms.making import REAL


def main(files: list[str]) -> int:
    """Say the table; the exit code is pytest's."""
    listed = json.loads((REAL / "index.json").read_text())["forms"]
    found: Counter[str] = Counter()
    for one in listed:
        result = read((REAL / one["file"]).read_bytes()).result
        found[result] += 1
        if result is not expected(one):
            print(f"{one['file']}: {result}, and index.json says {expected(one)}")
    said = ", ".join(f"{count} {result}" for result, count in sorted(found.items()))
    print(f"{len(listed)} files: {said}; as index.json has it: {sum(map(same, listed))} of {len(listed)}")
    os.environ["CORPUS"] = ",".join(files) or "all"
    return int(pytest.main(["tests/browser/test_real_forms.py", "-n", "2", "--dist", "load", "--durations", "5"]))


def expected(one: dict[str, object]) -> Result:
    """What `index.json` says of a file."""
    if one.get("refuse"):
        return Result.REFUSED
    return Result.FULL if one["imports_fully"] else Result.PART


def same(one: dict[str, object]) -> bool:
    """Whether a file comes to that."""
    return read((REAL / str(one["file"])).read_bytes()).result is expected(one)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
