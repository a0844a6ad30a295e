"""Keys made before practice keys had numbers still open what they sealed."""

import os
from pathlib import Path
from uuid import UUID

from alembic import command
from alembic.config import Config
from cryptography.hazmat.primitives.keywrap import aes_key_wrap
from sqlalchemy import text

from core.seal.keyring import Keyring
from core.store.migrate import KEYS
from tests.conftest import MovableClock
from tests.core.store.conftest import opened
from tests.instance import KEY, settings_in

PRACTICE, ITEM = UUID(int=1), UUID(int=2)


def test_keys_of_the_first_version_are_number_one(empty, tmp_path: Path):
    to(empty, "0001")
    wrapping, key = os.urandom(32), os.urandom(32)
    with opened(empty) as db:
        at = {"at": "2026-11-23 10:00:00+00:00", "practice": PRACTICE.hex, "item": ITEM.hex}
        db.execute(
            text("INSERT INTO practice_key (practice_id, wrapped, created_at) VALUES (:practice, :wrapped, :at)"),
            at | {"wrapped": aes_key_wrap(bytes.fromhex(KEY), wrapping)},
        )
        db.execute(
            text(
                "INSERT INTO data_key (practice_id, id, scope, wrapped, created_at) VALUES (:practice, :item, 'a', :wrapped, :at)"
            ),
            at | {"wrapped": aes_key_wrap(wrapping, key)},
        )
    to(empty, "head")
    keyring = Keyring(settings_in(tmp_path, keyring_url=empty), MovableClock())
    assert keyring.by_id(PRACTICE, ITEM) == key
    assert keyring.add_practice_key(PRACTICE) == 2
    new_id, new = keyring.new(PRACTICE, "b")
    assert keyring.by_id(PRACTICE, new_id) == new
    keyring.close()


def to(url: str, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(KEYS))
    with opened(url) as db:
        config.attributes["connection"] = db
        command.upgrade(config, revision)
