"""Catalogue F for the portal: what every answer carries, parsed, whatever became of the request."""

import re

import pytest

from core.practice import doors
from staffbot import create_app as create_staffbot
from tests.portal.visitor import HTTPS, Visitor, unlock

KINDS = ["ok", "redirect", "missing", "method", "too large", "too many", "trouble", "static", "host", "hook"]


@pytest.fixture
def answer(app, l1, network, monkeypatch):
    """An answer of each kind."""

    def of(kind: str):
        guest = Visitor(app)
        match kind:
            case "redirect":
                return guest.get(l1.url)
            case "missing":
                return guest.get("/.git/config")
            case "method":
                return guest.client.delete("/genuine", base_url=HTTPS)
            case "too large":
                guest.get(l1.url)
                return guest.post("/unlock/verify", {"code": "1" * (300 << 10)})
            case "too many":
                return [guest.get(f"/l/{n:043d}") for n in range(61)][-1]
            case "trouble":
                monkeypatch.setattr(doors, "link", lambda *_: 1 / 0)
                return guest.get("/l/" + "t" * 43)
            case "static":
                return guest.get(re.search(r'href="(/static/[^"]+)"', guest.get("/genuine").text)[1])
            case "host":
                return app.test_client().get("/genuine", base_url="https://evil.example")
            case "hook":
                return guest.client.post("/hooks/plivo/status", base_url=HTTPS)
        return guest.get("/genuine")

    return of


@pytest.mark.attack("F01", "F02")
@pytest.mark.s("S65", "S67", "S72", "S73", "S74")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_every_answer_carries_the_whole_set_and_each_value_parses(answer, kind):
    got = answer(kind)
    assert got.status_code == {"ok": 200, "static": 200, "redirect": 303, "missing": 404, "method": 405, "too large": 413,
                               "too many": 429, "trouble": 500, "host": 400, "hook": 403}[kind]  # fmt: skip
    headers = got.headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    for name in ("default-src", "script-src", "object-src", "base-uri", "frame-ancestors"):
        assert policy[name] == "'none'", name
    assert set(policy) - {"default-src", "script-src", "object-src", "base-uri", "frame-ancestors"} == {
        "style-src", "img-src", "font-src", "form-action", "report-to"}  # fmt: skip
    assert headers["Reporting-Endpoints"] == f'{policy.pop("report-to")}="/policy-reports"'
    assert all(value in ("'none'", "'self'") for value in policy.values())
    hsts = {
        part.strip().partition("=")[0]: part.strip().partition("=")[2]
        for part in headers["Strict-Transport-Security"].split(";")
    }
    assert int(hsts["max-age"]) >= 63_072_000 and "includeSubDomains" in hsts
    assert headers["X-Content-Type-Options"] == "nosniff" and headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Cross-Origin-Embedder-Policy"] == "require-corp" and headers["Origin-Agent-Cluster"] == "?1"
    assert headers["Referrer-Policy"] == (
        "no-referrer" if kind in ("redirect", "too many", "trouble") else "same-origin"
    )
    assert {"noindex", "nofollow", "noarchive"} == {part.strip() for part in headers["X-Robots-Tag"].split(",")}
    for part in headers["Permissions-Policy"].split(","):
        assert re.fullmatch(r"\s*[a-z-]+=\(\)", part), part  # a structured field: an empty list each
    assert "Server" not in headers and not any(name.startswith("Access-Control") for name, _ in headers)
    assert ("immutable" in headers["Cache-Control"]) if kind == "static" else headers["Cache-Control"] == "no-store"
    assert len(headers.get_all("Content-Security-Policy")) == 1


@pytest.mark.attack("F04")
@pytest.mark.s("S69")
@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "PROPFIND", "PATCH"])
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_methods_that_are_not_listed_do_nothing(app, l1, method):
    guest = Visitor(app)
    guest.get(l1.url)
    for path in ("/unlock", "/unlock/send", "/message", l1.url):
        assert guest.client.open(path, method=method, base_url=HTTPS).status_code == 405
    disguised = guest.get("/unlock/send?_method=POST", **{"X-HTTP-Method-Override": "POST"})
    assert disguised.status_code == 405


@pytest.mark.attack("F06")
@pytest.mark.s("S70")
def test_of_forwarded_addresses_the_one_our_proxy_saw_counts():
    from core.web.proxies import address

    assert address("10.0.0.1", "1.1.1.1, 203.0.113.5", 1) == "203.0.113.5"
    assert address("10.0.0.1", "1.1.1.1", 0) == "10.0.0.1"
    assert address("10.0.0.1", "", 1) == address("10.0.0.1", "1.1.1.1", 2) == "10.0.0.1"  # it came past our proxies
    assert address("2001:db8:1:2:3:4:5:6", "", 0) == address("2001:db8:1:2::9", "", 0) == "2001:db8:1:2::/64"


@pytest.mark.s("S18", "S70")
@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("::ffff:203.0.113.5", "203.0.113.5"),  # a listener on both kinds of address
        ("203.0.113.5:50123", "203.0.113.5"),
        ("[::ffff:203.0.113.5]:50123", "203.0.113.5"),
        ("[2001:db8:1:2::9]:50123", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::9]", "2001:db8:1:2::/64"),
        ("fe80::9%eth0", "fe80::/64"),
        ("[]", "unknown"),
        ("203.0.113.5:", "unknown"),
    ],
)
def test_however_an_address_is_written_each_client_has_tries_of_its_own(written, meant):
    from core.web.proxies import address

    assert address(written, "", 0) == address("10.0.0.1", f"1.1.1.1, {written}", 1) == meant


@pytest.mark.attack("F07")
@pytest.mark.s("S71", "S72")
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_large_and_broken_bodies_are_refused_and_never_trouble(app, l1):
    guest = Visitor(app)
    guest.get(l1.url)
    page = guest.get("/unlock")
    token = re.search(r'csrf_token" value="([0-9a-f]+)', page.text)[1]
    many = {"csrf_token": token, **{f"f{n}": "x" for n in range(300)}}
    assert guest.client.post("/unlock/verify", base_url=HTTPS, data=many,
                             content_type="multipart/form-data").status_code == 413  # fmt: skip
    for body in (b"\xff\xfe\x00", b"code=%ff%fe&csrf_token=%zz", b"code=" + b"1" * (20 << 20)):
        got = guest.client.post("/unlock/verify", base_url=HTTPS, data=body,
                                content_type="application/x-www-form-urlencoded")  # fmt: skip
        assert got.status_code in (400, 403, 413), len(body)


@pytest.mark.attack("F07")
@pytest.mark.s("S71")
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_an_address_and_headers_of_any_length_are_refused_by_both_apps(settings, store, app):
    for asked in (Visitor(app), Visitor(create_staffbot(settings, store))):
        assert asked.get("/healthz?" + "a" * 2000).status_code == 200
        assert asked.get("/healthz?" + "a" * 2048).status_code == 414
        assert asked.get("/" + "a" * 5000).status_code == 414
        assert asked.get("/healthz", **{f"X-{n}": "a" * 1000 for n in range(15)}).status_code == 200
        assert asked.get("/healthz", **{f"X-{n}": "a" * 1000 for n in range(17)}).status_code == 431


@pytest.mark.attack("F08")
@pytest.mark.s("S72")
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_trouble_says_a_reference_and_nothing_of_itself(answer):
    page = answer("trouble").text
    assert re.search(r"\b[0-9A-F]{2}-[0-9A-F]{4}\b", page)
    assert not re.search("ZeroDivision|Traceback|File &#34;|/core/|Werkzeug|Flask", page)


@pytest.mark.attack("F09")
@pytest.mark.s("S51", "S117")
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_there_is_nothing_at_addresses_that_others_leave_open(guest):
    for path in (
        "/.git/config",
        "/instance/latchkey.toml",
        "/static/../core/config.py",
        "/console",
        "/admin",
        "/login",
    ):
        assert guest.get(path).status_code == 404, path


@pytest.mark.attack("F13")
@pytest.mark.s("S77")
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_pages_fetch_nothing_from_elsewhere_and_titles_say_nothing_of_the_message(app, l1, network):
    guest = Visitor(app)
    guest.get(l1.url)
    pages = [guest.get("/unlock").text]
    unlock(guest, l1.url, network)
    pages += [guest.get("/message").text, guest.get("/genuine").text]
    for page in pages:
        assert not re.search(r'(src|href|action)="(https?:)?//(?!127\.0\.0\.1)', page)
        assert "results" not in re.search("<title>(.*?)</title>", page, re.DOTALL)[1]
