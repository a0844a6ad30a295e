"""How long each wrong sign-in takes (S39, attacks.md D01): nobody can tell an unknown name from a known one by the clock.

200 of each kind, in turns, so that all share the machine's mood: an unknown name, a wrong password, an account that was
stopped, a wrong code after a right password. Each comes from an address and a name of its own, so that no limit is met.
The suite holds that they do the same work; how long that takes needs a quiet machine, so it is told here.
"""

import random
import re
import secrets
import tempfile
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from statistics import median
from uuid import UUID, uuid4

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select

from core.practice import secondfactor, staff
from core.practice.tables import StaffRow
from core.practice.words import Role
from core.store import Actor, ActorKind, Store, Who
from core.store.unit import SYSTEM, Unit
from staffbot import create_app
from tests.bench.practice import opened
from tests.bench.table import Sizes, line, say

SAMPLES = 200
BASE = "https://127.0.0.1:8000"  # our cookies are for https alone
PASSWORD = "seven quiet herons at dawn"
SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
addresses = count(1)


def main(_: Sizes) -> None:
    """Say the medians."""
    with tempfile.TemporaryDirectory() as folder:
        store, who = opened(Path(folder))
        app = create_app(store.settings, store)
        for kind, active in (("known", True), ("stopped", False), ("coded", True)):
            store.run(Who(who.practice_id, SYSTEM), _hire, kind, active)
        kinds: dict[str, Callable[[int], Callable[[], object]]] = {
            "an unknown name": lambda n: _password(app, f"nobody{n}"),
            "a wrong password": lambda n: _password(app, f"known{n}"),
            "a stopped account": lambda n: _password(app, f"stopped{n}"),
            "a wrong code": lambda n: _code(app, store, who.practice_id, f"coded{n}"),
        }
        for ready in kinds.values():
            ready(SAMPLES)()  # the first of all pays for what is loaded once
        took: dict[str, list[tuple[float, float]]] = {kind: [] for kind in kinds}
        for n in range(SAMPLES):
            for kind in random.sample(list(kinds), len(kinds)):  # no kind comes after always the same one
                took[kind].append(_both_clocks(kinds[kind](n)))
        store.close()
    worked, waited = (
        {kind: 1e3 * median(one[clock] for one in samples) for kind, samples in took.items()} for clock in (0, 1)
    )
    for said, found in (("processor", worked), ("by the clock, on a quiet machine", waited)):
        line(
            "D01", f"wrong sign-ins: ms between the medians, {said}", max(found.values()) - min(found.values()), most=10
        )
        say(", ".join(f"{kind} {ms:.1f} ms" for kind, ms in found.items()))


def _both_clocks(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds of processor, which other programs do not change, and by the clock, as somebody outside measures it."""
    worked, began = time.process_time(), time.perf_counter()
    work()
    return time.process_time() - worked, time.perf_counter() - began


def _hire(unit: Unit, kind: str, active: bool) -> None:
    """As many as are tried, with one password: that they share its hash does not make comparing quicker."""
    first = staff.add(
        unit, email=_email(f"{kind}{SAMPLES}"), name="Bench Mark", role=Role.PRACTITIONER, password=PASSWORD
    )
    row = unit.db.execute(select(StaffRow).where(StaffRow.id == first.id)).mappings().one()
    rows = [{**row, "id": uuid4(), "email": _email(f"{kind}{n}"), "active": active} for n in range(SAMPLES)]
    unit.db.execute(insert(StaffRow), rows)


def _password(app: Flask, name: str) -> Callable[[], object]:
    client = _client(app)
    said = {"email": _email(name), "password": secrets.token_hex(12), **_token(client, "/login")}
    return lambda: _refused(client, "/login", said)


def _code(app: Flask, store: Store, practice_id: UUID, name: str) -> Callable[[], object]:
    """A right password before, which is not measured."""
    with store.reader.connect() as db:
        staff_id = db.scalar(select(StaffRow.id).where(StaffRow.email == _email(name)))
    store.run(Who(practice_id, Actor(ActorKind.STAFF, staff_id)), secondfactor.replace, SEED, 0)
    client = _client(app)
    right = {"email": _email(name), "password": PASSWORD, **_token(client, "/login")}
    assert client.post("/login", data=right, base_url=BASE).location == "/login/2fa?to=/"
    said = {"code": "000000", **_token(client, "/login/2fa")}
    return lambda: _refused(client, "/login/2fa", said)


def _token(client: FlaskClient, path: str) -> dict[str, str]:
    found = re.search(r'csrf_token" value="([0-9a-f]+)', client.get(path, base_url=BASE).text)
    assert found
    return {"csrf_token": found[1]}


def _refused(client: FlaskClient, path: str, said: dict[str, str]) -> None:
    answer = client.post(path, data=said, base_url=BASE)
    assert answer.status_code == 422, answer.status_code


def _client(app: Flask) -> FlaskClient:
    client, number = app.test_client(), next(addresses)
    client.environ_base["REMOTE_ADDR"] = f"10.{number // 65536}.{number // 256 % 256}.{number % 256}"
    return client


def _email(name: str) -> str:
    return f"{name}@bench.example"
