"""Cookies of a demonstration in Safari, which keeps no `Secure` one of an http address."""

import sys
from types import SimpleNamespace

import pytest
from flask import Flask, Response, request

from core.cli.serving import _listener
from core.web import cookies
from core.web.plain_cookies import plain_cookies

SAFARI = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/130.0 Mobile/15E148 Safari/604.1"
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


def echo():
    app = Flask(__name__)

    @app.get("/")
    def page():
        answer = Response(cookies.only(request.headers.get("Cookie", ""), cookies.STAFF))
        answer.set_cookie(cookies.STAFF, "one", **cookies.ATTRIBUTES)
        answer.delete_cookie(cookies.BEFORE, **cookies.ATTRIBUTES)
        return answer

    return app


@pytest.mark.parametrize("agent", [SAFARI, IPHONE])
def test_safari_gets_cookies_that_it_keeps_and_they_come_back_as_ours(agent):
    asked = plain_cookies(echo())
    browser = echo()
    browser.wsgi_app = asked
    answer = browser.test_client(use_cookies=False).get("/", headers={"User-Agent": agent, "Cookie": "x=1; lk_s=mine"})
    assert answer.text == "mine"
    kept, gone = answer.headers.getlist("Set-Cookie")
    assert kept == "lk_s=one; HttpOnly; Path=/; SameSite=Lax"
    assert gone.startswith("lk_pre=;") and "Secure" not in gone and "Max-Age=0" in gone


@pytest.mark.parametrize("agent", [CHROME, FIREFOX, ""])
def test_every_other_browser_gets_the_real_ones(agent):
    browser = echo()
    browser.wsgi_app = plain_cookies(echo())
    answer = browser.test_client(use_cookies=False).get("/", headers={"User-Agent": agent, "Cookie": "lk_s=mine"})
    assert answer.text == ""
    assert all(one.startswith("__Host-lk_") and "Secure" in one for one in answer.headers.getlist("Set-Cookie"))


@pytest.mark.parametrize(
    ("url", "demo", "plain"), [("http://x:1", True, True), ("https://x:1", True, False), ("https://x:1", False, False)]
)
def test_only_a_demonstration_on_http_does_so(monkeypatch, url, demo, plain):
    face = SimpleNamespace(create_app=lambda *_: echo())
    monkeypatch.setitem(sys.modules, "portal", face)
    served = echo()
    served.wsgi_app = _listener("portal", SimpleNamespace(demo=demo), None, None, "127.0.0.1", url).application
    answer = served.test_client(use_cookies=False).get("/", headers={"User-Agent": SAFARI})
    assert answer.headers["Set-Cookie"].startswith("lk_s=" if plain else "__Host-lk_s=")
