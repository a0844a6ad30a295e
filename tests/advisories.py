"""Looks up what is known of holes in what Latchkey is made of: `python -m tests.advisories` (`make audit`).

Apart from the tests, for it asks a server that knows the advisories of today. pip-audit calls a package that the server
does not know "skipped", and a list of nothing but skipped ones clean: here that is a look-up that did not happen.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from tests.lock import RUNTIME, pinned

ASK = ("-m", "pip_audit", "-r", str(RUNTIME), "--require-hashes", "--disable-pip")
HOW = ("-f", "json", "--progress-spinner", "off")
SOON = "A release without them is due within 7 days where one is critical, within 30 where not (S116)."
UNREACHED = (
    "The server of advisories could not be reached or does not know {missing} of {all} packages, so it is not known whether "
    "they have holes: run `make audit` again where it can be reached, before a release."
)
CLEAN = "{all} packages were looked up, and no hole is known in any of them."


def main() -> int:
    """0 if every package was looked up and none has a known hole, 1 if one has, 2 if not all could be looked up."""
    asked = subprocess.run([sys.executable, *ASK, *HOW], capture_output=True, text=True, check=False)
    code, said = verdict(asked.stdout, [one.name for one in pinned() if one.here])
    print(said, file=sys.stderr if code else sys.stdout)
    return code


def verdict(answer: str, wanted: Sequence[str]) -> tuple[int, str]:
    """What pip-audit's answer means: the exit status and the sentences. No answer means nothing was looked up."""
    try:
        told: list[dict[str, Any]] = json.loads(answer)["dependencies"]
    except (ValueError, KeyError, TypeError):
        told = []
    known = {one["name"]: one for one in told if "skip_reason" not in one}
    holes = [_hole(one, given) for one in known.values() for given in one["vulns"]]
    missing = len(set(wanted) - set(known))
    says = [*holes, SOON] if holes else []
    if missing:
        says.append(UNREACHED.format(missing=missing, all=len(wanted)))
    return (1 if holes else 2 if missing else 0), "\n".join(says) or CLEAN.format(all=len(wanted))


def _hole(one: dict[str, Any], given: dict[str, Any]) -> str:
    mended = ", ".join(given["fix_versions"]) or "no version yet"
    return f"{one['name']} {one['version']} has the hole {given['id']}; mended in: {mended}."


if __name__ == "__main__":
    sys.exit(main())
