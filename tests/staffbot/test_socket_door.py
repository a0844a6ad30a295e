"""The socket's door: who may in, and what a frame may be (contract section 5, S53-S57, S60)."""

import json
from base64 import b64encode
from socket import create_connection
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.demo_process import Demo
from tests.staffbot.colleague import Colleague, closes_with


@pytest.fixture
def anna(demo: Demo) -> Colleague:
    return Colleague(demo, demo.user("practitioner"))


@pytest.mark.parametrize("origin", ["https://evil.example", "null", None, "http://127.0.0.1"])
@pytest.mark.attack("E01")
@pytest.mark.s("S53")
def test_a_foreign_origin_is_refused_before_the_upgrade(anna, origin):
    with pytest.raises(InvalidStatus) as refused:
        connect(
            anna.demo.staff.replace("http", "ws") + "/ws",
            origin=origin,
            additional_headers=anna._headers(),
            legacy=True,
        )
    assert refused.value.response.status_code == 403


@pytest.mark.attack("E09")
@pytest.mark.s("S60")
def test_a_person_has_five_sockets_and_a_sixth_is_refused_before_the_upgrade(demo):
    carl, talks = Colleague(demo, demo.user("assistant")), []
    with pytest.raises(InvalidStatus) as refused:
        for _ in range(6):
            talks.append(carl.socket())
    for talk in talks:
        talk.ws.close()
    assert refused.value.response.status_code == 429 and 1 <= len(talks) <= 5


def test_when_a_talk_ends_its_connection_ends_and_carries_nothing_but_the_goodbye(anna):
    """Left open it would be read as HTTP again: browsers waited for its end, and met "400 Bad Request" as a frame."""
    server = urlsplit(anna.demo.staff)
    asked = {
        "Host": server.netloc, "Origin": anna.demo.staff, "Cookie": anna._headers()["Cookie"], "Upgrade": "websocket",
        "Connection": "Upgrade", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": b64encode(bytes(16)).decode(),
    }  # fmt: skip
    lines = ["GET /ws HTTP/1.1", *(f"{name}: {value}" for name, value in asked.items())]
    goodbye = (1000).to_bytes(2, "big")
    with create_connection((server.hostname, server.port), timeout=10) as line:
        line.sendall("\r\n".join([*lines, "", ""]).encode())
        heard = line.recv(4096)
        while b"\r\n\r\n" not in heard:
            heard += line.recv(4096)
        line.sendall(b"\x88\x82" + bytes(4) + goodbye)
        while part := line.recv(4096):
            heard += part
    assert heard.startswith(b"HTTP/1.1 101") and heard.partition(b"\r\n\r\n")[2] == b"\x88\x02" + goodbye


@pytest.mark.attack("E02")
@pytest.mark.s("S53")
def test_without_a_session_there_is_no_socket(demo):
    with pytest.raises(InvalidStatus) as refused:
        connect(demo.staff.replace("http", "ws") + "/ws", origin=demo.staff, legacy=True)
    assert refused.value.response.status_code == 403


@pytest.mark.attack("E05")
@pytest.mark.s("S56")
def test_no_compression_is_agreed_though_the_client_offers_it(anna):
    talk = anna.socket()
    assert "Sec-WebSocket-Extensions" not in talk.ws.response.headers
    assert talk.ws.subprotocol == "latchkey.v1"


@pytest.mark.s("S54")
def test_who_does_not_say_hello_rightly_is_sent_away(anna):
    for first in (
        {"op": "hello", "ref": "1", "csrf": "0" * 64},
        {"op": "typing", "ref": "1", "conversation": str(uuid4())},
    ):
        talk = anna.socket(hello=False)
        talk.ws.send(json.dumps(first))
        assert closes_with(talk.ws) == 4401


@pytest.mark.parametrize(
    "frame",
    ["not json", "[]", '{"op":"typing"}', '{"op":"typing","op":"hello","ref":"1"}', '{"op":"nonsense","ref":"1"}',
     '{"op":"typing","ref":"1","conversation":"x"}', '{"op":"typing","ref":"1","more":NaN}', '{"op":"hello","ref":"1","csrf":"x","also":1}',
     '{"op":"typing","ref":"1","conversation":' + "[" * 40 + "]" * 40 + "}", '{"ref":"\\ud800","op":"typing"}', b"bytes",
     '{"op":"typing","ref":9223372036854775808}', '{"op":"typing","ref":' + "9" * 5_000 + "}"],
)  # fmt: skip
@pytest.mark.attack("E04", "E06")
@pytest.mark.s("S57")
def test_a_malformed_frame_closes_the_socket(anna, frame):
    talk = anna.socket()
    talk.ws.send(frame)
    assert closes_with(talk.ws) == 1008


@pytest.mark.attack("E04")
@pytest.mark.s("S55")
def test_a_frame_of_more_than_16_kib_of_bytes_closes_the_socket(anna):
    talk = anna.socket()
    talk.ws.send(json.dumps({"op": "typing", "ref": "😀" * 4_200}, ensure_ascii=False))
    assert closes_with(talk.ws) == 1009
