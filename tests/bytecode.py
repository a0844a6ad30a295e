"""Where the environment forbids Python to keep what it compiled, every process of a run would compile all of it anew: two
seconds each for the workers, the demonstrations, the commands and the cages. It is kept aside, where it litters nothing.

A plugin named in pyproject.toml, for it must come before anything large is imported.
"""

import os
import sys
from pathlib import Path

ASIDE = Path(__file__).parent.parent / ".artefacts" / "bytecode"

if sys.dont_write_bytecode:
    sys.dont_write_bytecode, sys.pycache_prefix = False, str(ASIDE)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(ASIDE)
