"""`latchkey promise check`: kept by our own portal as it is served, and each broken promise told by its number."""

import http.server
import json
import threading

import pytest
from click.testing import CliRunner
from werkzeug.serving import make_server

from core.cli import staff_promises
from core.cli.commands.promise import command
from core.cli.link_promises import promises
from core.cli.promises import PROMISES, Portal
from core.cli.wording import say
from core.cli.words import AskedTooOften, NotReached
from core.release.find import states
from core.release.link import send_direct
from core.release.words import Release
from portal import create_app
from tests.demo_process import free_port
from tests.portal.visitor import BASE
from tests.promises import REQUIREMENTS


def promise_check(*words: str):
    return CliRunner().invoke(command, ["check", *words])


class Careless(http.server.BaseHTTPRequestHandler):
    """A portal that keeps no promise."""

    server_version = "Careless/1.0"

    def _say(self) -> None:
        body = f'<script src="//elsewhere.example/x.js"></script>{self.path} at {self.headers["Host"]} 17'.encode()
        self.send_response(200)
        for name, value in {"Set-Cookie": "a=b", "Access-Control-Allow-Origin": "*", "Content-Encoding": "identity",
                            "Content-Length": str(len(body))}.items():  # fmt: skip
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = do_TRACE = _say  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def careless():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Careless)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_our_own_portal_and_staffs_app_as_they_are_served_keep_every_promise(demo):
    found = promise_check(demo.portal, "--staff", demo.staff, "--json")
    assert found.exit_code == 0, found.output
    told = [(one["at"], one["number"]) for one in json.loads(found.stdout) if one["kept"] and one["problems"] == []]
    assert told == [
        *((demo.portal, one.number) for one in PROMISES),
        *((demo.staff, one.number) for one in staff_promises.PROMISES),
    ]


def test_each_broken_promise_of_the_staffs_app_is_told_by_its_number(careless):
    staff = staff_promises.Staff(careless)
    kept = {one.number for one in staff_promises.PROMISES if not list(one.broken(staff))}
    assert kept == {"S115"}  # the address is this very machine


def test_each_broken_promise_is_told_by_its_number(careless):
    found = promise_check(careless, "--json")
    assert found.exit_code == 1
    broken = {one["number"] for one in json.loads(found.stdout) if not one["kept"]}
    only_from_afar = {"S115"}  # the address is this very machine
    assert broken == {one.number for one in PROMISES} - only_from_afar
    said = promise_check(careless).output
    assert "FAIL  S65   No script can run where messages are unlocked and read." in said
    assert "/genuine has a script" in said and "1 of 20 promises kept." in said


def test_an_address_without_encryption_is_told_of():
    (encrypted,) = (one for one in PROMISES if one.number == "S115")
    assert list(encrypted.broken(Portal("http://messages.elm.example"))) == ["the address is not https"]


def test_where_nothing_answers_that_is_said():
    found = promise_check(f"http://127.0.0.1:{free_port()}")
    assert isinstance(found.exception, NotReached)


def test_numbers_are_those_of_the_requirements_and_in_order():
    for promises_of in (PROMISES, staff_promises.PROMISES):
        numbers = [one.number for one in promises_of]
        assert set(numbers) <= set(REQUIREMENTS)
        assert numbers == sorted(numbers, key=lambda one: int(one[1:]))


@pytest.fixture
def served(settings, store):
    """The portal over real HTTP, in this process."""
    server = make_server("127.0.0.1", 0, create_app(settings, store), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.s("S4", "S5", "S8")
def test_a_genuine_link_that_was_tried_is_as_it_was(served, store, anna, amara, network):
    message = store.run(anna, send_direct, amara, "Your results are back.")
    link = served + network.link(amara.email).removeprefix(BASE)
    told = json.loads(promise_check(served, "--link", link, "--json").stdout)
    assert [(one["number"], one["problems"]) for one in told[-4:]] == [("S1", []), ("S4", []), ("S5", []), ("S8", [])]
    assert store.look(anna, states, [message.id])[message.id].status is Release.WAITING
    assert promise_check(served, "--link", f"{served}/genuine").exit_code == 2


def served_through(app, change):
    """A real portal behind a proxy that changes the headers of its answers."""

    def proxy(environ, start):
        return app(environ, lambda status, said, info=None: start(status, change(said), info))

    server = make_server("127.0.0.1", 0, proxy, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def without(name):
    return lambda said: [one for one in said if one[0] != name]


def with_value(name, old, new):
    return lambda said: [(key, value.replace(old, new) if key == name else value) for key, value in said]


@pytest.mark.parametrize(
    ("change", "number", "problem"),
    [
        (without("Strict-Transport-Security"), "S67", "Strict-Transport-Security of PUT /genuine is missing"),
        (with_value("X-Frame-Options", "DENY", "SAMEORIGIN"), "S67", "X-Frame-Options of /genuine is SAMEORIGIN"),
        (with_value("Cache-Control", "no-store", "private"), "S74", "/genuine may be kept: private"),
        (with_value("Set-Cookie", "; HttpOnly", ""), "S5", "what the browser remembers lacks httponly"),
        (with_value("Set-Cookie", "__Host-", ""), "S5", "the browser is to remember lk_pre"),
        (with_value("Set-Cookie", "Path=/", "Path=/; Domain=elm.example"), "S5", "is told to other hosts"),
        (
            with_value("Referrer-Policy", "no-referrer", "same-origin"),
            "S5",
            "Referrer-Policy of the link is same-origin",
        ),
    ],
)
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_what_a_proxy_in_front_breaks_is_found(settings, store, anna, amara, network, change, number, problem):
    store.run(anna, send_direct, amara, "Your results are back.")
    server = served_through(create_app(settings, store), change)
    url = f"http://127.0.0.1:{server.server_port}"
    link = url + network.link(amara.email).removeprefix(BASE)
    tried = [one for one in (*PROMISES, *promises(link)) if one.number == number]
    found = [said for one in tried for said in one.broken(Portal(url))]
    server.shutdown()
    server.server_close()
    assert any(problem in one for one in found), found


class Busy(Careless):
    """A portal that was asked too often."""

    def _say(self) -> None:
        self.send_response(429)
        self.send_header("Retry-After", "240")
        self.end_headers()

    do_GET = do_HEAD = do_POST = _say  # noqa: N815


def test_a_portal_that_was_asked_too_often_proves_nothing_and_the_command_says_so():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Busy)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    found = promise_check(f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    server.server_close()
    assert isinstance(found.exception, AskedTooOften)
    assert "wait 4 minutes and try again" in say(found.exception)


def test_a_link_that_is_spent_or_told_on_is_said(careless):
    told = json.loads(promise_check(careless, "--link", f"{careless}/l/{'A' * 43}", "--json").stdout)
    assert all(one["problems"] for one in told[-3:])
