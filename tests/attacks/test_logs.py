"""What is logged tells nothing of anybody: markers sown through real use are found in no line (S111, H10, H11)."""

import ast
import io
import json
import logging
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
import structlog
from pydantic import SecretStr

import portal
import staffbot
from core import logs
from core.forms.responses import answered
from core.messages.conversations import of_patient
from core.patients import record
from core.practice import doors
from core.release.link import send_direct
from core.web import access
from core.web.cookies import STAFF
from staffbot.live import messages, ops
from staffbot.live.hub import Hub
from staffbot.live.pace import Pace
from staffbot.live.peer import Peer
from staffbot.live.socket import receive
from tests import conftest
from tests.core.forms.making import item
from tests.portal.form_filler import answer, before_form, offered, refused
from tests.portal.hooks.calls import PAIR, signature
from tests.portal.visitor import BASE, Visitor, wrong_one
from tests.staffbot.browser import signed_in

NAME, SURNAME, MAIL, PHONE = "Zuleikamarker", "Quackenbushmarker", "zuleikamarker@example.org", "+447700900077"
TEXT, ANSWER, SAID = "bodymarker of the doctor", "answermarker of the patient", "exceptionmarker"
EVIL = "Eve\r\n[CRITICAL] fake\x1b[31m"
APPS = ("core", "portal", "staffbot")


@pytest.fixture(params=["text", "json"])
def written(request, store, capsys):
    """Everything logged since, in either form."""
    logs.configure("debug", request.param)

    def read() -> str:
        return capsys.readouterr().err

    yield read
    logs.configure("info", "text")


@pytest.fixture
def zuleika(store, system):
    return store.run(system, record.add, **conftest.person(NAME, SURNAME, email=MAIL, mobile=PHONE))


@pytest.mark.s("S111", "S106")
@pytest.mark.attack("H10")
def test_no_marker_of_a_whole_visit_is_found_in_the_log(store, app, anna, zuleika, network, written, monkeypatch):
    store.run(anna, send_direct, zuleika, TEXT)
    link = network.link(MAIL).removeprefix(BASE)
    token = link.rsplit("/", 1)[1]
    guest = Visitor(app)
    guest.get(f"{link}?utm=querymarker")
    guest.get("/l/" + token.swapcase())
    guest.post("/unlock/send")
    code = network.code(PHONE)
    wrong = wrong_one(code)
    guest.post("/unlock/verify", {"code": wrong})
    guest.post("/unlock/verify", {"code": "codemarker"})
    guest.post("/unlock/verify", {"code": code})
    assert TEXT in guest.get("/message").text
    assert guest.post("/message/reply", {"text": ANSWER}).status_code == 303
    assert guest.post("/message/reply", {"text": ANSWER * 400}).status_code == 422
    guest.get(f"/{NAME}/{PHONE}?mail={MAIL}")
    monkeypatch.setattr("portal.pages.message.stay", lambda door: _fail(f"{SAID} {MAIL} {TEXT}"))
    assert guest.get("/message").status_code == 500
    cookie = guest.cookie("__Host-lk_p")
    said = written()
    markers = (NAME, SURNAME, MAIL, PHONE, PHONE[1:], TEXT, ANSWER, SAID, token, token.swapcase(), code, wrong)
    for marker in (*markers, cookie, "codemarker", "querymarker", "127.0.0.1", "csrf_token"):
        assert marker and marker.casefold() not in said.casefold(), marker
    assert "/l/***" in said and "RuntimeError < KeyError" in said and "portal.pages.message:" in said


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.s("S111")
@pytest.mark.attack("H10")
def test_no_marker_of_a_patients_answers_is_found_in_the_log(
    settings, store, system, app, anna, zuleika, network, clock, written, monkeypatch
):
    """Right and wrong ones, fields that were not asked for, a file, what is sent, printed and read; and a page that
    fails with an answer in its mouth."""
    asks = (
        item("titlemarker", "text"),
        item("how many", "integer"),
        item("which day", "date"),
        item("paper", "attachment"),
    )
    guest = before_form(settings, store, system, anna, zuleika, network, *asks, app=app)
    assert answer(guest, 1, value=f"{ANSWER} {MAIL}").status_code == 303
    assert "numbermarker" in refused(guest, answer(guest, 2, value="numbermarker")).text
    assert answer(guest, 2, value="48151623").status_code == 303
    name, signed = offered(guest, 3)
    assert guest.post("/form/p/3", {"offer": signed, "q99": TEXT}).status_code == 422
    assert guest.post("/form/p/3", {"offer": "offermarker", f"{name}-day": "daymarker"}).status_code >= 400
    assert "daymarker" in refused(guest, answer(guest, 3, day="daymarker", month="3", year="1985")).text
    assert answer(guest, 3, day="14", month="3", year="1985").status_code == 303
    name, signed = offered(guest, 4)
    guest.post("/form/p/4", {"offer": signed, name: (io.BytesIO(f"%PDF {TEXT}".encode()), f"{SURNAME} filemarker.pdf")})
    with monkeypatch.context() as failing:
        failing.setattr("portal.pages.form.stay", lambda *_: _fail(f"{SAID} {ANSWER} {MAIL}"))
        assert answer(guest, 1, value=f"{ANSWER} again").status_code == 500
    assert ANSWER in guest.get("/form/check").text
    assert guest.post("/form/submit").status_code == 303
    assert guest.get("/form/copy").status_code == 200
    sent = store.look(anna, lambda unit: next(answered._answered(unit))).message_id
    reader = signed_in(staffbot.create_app(settings, store), store, anna, clock)
    for page in ("", "/answers", "/answers.pdf", "/answers.csv", "/answers.fhir"):
        assert reader.get(f"/messages/{sent}{page}").status_code == 200
    said = written()
    assert "/form/p/" in said and "RuntimeError < KeyError" in said
    for marker in (NAME, SURNAME, MAIL, PHONE[1:], ANSWER, TEXT, SAID, "titlemarker", "numbermarker", "48151623",
                   "daymarker", "offermarker", "filemarker", "1985"):  # fmt: skip
        assert marker.casefold() not in said.casefold(), marker


def _fail(words: str) -> None:
    try:
        raise KeyError(words)
    except KeyError as error:
        raise RuntimeError(words) from error


@pytest.fixture
def plivo(settings, store):
    """The portal as Plivo calls it, and the settings that its calls are signed with."""
    real = {"sms_provider": "plivo", "plivo_auth_id": "MA" + "X" * 18, "plivo_auth_token": SecretStr("t" * 40)}
    real |= {"mailjet_webhook_secret": SecretStr("path"), "mailjet_webhook_auth": [SecretStr(PAIR)]}
    settings = settings.model_copy(update=real)
    return settings, portal.create_app(settings, store).test_client()


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.s("S111")
@pytest.mark.attack("H10")
def test_no_marker_of_a_providers_call_is_found_in_the_log(plivo, zuleika, written):
    settings, client = plivo
    path, secret = "/hooks/plivo/inbound", "secretmarker"
    fields = {"From": PHONE[1:], "To": "447700900001", "Text": TEXT, "MessageUUID": "uuidmarker", "Type": "sms"}
    signed = signature(settings, path, fields)
    answers = [
        client.post(f"{path}{more}", data=fields, headers=headers, base_url=BASE).status_code
        for more, headers in (("", signed), ("", signed), ("?mail=" + MAIL, {}))
    ]
    letter = {"From": f"{NAME} <{MAIL}>", "Text-part": TEXT, "Subject": SURNAME}
    for where, pair in ((secret, PAIR), ("path", f"post:{secret}"), ("path", PAIR)):
        for at, said in (("events", json.dumps([{"event": "bounce", "email": MAIL}])), ("inbound", json.dumps(letter))):
            auth = tuple(pair.split(":"))
            client.post(f"/hooks/mailjet/{where}/{at}", data=said, auth=auth, base_url=BASE)
    said = written()
    assert answers == [200, 403, 403] and "/hooks/plivo/inbound" in said
    for marker in (NAME, SURNAME, MAIL, PHONE, PHONE[1:], TEXT, secret, "uuidmarker", "horse", "t" * 40):
        assert marker.casefold() not in said.casefold(), marker
    assert signed["X-Plivo-Signature-V3"] not in said


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.s("S111")
@pytest.mark.attack("H10")
def test_no_marker_of_the_chat_or_of_a_form_of_staff_is_found_in_the_log(
    store, settings, anna, zuleika, clock, written, monkeypatch
):
    browser = signed_in(staffbot.create_app(settings, store), store, anna, clock)
    page = f"/patients/{zuleika.id}"
    browser.post("/login/again", {"password": f"{SAID} of Anna", "code": "codemarker"}, on="/security")
    browser.post(f"{page}/language", {"language": TEXT}, on=page)
    browser.get(f"/search?q={NAME}+{PHONE}")
    cookie = browser.client.get_cookie(STAFF, domain="127.0.0.1").value
    heard: list[bytes] = []
    line = SimpleNamespace(send=lambda frame: heard.append(frame) or len(frame), setsockopt=lambda *_: None)
    peer = Peer(SimpleNamespace(sock=line), store, store.door(doors.staff_session, cookie, clock()), cookie)
    peer.greeted = True
    hub, pace = Hub(store), Pace(settings)

    def ask(op: str, **more: object) -> None:
        receive(peer, hub, pace, json.dumps({"op": op, "ref": "refmarker", **more}), "")

    thread = str(store.run(anna, of_patient, zuleika.id))
    key = {"conversation": thread, "client_id": "k" * 32}
    ask("message.send", text=f"{TEXT} {MAIL}", **key)
    ask("command.run", text=f"/sms @{NAME} {SURNAME} {TEXT}", **key)
    ask("command.run", text=f"/{SAID} {TEXT}", **key)
    ask("draft.keep", conversation=thread, text=ANSWER)
    ask("search", q=NAME)
    monkeypatch.setitem(ops.HANDLERS, messages.Send, lambda *_: _fail(f"{SAID} {MAIL} {TEXT}"))
    ask("message.send", text=ANSWER, **key)
    said = written()
    assert [b'"ok":true' in one for one in heard] == [True, True, False, True, True, False]
    assert "an op failed" in said and "RuntimeError < KeyError" in said
    for marker in (NAME, SURNAME, MAIL, PHONE, PHONE[1:], TEXT, ANSWER, SAID, "codemarker", "refmarker", cookie):
        assert marker.casefold() not in said.casefold(), marker


@pytest.mark.s("S111")
def test_a_provider_that_fails_with_our_words_in_its_mouth_is_told_without_them(
    store, anna, zuleika, providers, network, written, monkeypatch
):
    store.run(anna, send_direct, zuleika, TEXT)
    for provider in providers.by_channel.values():
        monkeypatch.setattr(provider, "send", lambda parcel, *_: _fail(f"{parcel.to} {parcel.text}"))
    network.settle()
    said = written()
    assert "not accepted" in said and "unknown: RuntimeError" in said
    assert MAIL not in said and "/l/" not in said


@pytest.mark.s("S111")
@pytest.mark.attack("H11")
def test_a_line_stays_one_line_and_steers_no_terminal(written):
    structlog.get_logger().warning("asked", said=EVIL)
    lines = written().splitlines()
    assert len(lines) == 1
    assert "\x1b" not in lines[0]
    assert "fake" in lines[0]


@pytest.mark.s("S111")
def test_a_field_that_nobody_declared_harmless_is_left_out(written):
    structlog.get_logger().warning("asked", patient=NAME, ms=3)
    said = written()
    assert NAME not in said
    assert re.search(r'ms"?[=:] ?3', said)


@pytest.mark.s("S111")
def test_of_libraries_only_name_and_place_are_told(written):
    try:
        raise ValueError(MAIL)
    except ValueError:
        logging.getLogger("requests.sessions").exception("could not write to %s", MAIL)
    said = written()
    assert MAIL not in said
    assert "requests.sessions" in said and "test_logs:" in said and "ValueError" in said


def test_json_lines_are_json(store, capsys):
    logs.configure("info", "json")
    structlog.get_logger().warning("asked", ms=3)
    found = json.loads(capsys.readouterr().err)
    logs.configure("info", "text")
    assert (found["event"], found["level"], found["ms"]) == ("asked", "warning", 3)
    assert found["timestamp"].endswith("Z")


@pytest.mark.s("S111")
def test_every_line_of_ours_is_a_constant_sentence_with_known_fields():
    for path in (path for app in APPS for path in Path(app).rglob("*.py")):
        for call in _log_calls(path):
            assert isinstance(call.args[0], ast.Constant), f"{path}:{call.lineno}"
            fields = {one.arg for one in call.keywords} - {"exc_info"}
            assert fields <= logs.KEPT, f"{path}:{call.lineno}: {fields - logs.KEPT}"


def _log_calls(path: Path) -> list[ast.Call]:
    return [
        node
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and re.fullmatch(r"log\.(debug|info|warning|error|exception|critical)", ast.unparse(node.func))
    ]


@pytest.mark.s("S111")
def test_addresses_are_pseudonyms_that_stay_the_same(store, nobody):
    seals = store.seals(nobody)
    assert access.pseudonym(seals, "192.0.2.1") == access.pseudonym(seals, "192.0.2.1")
    assert re.fullmatch(r"[0-9a-f]{12}", access.pseudonym(seals, "192.0.2.1"))
    assert access.pseudonym(seals, "192.0.2.1") != access.pseudonym(seals, "192.0.2.2")


def test_pages_are_told_by_their_rule(nobody):
    assert access.shown("/l/<token>", {"token": "abc"}) == "/l/***"
    assert access.shown("/patients/<uuid:patient_id>", {"patient_id": nobody}) == f"/patients/{nobody}"
    assert access.shown("/static/<mark>/<path:name>", {"mark": "a", "name": "b"}) == "/static/***/***"
    assert access.shown(None, {}) == "***"
