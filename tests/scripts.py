"""`make check` reads every script: `python -m tests.scripts`. Nothing is run and nothing fetched; 0.1 s."""

import subprocess
import sys
from pathlib import Path

from playwright._impl._driver import compute_driver_executable

HERE = Path(__file__).parent
FOLDERS = ("staffbot/static/js", "portal/static/js")


def main() -> int:
    """0 if all scripts can be read and whatever they import is exported where they say; else tells which and why."""
    node, _ = compute_driver_executable()
    wanted = [str(HERE.parent / one) for one in FOLDERS]
    command = [node, "--experimental-vm-modules", "--no-warnings", str(HERE / "scripts.mjs"), *wanted]
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
