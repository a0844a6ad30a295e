"""Talking to the socket as a script would."""

import json
import re
from typing import Any
from uuid import uuid4

import requests
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.demo_process import Demo

WAIT = 60  # seconds an answer may take


class Colleague:
    """A signed-in person with a session of their own, and sockets."""

    def __init__(self, demo: Demo, user: dict[str, str]) -> None:
        self.demo = demo
        self.user = user
        self.cookies: dict[str, str] = {}
        page = self.get("/login")
        answer = self.post("/login", {"email": user["email"], "password": user["password"]}, self.token(page))
        assert answer.status_code == 303, answer.text
        self.csrf = re.search(r'csrf-token" content="([0-9a-f]+)', self.get("/").text)[1]

    def get(self, path: str, **more: Any) -> requests.Response:
        answer = self._ask("GET", path, **more)
        return self.get(answer.headers["Location"]) if answer.status_code == 303 else answer

    def post(self, path: str, data: dict[str, str], token: str | None = None, **more: Any) -> requests.Response:
        return self._ask("POST", path, data={"csrf_token": token or self.csrf, **data}, **more)

    def token(self, page: requests.Response) -> str:
        return re.search(r'csrf_token" value="([0-9a-f]+)', page.text)[1]

    def socket(self, hello: bool = True, since: int | None = None) -> "Talk":
        headers = {"Cookie": self._headers()["Cookie"]}
        address = self.demo.staff.replace("http", "ws") + "/ws"
        said = {"additional_headers": headers, "origin": self.demo.staff, "subprotocols": ["latchkey.v1"]}
        talk = Talk(connect(address, legacy=True, **said))  # legacy: open until it is closed, outside of any `with`
        if hello:
            more = {} if since is None else {"since": since}
            talk.hello = talk.ask("hello", csrf=self.csrf, **more)
        return talk

    def _ask(self, method: str, path: str, **more: Any) -> requests.Response:
        """Through a connection of its own, which is closed when the answer is here."""
        url, headers = self.demo.staff + path, self._headers()
        answer = requests.request(method, url, headers=headers, allow_redirects=False, timeout=WAIT, **more)
        for name, value in answer.cookies.items():
            self.cookies[name] = value
        return answer

    def _headers(self) -> dict[str, str]:
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}


class Talk:
    """One socket: ask and be answered, hear events."""

    def __init__(self, ws: ClientConnection) -> None:
        self.ws = ws
        self.events: list[dict[str, Any]] = []
        self.hello: dict[str, Any] = {}

    def ask(self, op: str, **fields: Any) -> dict[str, Any]:
        said = self.try_to(op, **fields)
        assert said["ok"], said
        return said["result"]

    def try_to(self, op: str, **fields: Any) -> dict[str, Any]:
        ref = uuid4().hex
        self.ws.send(json.dumps({"op": op, "ref": ref, **fields}))
        while True:
            said = json.loads(self.ws.recv(timeout=15))
            if said.get("ref") == ref:
                return said
            self.events.append(said)

    def refused(self, op: str, **fields: Any) -> dict[str, Any]:
        said = self.try_to(op, **fields)
        assert not said["ok"], said
        return said["error"]

    def hear(self, name: str) -> dict[str, Any]:
        return self.hear_whole(name)["data"]

    def hear_whole(self, name: str) -> dict[str, Any]:
        """The next event of a name with its number."""
        for number, event in enumerate(self.events):
            if event["event"] == name:
                return self.events.pop(number)
        while True:
            said = json.loads(self.ws.recv(timeout=15))
            if said.get("event") == name:
                return said

    def patient(self, patient: dict[str, str]) -> str:
        return str(self.ask("conversation.open", patient=patient["id"])["id"])


def closes_with(ws: ClientConnection) -> int:
    """The code a socket is closed with."""
    try:
        while True:
            ws.recv(timeout=10)
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else 1006
