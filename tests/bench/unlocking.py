"""The right code typed, against the sum of its floors; and what a wrong one asks of the database beside it (15, 17).

The floors are those of the same run and process: a bare Flask page, the cryptography that unlocking cannot do without,
and one durable transaction that admits a try and writes a session.
"""

import hmac
import os
import secrets
import sqlite3
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from statistics import median
from unittest.mock import patch

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Flask
from sqlalchemy import event

from core.delivery.credits import top_up
from core.patients import record
from core.release import visits
from core.release.link import send_direct
from core.store import Store, Who
from portal import create_app
from tests.bench.pages import _processor as processor
from tests.bench.practice import opened
from tests.bench.table import Sizes, line, say
from tests.portal.visitor import TOKEN, Visitor

MANY = 20  # unlockings in a round
CODE = 48219037


def main(sizes: Sizes) -> None:
    """Say the ratios."""
    with tempfile.TemporaryDirectory() as folder:
        store, who = opened(Path(folder))
        store.run(who, top_up, 1000)
        app = create_app(store.settings, store)
        before = [_before_lock(app, store, who, n) for n in range(MANY * sizes.rounds)]
        _unlocked(before.pop())  # the first of all pays for what is loaded once
        page, raw = _bare(), _durable(Path(folder) / "bare.db")
        ratios, parts = [], []
        for n in range(sizes.rounds):
            visitors = before[n * MANY : (n + 1) * MANY]
            ours = processor(lambda v=visitors: [_unlocked(one) for one in v])
            floors = [processor(lambda f=floor, v=visitors: [f() for _ in v]) for floor in (page, _crypto, raw)]
            ratios.append(ours / sum(floors))
            parts.append([1e3 * each / len(visitors) for each in (ours, *floors)])
        line(15, "unlocking, beside Flask, cryptography and one durable transaction", median(ratios), most=2)
        said = [median(one) for one in zip(*parts, strict=True)]
        say("processor: unlocking {:.2f} ms; Flask {:.2f}, cryptography {:.2f}, transaction {:.2f}".format(*said))
        _count(app, store, who, len(before) + 1)
        store.close()


def _before_lock(app: Flask, store: Store, who: Who, number: int) -> tuple[Visitor, str]:
    """Somebody who asked for the code of a link of their own, and the token of the page where they type it."""
    given = {"first_name": "Bench", "last_name": f"Number {number}", "date_of_birth": "1985-03-14"}
    mobile = f"07{400 + number % 500} {(number * 7919 + 100_000) % 1_000_000:06d}"
    patient = store.run(who, record.add, **given, email=f"b{number}@example.org", mobile=mobile)
    token = secrets.token_urlsafe(32)
    with patch("core.release.link.make_token", lambda: token):
        store.run(who, send_direct, patient, "Your results are back.")
    visitor = Visitor(app, f"10.0.{number // 200}.{number % 200 + 1}")
    with patch.object(visits, "TOO_QUICK", timedelta(0)), patch.object(secrets, "randbelow", lambda _: CODE):
        visitor.get(f"/l/{token}")
        visitor.post("/unlock/send")
    return visitor, TOKEN.search(visitor.get("/unlock").text)[1]


def _unlocked(one: tuple[Visitor, str], code: str = f"{CODE:08d}") -> None:
    visitor, token = one
    answer = visitor.post("/unlock/verify", {"code": code, "csrf_token": token}, token=False)
    assert answer.status_code == (303 if code == f"{CODE:08d}" else 422), answer.status_code


def _bare() -> Callable[[], object]:
    app = Flask("bare")
    app.add_url_rule("/", "hello", lambda: "hello", methods=["POST"])
    client = app.test_client()
    return lambda: client.post("/", data={"code": f"{CODE:08d}"})


def _crypto() -> None:
    """A token checked and one made, two codes compared, a sealed value opened, a link in the trail's chain."""
    key, nonce = os.urandom(32), os.urandom(12)
    for _ in range(5):
        hmac.digest(key, b"x" * 64, "sha256")
    AESGCM(key).decrypt(nonce, AESGCM(key).encrypt(nonce, b"x" * 200, b"bound"), b"bound")


def _durable(path: Path) -> Callable[[], object]:
    bare = sqlite3.connect(path, isolation_level=None)
    bare.execute("PRAGMA journal_mode=WAL")
    bare.execute("PRAGMA synchronous=FULL")
    bare.execute("CREATE TABLE link (id INTEGER PRIMARY KEY, tries INTEGER)")
    bare.execute("CREATE TABLE session (id INTEGER PRIMARY KEY, token BLOB, at TEXT)")
    bare.execute("INSERT INTO link VALUES (1, 0)")

    def once() -> None:
        bare.execute("BEGIN IMMEDIATE")
        bare.execute("UPDATE link SET tries = tries + 1 WHERE id = 1 AND tries >= 0")
        bare.execute("INSERT INTO session (token, at) VALUES (?, ?)", (os.urandom(32), "2026-11-28"))
        bare.execute("COMMIT")

    return once


def _count(app: Flask, store: Store, who: Who, number: int) -> None:
    """How many statements the right code asks, a wrong one, and one that was sent to nobody here."""
    asked: list[str] = []
    for engine in (store.writer, store.reader):
        event.listen(engine, "before_cursor_execute", lambda _c, _k, statement, *_: asked.append(statement))
    right, wrong = (_before_lock(app, store, who, number + n) for n in range(2))
    counts = {}
    for words, one, code in (
        ("right", right, f"{CODE:08d}"),
        ("wrong", wrong, "11111111"),
        ("again", wrong, "11111111"),
    ):
        asked.clear()
        _unlocked(one, code)
        counts[words] = len(asked)
    say(f"17   statements: right code {counts['right']}, wrong code {counts['wrong']}, wrong again {counts['again']}")
