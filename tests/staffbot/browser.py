"""A browser without a screen, and the authenticator app of its owner."""

import re
from typing import Any

import pyotp

from core.practice import sessions
from core.store import Store, Who
from core.web import cookies
from tests.conftest import PASSWORD, MovableClock

BASE = "https://127.0.0.1:8000"


class Browser:
    """Requests as a browser makes them: forms with their tokens, cookies kept. Signs in with a second factor."""

    def __init__(self, client: Any, clock: MovableClock, apps: "dict[str, Authenticator]") -> None:
        self.client = client
        self.clock = clock
        self.apps = apps

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(path, base_url=BASE, headers=headers)

    def post(self, path: str, data: dict[str, str], on: str | None = None, **headers: str) -> Any:
        """Send a form; its token is taken from the page `on` which it stands."""
        page = self.get(on or (path if path.startswith("/login") else "/patients")).text
        return self.send(path, data, token_in(page), **headers)

    def send(self, path: str, data: dict[str, str], token: str, **headers: str) -> Any:
        return self.client.post(path, data={"csrf_token": token, **data}, base_url=BASE, headers=headers)

    def give_password(self, email: str = "anna@elm.example", password: str = PASSWORD, **headers: str) -> Any:
        return self.post("/login", {"email": email, "password": password}, **headers)

    def sign_in(self, email: str = "anna@elm.example") -> Any:
        """Password and code; the first time, the app is set up on the way. The clock moves to the next code."""
        self.clock.forward(seconds=30)
        answer = self.give_password(email)
        if "/login/enrol" in answer.location:
            self.apps[email] = app = Authenticator(self.get("/login/enrol").text, self.clock)
            kept = self.post("/login/enrol", {"code": app.code()})
            return self.send("/login/kept", {}, token_in(kept.text))
        return self.post("/login/2fa", {"code": self.apps[email].code()})


def signed_in(app: Any, store: Store, who: Who, clock: MovableClock) -> Browser:
    """The browser of somebody who has signed in already."""
    assert who.actor.id
    _, token = store.run(who, sessions.start, who.actor.id, "a computer")
    browser = Browser(app.test_client(), clock, {})
    browser.client.set_cookie(cookies.STAFF, token, domain="127.0.0.1", secure=True)
    return browser


class Authenticator:
    """An authenticator app that read the key of a page."""

    def __init__(self, page: str, clock: MovableClock) -> None:
        secret = re.search(r'class="code" dir="ltr">([A-Z2-7 ]+)<', page)
        assert secret
        self.totp = pyotp.TOTP(secret[1].replace(" ", ""))
        self.clock = clock

    def code(self, steps: int = 0) -> str:
        """The code shown now, or so many steps of 30 seconds away."""
        return self.totp.at(int(self.clock().timestamp()) + 30 * steps)


def token_in(page: str) -> str:
    found = re.search(r'csrf_token" value="([0-9a-f]+)', page)
    assert found
    return found[1]
