"""Every door is tried: each route and each socket operation without a session, as a stranger, and with no right at all (S33, S52; D17, D18, E16)."""

import ast
import importlib
import inspect
from datetime import date, datetime, time
from enum import Enum
from functools import cache
from uuid import UUID, uuid4

import msgspec
import pytest

from core.errors import LatchkeyError
from core.messages import conversations, edit, notify
from core.messages.conversations import of_patient
from core.messages.files import keep
from core.messages.inspect import Checked
from core.messages.post import post
from core.messages.words import Direction, Kind, Writing
from core.practice import rights
from core.practice.rights import RIGHTS
from core.practice.words import Right, Role
from core.release.link import send_direct
from core.web import cookies
from portal import create_app as create_portal
from staffbot import create_app
from staffbot.commands.grammar import all_commands
from staffbot.live import ops
from staffbot.live.hub import Hub
from staffbot.live.reading import Search
from staffbot.live.typed import KeepTyped, ReadTyped, RunCommand, Suggest
from tests.conftest import START, hire
from tests.portal.visitor import BASE, Visitor, state, unlock
from tests.staffbot.browser import signed_in, token_in

SECRET = "Amara's words, which are nobody else's."
# What anybody may ask for: signing in, what a machine asks for, and pages about no one.
OPEN_TO_ALL = {"health.healthz", "health.readyz", "sheet", "static"}
SIGNING_IN = {"password", "signin", "secondfactor", "passkeys"}
# What belongs to whoever is signed in, whatever their role: their own account, and leaving.
ONES_OWN = {"password", "security", "signin", "secondfactor", "passkeys", "phone", "sandbox", "health"}
PROVE = b"This needs your password again."
FORBIDDEN = "Ask an owner or admin."  # what is said to whoever lacks a right
MARK = sorted(edit.MARKS)[0]
OPEN_ON_THE_PORTAL = {
    "genuine.genuine",
    "genuine.home",
    "health.healthz",
    "health.readyz",
    "link.follow",
    "policy_reports.told",
    "static",
    "icon",
}


@pytest.fixture
def ids(store, anna, ben, amara):
    """Something of everything in practice A, by what routes and operations call it."""
    file = store.run(anna, keep, Checked("a.pdf", "application/pdf", b"%PDF-1.7"), uploaded_by=anna.actor.id)
    message = store.run(anna, send_direct, amara, SECRET, attachments=[file.id])
    talk = store.run(anna, conversations.open_with_staff, ben.actor.id)
    said = store.run(anna, post, talk.id, Writing(Kind.INTERNAL, Direction.INTERNAL, SECRET))
    store.run(anna, notify.tell_colleagues, said)
    return {
        "patient": amara.id,
        "conversation": store.run(anna, of_patient, amara.id),
        "message": message.id,
        "file": file.id,
        "notification": store.look(ben, notify.listing)[0].id,
        "staff": ben.actor.id,
    }


def staff_routes(app):
    return [(rule, method) for rule in app.url_map.iter_rules() for method in sorted(rule.methods & {"GET", "POST"})]


def path_of(rule, ids) -> str:
    """An address of a route, with ids of practice A where there are some, else with ones of nothing."""
    values = {}
    for name in rule.arguments:
        of = name.removesuffix("_id")
        values[name] = "1" if name in ("number", "name", "mark", "token") else ids.get(of, UUID(int=7))
    return rule.build(values)[1] if values else rule.rule


def ask(browser, rule, method, path):
    if method == "GET":
        return browser.get(path)
    return browser.post(path, {"text": "x", "password": "x"}, on="/security")


def test_without_a_session_no_route_of_the_staffs_app_shows_or_changes_anything(settings, store, ids):
    app = create_app(settings, store)
    before = state(store)
    for rule, method in staff_routes(app):
        if rule.endpoint in OPEN_TO_ALL or rule.endpoint.split(".")[0] in SIGNING_IN | {"sandbox"}:
            continue
        path = path_of(rule, ids)
        answer = app.test_client().open(path, method=method, base_url="https://127.0.0.1:8000")
        assert answer.status_code in (303, 400, 401, 403, 404), (rule, method, answer.status_code)
        assert SECRET not in answer.text and "Amara" not in answer.text, rule
    assert state(store) == before


@pytest.mark.attack("D18")
def test_to_the_owner_of_another_practice_every_id_is_one_of_nothing(settings, store, ids, tom, clock):
    app = create_app(settings, store)
    browser = signed_in(app, store, tom, clock)
    nothing = dict.fromkeys(ids, uuid4())
    tried = 0
    for rule, method in staff_routes(app):
        if not {name.removesuffix("_id") for name in rule.arguments} & set(ids):
            continue
        answer, other = (ask(browser, rule, method, path_of(rule, some)) for some in (ids, nothing))
        assert answer.status_code == other.status_code and answer.status_code not in (200, 303, 500), (rule, method)
        assert SECRET not in answer.text and "Amara" not in answer.text, rule
        tried += 1
    assert tried >= 10


@pytest.mark.attack("D17")
def test_a_role_without_rights_is_refused_by_every_route(settings, store, ids, carl, clock, monkeypatch):
    """So a route that names no right fails here."""
    monkeypatch.setattr(rights, "RIGHTS", dict.fromkeys(rights.RIGHTS, frozenset()))
    app = create_app(settings, store)
    browser = signed_in(app, store, carl, clock)
    undeclared = []
    for rule, method in staff_routes(app):
        if rule.endpoint in OPEN_TO_ALL or rule.endpoint.split(".")[0] in ONES_OWN:
            continue
        answer = ask(browser, rule, method, path_of(rule, ids))
        if answer.status_code != 403:
            undeclared.append((rule.rule, method, answer.status_code))
        assert SECRET not in answer.text, rule
    assert undeclared == [], undeclared


@cache
def declared(view) -> frozenset[Right]:
    """The rights that a view asks for, itself or by a function of its own module, read from its source."""
    tree = functions_of(view.__module__)
    found, left, seen = set(), [view.__name__], set()
    while left:
        name = left.pop()
        seen.add(name)
        for call in ast.walk(tree[name]):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
                if call.func.id == "need":
                    found.add(Right[call.args[0].attr])
                elif call.func.id == "need_to_administer":
                    found.add(Right.ADMINISTER)
                elif call.func.id in tree and call.func.id not in seen:
                    left.append(call.func.id)
    return frozenset(found)


@cache
def functions_of(module: str) -> dict[str, ast.FunctionDef]:
    source = inspect.getsource(importlib.import_module(module))
    return {node.name: node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)}


@pytest.mark.attack("D17")
@pytest.mark.s("S52")
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_each_role_is_refused_where_a_page_declares_a_right_it_lacks_and_nowhere_else(
    settings, store, practice, ids, clock
):
    """A matrix of every role and every route: what stands in the code against what answers."""
    app = create_app(settings, store)
    wrong, asked = [], 0
    for role in Role:
        browser = signed_in(app, store, hire(store, practice, f"{role.value.title()} Role", role), clock)
        token = token_in(browser.get("/security").text)
        for rule, method in staff_routes(app):
            if rule.endpoint in OPEN_TO_ALL or rule.endpoint.split(".")[0] in ONES_OWN or rule.rule == "/ws":
                continue
            lacks = declared(app.view_functions[rule.endpoint]) - RIGHTS[role]
            path = path_of(rule, ids)
            answer = browser.get(path) if method == "GET" else browser.send(path, {"text": "x"}, token)
            refused = answer.status_code == 403 and FORBIDDEN in answer.text
            if refused != bool(lacks) or answer.status_code >= 500:
                wrong.append((role.value, method, rule.rule, answer.status_code, lacks))
            asked += 1
    assert not wrong, "\n".join(map(str, wrong))
    assert asked > 400


class NobodysPeer:
    """A socket's peer without a socket."""

    def __init__(self, store, who):
        self.store, self.who = store, who

    def run(self, action, *args, **kwargs):
        return self.store.run(self.who, action, *args, **kwargs)

    def look(self, question, *args, **kwargs):
        return self.store.look(self.who, question, *args, **kwargs)


@pytest.mark.attack("E16")
def test_to_the_owner_of_another_practice_every_socket_operation_says_there_is_nothing(store, ids, tom):
    peer = NobodysPeer(store, tom)
    tried = 0
    for kind in ops.HANDLERS:
        named = [one.name for one in msgspec.structs.fields(kind) if one.name in ids]
        for name in named:
            asked = kind(**{**filled(kind), name: ids[name]})
            try:
                answer = ops.run(peer, Hub(peer.store), asked)
            except LatchkeyError as refused:
                assert type(refused).__name__ in ("NotFound", "Stale", "NoOneFits", "UnknownCommand"), (kind, refused)
            else:  # what one types oneself may be completed and kept; nothing of theirs comes back with it
                assert kind in (Suggest, Search, ReadTyped, KeepTyped), (kind, answer)
                assert not any(answer.get(name) for name in ("items", "hits", "text")), (kind, answer)
            tried += 1
    assert tried >= 10


def filled(kind) -> dict:
    """What an operation must be told, made up."""
    return {
        one.name: MARK if one.name == "mark" else made_up(one.type)
        for one in msgspec.structs.fields(kind)
        if one.required
    }


def made_up(kind):
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind))
    return {UUID: uuid4(), str: "text", int: 1, bool: True, date: date(2026, 12, 1), datetime: START, time: time(9)}[
        kind
    ]


def test_without_a_code_no_route_of_the_portal_shows_or_changes_anything(settings, store, ids, network):
    app = create_portal(settings, store)
    network.settle()
    before = state(store)
    for rule, method in staff_routes(app):
        if rule.endpoint in OPEN_ON_THE_PORTAL or rule.rule.startswith("/hooks/"):
            continue
        answer = app.test_client().open(path_of(rule, ids), method=method, base_url="https://127.0.0.1:8001")
        assert answer.status_code in (303, 400, 401, 403, 404, 410, 422), (rule, method, answer.status_code)
        assert SECRET not in answer.text and "Set-Cookie" not in answer.headers, rule
    assert state(store) == before


def test_behind_one_link_every_id_of_another_is_one_of_nothing(settings, store, ids, anna, idris, network):
    store.run(anna, send_direct, idris, "For Idris alone.")
    app = create_portal(settings, store)
    guest = Visitor(app)
    unlock(guest, network.link("idris@example.org").removeprefix(BASE), network, "+447700900058")
    assert guest.cookie(cookies.PATIENT)
    for rule, method in staff_routes(app):
        if method == "GET" and "file_id" in rule.arguments:
            answer, other = guest.get(path_of(rule, ids)), guest.get(path_of(rule, {"file": uuid4()}))
            assert answer.status_code == other.status_code == 404 and answer.data == other.data
    assert SECRET not in guest.get("/message").text


@pytest.mark.attack("D17")
@pytest.mark.s("S52")
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_role_without_rights_is_refused_by_every_socket_operation_before_anything_is_looked_up(
    store, ids, carl, monkeypatch
):
    """And with the rights of its role each is at least listened to."""
    peer = NobodysPeer(store, carl)
    assert answers(peer, ids, ops.HANDLERS).count("Forbidden") < len(ops.HANDLERS) / 4
    monkeypatch.setattr(rights, "RIGHTS", dict.fromkeys(rights.RIGHTS, frozenset()))
    before = state(store)
    assert set(answers(peer, ids, ops.HANDLERS)) == {"Forbidden"}
    assert state(store) == before


def answers(peer, ids, kinds) -> list[str]:
    """What each operation ends with, asked about things of one's own practice: the name of a refusal, or nothing."""
    found = []
    for kind in kinds:
        named = {one.name: ids[one.name] for one in msgspec.structs.fields(kind) if one.name in ids}
        try:
            ops.run(peer, Hub(peer.store), kind(**{**filled(kind), **named}))
        except LatchkeyError as refused:
            found.append(type(refused).__name__)
        else:
            found.append("")
    return found


@pytest.mark.attack("D17")
@pytest.mark.s("S52")
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_each_role_is_refused_over_the_socket_exactly_what_its_rights_lack(store, practice, ids, monkeypatch):
    """A matrix of every role, every operation and every command; then of a role with one right less at a time."""
    for role in Role:
        peer = NobodysPeer(store, hire(store, practice, f"{role.value.title()} Role", role))
        own = Writing(Kind.INTERNAL, Direction.INTERNAL, "My own words.")
        theirs = {**ids, "message": store.run(peer.who, post, ids["conversation"], own).id}
        assert "Forbidden" not in answers(peer, theirs, ops.HANDLERS), role  # every role may chat
        assert refused(peer, ids) == {one.name for one in all_commands().values() if one.right not in RIGHTS[role]}
    declared_by_some = {one.right for one in all_commands().values()}
    assert len(declared_by_some) > 5
    for lacking in declared_by_some:
        monkeypatch.setattr(rights, "RIGHTS", {role: may - {lacking} for role, may in RIGHTS.items()})
        assert refused(peer, ids) >= {one.name for one in all_commands().values() if one.right is lacking}, lacking


def refused(peer, ids) -> set[str]:
    """The commands that end, as their first example is typed, because of a right that is lacking."""
    found = set()
    for command in all_commands().values():
        typed = RunCommand(text=command.examples[0], conversation=ids["conversation"], client_id=str(uuid4()))
        if ending(peer, typed) == "Forbidden":
            found.add(command.name)
    return found


def ending(peer, asked) -> str:
    """The name of the refusal that an operation ends with, or nothing."""
    try:
        ops.run(peer, Hub(peer.store), asked)
    except LatchkeyError as error:
        return type(error).__name__
    return ""


# What S47 names, and what is as grave; everything here asks once more who one is, and nothing else does.
STEP_UP = {
    "contact change": "reach.show reach.correct reach.set_pin reach.remove_pin reach.make_card reach.remove_card "
    "reach.put_right patient_new.ask patient_new.take patient_new.choose patient_new.bring",
    "export": "answers.as_pdf answers.as_csv answers.as_fhir forms.all_answers record.take messages.proof "
    "deliveries.take",
    "user and role admin": "people.show people.invite people.role leaving.ask leaving.stop leaving.let_in people.reset people.link "
    "people.send_away people.call_back people.group people.gather",
    "audit": "audit.show",
    "shredding": "erasing.ask erasing.erase",
    "freeze, and the lock's other settings": "lock.freeze lock.choose_look lock.choose_days lock.choose_logo "
    "lock.remove_logo hours.describe lock.ask_birth lock.name_in_codes lock.name_in_letters lock.text_beside bait.mail bait.take bait.end",
    "emergency": "emergency.show emergency.begin emergency.read",
    "one's own keys": "passkeys.making passkeys.add passkeys.remove security.recovery phone.begin phone.show "
    "phone.confirm",
}


@pytest.mark.attack("D19")
@pytest.mark.s("S47")
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_ten_minutes_after_the_proof_exactly_these_routes_ask_for_it_again(settings, store, anna, ids, clock):
    app = create_app(settings, store)
    browser = signed_in(app, store, anna, clock)
    token = token_in(browser.get("/security").text)
    asking = set()
    clock.forward(minutes=11)
    for rule, method in staff_routes(app):
        if rule.endpoint in OPEN_TO_ALL or rule.endpoint in ("signin.leave", "security.end", "security.end_others"):
            continue
        path = path_of(rule, ids)
        answer = browser.get(path) if method == "GET" else browser.send(path, {"text": "x"}, token)
        if answer.headers.get("Location", "").startswith("/login/again") or PROVE in answer.data:
            asking.add(rule.endpoint)
    assert asking == {name for names in STEP_UP.values() for name in names.split()}
