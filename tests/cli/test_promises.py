"""`latchkey promise check`: kept by our own portal as it is served, and each broken promise told by its number."""

import http.server
import json
import threading

import pytest
from click.testing import CliRunner
from werkzeug.serving import make_server

from core.cli.commands.promise import command
from core.cli.promises import PROMISES
from core.cli.words import NotReached
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


def test_our_own_portal_as_it_is_served_keeps_every_promise(demo):
    found = promise_check(demo.portal)
    assert found.exit_code == 0, found.output
    assert f"{len(PROMISES)} of {len(PROMISES)} promises kept." in found.output
    told = json.loads(promise_check(demo.portal, "--json").stdout)
    assert [one["number"] for one in told] == [one.number for one in PROMISES]
    assert all(one["kept"] and one["problems"] == [] for one in told)


def test_each_broken_promise_is_told_by_its_number(careless):
    found = promise_check(careless, "--json")
    assert found.exit_code == 1
    broken = {one["number"] for one in json.loads(found.stdout) if not one["kept"]}
    only_from_afar = {"S115"}  # the address is this very machine
    assert broken == {one.number for one in PROMISES} - only_from_afar
    said = promise_check(careless).output
    assert "FAIL  S65   No script can run where messages are unlocked and read." in said
    assert "/genuine has a script" in said and "1 of 19 promises kept." in said


def test_an_address_without_encryption_is_told_of():
    (encrypted,) = (one for one in PROMISES if one.number == "S115")

    class Somewhere:
        url = "http://messages.elm.example"

    assert list(encrypted.broken(Somewhere())) == ["the address is not https"]


def test_where_nothing_answers_that_is_said():
    found = promise_check(f"http://127.0.0.1:{free_port()}")
    assert isinstance(found.exception, NotReached)


def test_numbers_are_those_of_the_requirements_and_in_order():
    numbers = [one.number for one in PROMISES]
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
    assert [(one["number"], one["problems"]) for one in told[-3:]] == [("S4", []), ("S5", []), ("S8", [])]
    assert store.look(anna, states, [message.id])[message.id].status is Release.WAITING
    assert promise_check(served, "--link", f"{served}/genuine").exit_code == 2


def test_a_link_that_is_spent_or_told_on_is_said(careless):
    told = json.loads(promise_check(careless, "--link", f"{careless}/l/{'A' * 43}", "--json").stdout)
    assert all(one["problems"] for one in told[-3:])
