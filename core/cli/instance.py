"""The instance folder: made with keys of its own, readable by its owner only; opened for a command."""

import os
import secrets
from pathlib import Path
from typing import Any

from core.cli.words import NoSuchPractice, NotSetUp
from core.config import load
from core.opening import open_store
from core.practice import doors
from core.store import Store, Who
from core.store.migrate import upgrade
from core.store.unit import SYSTEM


def folder(given: str | None, default: str = "instance") -> Path:
    """The instance folder: as given, as the environment says, or the default."""
    return Path(given or os.environ.get("LATCHKEY_INSTANCE") or default)


def make(path: Path, **extra: str | bool) -> None:
    """Make the folder with fresh keys, if it has none yet (S106, S114)."""
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o700)
    config = path / "latchkey.toml"
    if config.exists():
        return
    lines = [f'secret_key = ["{secrets.token_hex(32)}"]', f'master_key = ["{secrets.token_hex(32)}"]']
    for key, value in extra.items():
        lines.append(f"{key} = {str(value).lower()}" if isinstance(value, bool) else f'{key} = "{value}"')
    descriptor = os.open(config, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


def open_instance(given: str | None, **overrides: Any) -> Store:
    """The store of an instance that is set up. Raises NotSetUp, BadSettings."""
    path = folder(given)
    settings = load(path, **overrides)
    if not settings.master_key:
        raise NotSetUp
    upgrade(settings)
    return open_store(settings)


def practice_of(store: Store, slug: str | None) -> Who:
    """The practice of a short name; without one the only or first practice. Raises NoSuchPractice, NotSetUp."""
    if slug:
        found = store.door(doors.practice_named, slug)
        if found is None:
            raise NoSuchPractice(slug)
        return Who(found, SYSTEM)
    every = store.door(doors.every_practice)
    if not every:
        raise NotSetUp
    return Who(every[0], SYSTEM)
