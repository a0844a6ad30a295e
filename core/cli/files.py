"""Files that are named on the command line."""

from pathlib import Path

from core.cli.words import NoSuchFile


def content(file: str) -> bytes:
    """What is in a file, whole. Raises NoSuchFile."""
    path = Path(file)
    if not path.is_file():
        raise NoSuchFile(file)
    return path.read_bytes()
