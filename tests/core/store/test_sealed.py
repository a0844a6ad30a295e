"""Sealed values and shredded keys, where only a bug or a thief of the files would look (S101, S103)."""

from dataclasses import replace
from unittest import mock
from uuid import UUID

import pytest
from sqlalchemy import select

from core.config import Settings
from core.seal.envelope import Envelope, Unreadable, _bound, key_of
from core.seal.keyring import Erased
from core.seal.tables import data_key
from core.store.sealing import Place
from tests.core.store.conftest import opened

pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
PLACE = Place("message", UUID(int=3), "text")


@pytest.mark.s("S101")
def test_what_is_bound_is_spelt_as_it_always_was_or_nothing_kept_could_be_opened(settings):
    one, two, three, four = (UUID(int=number) for number in range(1, 5))
    parts = [b"latchkey/1", b"message", one.bytes, b"body", three.bytes, b"", "é".encode(), four.bytes]
    for patient in (None, two):
        parts[5] = patient.bytes if patient else b""
        spelt = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
        assert _bound(Place("message", one, "body", patient, "é"), three, four.bytes) == spelt


class OneKeyForAll:
    """A keyring that tells nothing apart."""

    def by_id(self, _practice_id: UUID, _key_id: UUID) -> bytes:
        return bytes(32)


@pytest.mark.s("S101")
def test_a_value_is_bound_to_each_part_of_its_place_and_to_its_practice_even_if_keys_were_mixed_up(settings):
    here, there = UUID(int=1), UUID(int=2)
    place = Place("message", UUID(int=3), "text", UUID(int=4), "first")
    sealed = Envelope(OneKeyForAll(), here).seal(b"hello", place, key_id=UUID(int=5))
    assert Envelope(OneKeyForAll(), here).open(sealed, place) == b"hello"
    others = [
        replace(place, **{name: value})
        for name, value in (
            ("table", "file"),
            ("row", there),
            ("column", "name"),
            ("patient", there),
            ("patient", None),
            ("part", "second"),
        )
    ]
    of_another_key = sealed[:1] + UUID(int=6).bytes + sealed[17:]
    tried = [(here, sealed, one) for one in others] + [(there, sealed, place), (here, of_another_key, place)]
    for practice_id, value, one in tried:
        with pytest.raises(Unreadable):
            Envelope(OneKeyForAll(), practice_id).open(value, one)


@pytest.mark.s("S103")
def test_what_an_action_has_opened_it_cannot_open_again_once_it_shreds_the_key(settings, store, system):
    def twice(unit):
        sealed = unit.seals.seal(b"hello", PLACE)
        assert unit.seals.open(sealed, PLACE) == unit.seals.open(sealed, PLACE) == b"hello"
        unit.seals.shred(key_of(sealed))
        unit.seals.open(sealed, PLACE)

    with pytest.raises(Erased):
        store.run(system, twice)


@pytest.mark.s("S101")
def test_more_keys_than_stay_at_hand_open_all_the_same(settings, store, system):
    def many(unit):
        sealed = [unit.seals.seal(b"%d" % number, PLACE, scope=f"scope {number % 5}") for number in range(20)]
        return [unit.seals.open(one, PLACE) for one in sealed]

    with mock.patch("core.seal.envelope.AT_HAND", 3):
        assert store.run(system, many) == [b"%d" % number for number in range(20)]


@pytest.mark.s("S103")
def test_a_shredded_key_is_in_no_file_of_the_keyring_any_more_not_even_wrapped(settings: Settings, store, system):
    """Also where SQLite, as it is built for some systems, leaves what is deleted in its file."""
    with store.seals(system.practice_id)._keyring.engine.connect() as db:
        db.exec_driver_sql("PRAGMA secure_delete=OFF")
    sealed = store.run(system, lambda unit: unit.seals.seal(b"hello", Place("message", UUID(int=3), "text")))
    with opened(settings.keyring) as db:
        wrapped = db.scalar(select(data_key.c.wrapped).where(data_key.c.id == key_of(sealed)))

    def kept() -> list[str]:
        return [one.name for one in settings.instance.glob("keyring.db*") if wrapped in one.read_bytes()]

    assert kept()
    store.run(system, lambda unit: unit.seals.shred(key_of(sealed)))
    assert kept() == []
