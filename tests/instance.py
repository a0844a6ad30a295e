"""The settings of an installation for tests, benchmarks and the soak. Benchmarks do not import `conftest`: it makes
passwords cheap and lets nothing reach the disk.
"""

from pathlib import Path
from typing import Any

from core.config import Settings

KEY = "11" * 32


def settings_in(folder: Path, **more: Any) -> Settings:
    """Of an instance in a folder."""
    return Settings(instance=folder, secret_key=[KEY], master_key=[KEY], plivo_sender="+447700900001", **more)
