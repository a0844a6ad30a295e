"""What anybody can see from outside of the security promises, tried at a live portal: nothing is sent, used or changed.

Each promise has its number in the list of requirements, so that a practice can check its supplier.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import requests

from core.cli.words import AskedTooOften, NotReached
from core.config import LOOPBACK
from core.web import headers, sizes

TIMEOUT = (5, 15)  # seconds to connect, to answer
UNKNOWN = "/l/" + "y" * 43  # well formed, and nobody's
MALFORMED = ("/l/" + "x" * 42, "/l/" + "x" * 44, "/l/" + "%00" * 5, "/l/..%2f..%2fetc%2fpasswd", "/l//" + "y" * 43)
PAGES = ("/genuine", "/unlock", UNKNOWN)
HIDDEN = ("/.git/config", "/instance/latchkey.toml", "/console", "/metrics", "/static/../latchkey.toml")
ENOUGH = 600  # seconds to wait where a portal does not say how long
FOREIGN = "https://elsewhere.example"
TRACES = re.compile(r"Traceback|Werkzeug|Jinja|sqlalchemy|\.py\b|File \"", re.IGNORECASE)
BORROWED = re.compile(r"(?:src|href|action)=[\"'](?:https?:)?//", re.IGNORECASE)
POLICY = ("default-src", "script-src", "object-src", "base-uri", "frame-ancestors")


class Portal:
    """A live portal, asked as a stranger would: each plain page once, for unknown links are counted by address (S18).

    Raises NotReached, AskedTooOften.
    """

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self._plain: dict[tuple[str, str], requests.Response] = {}
        self._session = requests.Session()
        self._session.trust_env = False  # no credentials of ours, no proxy in between

    def ask(self, method: str, path: str, said: Mapping[str, str] | None = None) -> requests.Response:
        """One request, or what came of the same before; what is set is forgotten at once."""
        if said is None and (method, path) in self._plain:
            return self._plain[method, path]
        answer = self.send(method, path, said)
        if said is None:
            self._plain[method, path] = answer
        return answer

    def send(
        self, method: str, path: str, said: Mapping[str, str] | None = None, body: bytes = b""
    ) -> requests.Response:
        """One request more."""
        try:
            answer = self._session.request(
                method, self.url + path, headers=said, data=body, timeout=TIMEOUT, allow_redirects=False
            )
        except requests.RequestException as error:
            raise NotReached(self.url) from error
        self._session.cookies.clear()
        if answer.status_code == 429:
            wait = answer.headers.get("Retry-After", "")
            raise AskedTooOften(self.url, int(wait) if wait.isascii() and wait.isdigit() else ENOUGH)
        return answer


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise and how it is tried: each thing that is not so, in words."""

    number: str
    words: str
    broken: Callable[[Portal], Iterator[str]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a promise stood; kept when there are no problems."""

    number: str
    words: str
    problems: tuple[str, ...]


def check(portal: Portal, more: Iterable[Promise] = ()) -> Iterable[Verdict]:
    """Try every promise in order of number, then what `more` is promised. Raises NotReached."""
    for one in (*PROMISES, *more):
        yield Verdict(one.number, one.words, tuple(one.broken(portal)))


def _malformed_links(portal: Portal) -> Iterator[str]:
    for path in MALFORMED:
        if (status := portal.ask("GET", path).status_code) != 404:
            yield f"{path} answers {status}"


def _harmless_looks(portal: Portal) -> Iterator[str]:
    for method in ("GET", "HEAD", "OPTIONS"):
        for path in PAGES:
            answer = portal.ask(method, path)
            if "Set-Cookie" in answer.headers:
                yield f"{method} {path} sets a cookie"
            if answer.status_code >= 500:
                yield f"{method} {path} answers {answer.status_code}"


def _neutral_links(portal: Portal) -> Iterator[str]:
    unknown = portal.ask("GET", UNKNOWN)
    if unknown.status_code != 404:
        yield f"an unknown link answers {unknown.status_code}"
    for path in MALFORMED:
        if portal.ask("GET", path).content != unknown.content:
            yield f"{path} looks unlike an unknown link"


def _hosts(portal: Portal) -> Iterator[str]:
    answer = portal.ask("GET", "/genuine", {"Host": "elsewhere.example"})
    if answer.status_code != 400:
        yield f"a foreign host answers {answer.status_code}"
    if "elsewhere.example" in answer.text + str(answer.headers):
        yield "a foreign host is repeated"


def _codes(portal: Portal) -> Iterator[str]:
    for method, path in (("GET", "/unlock/send"), ("POST", "/unlock/send"), ("POST", "/unlock/verify")):
        if not 400 <= (status := portal.ask(method, path).status_code) < 500:
            yield f"{method} {path} without a link answers {status}"


def _sockets(portal: Portal) -> Iterator[str]:
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
               "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA=="}  # fmt: skip
    if (status := portal.ask("GET", "/ws", upgrade).status_code) != 404:
        yield f"/ws answers {status}"


def _no_script(portal: Portal) -> Iterator[str]:
    for path in PAGES:
        answer = portal.ask("GET", path)
        policy = dict(
            part.strip().split(" ", 1)
            for part in answer.headers.get("Content-Security-Policy", "").split(";")
            if " " in part.strip()
        )
        if missing := [name for name in POLICY if policy.get(name) != "'none'"]:
            yield f"the policy of {path} leaves open: {', '.join(missing)}"
        if "<script" in answer.text.casefold():
            yield f"{path} has a script"


def _headers(portal: Portal) -> Iterator[str]:
    """Of pages, of what is refused and of the style sheet alike; whether each may be kept is another promise."""
    asked = [("GET", path) for path in (*PAGES, "/nothing-here", *_sheet(portal))]
    for method, path in (*asked, ("PUT", "/genuine"), ("POST", "/unlock/send")):
        wanted = headers.LINK_HOP if path.startswith("/l/") else headers.PORTAL
        yield from lacking(portal.ask(method, path), wanted, path if method == "GET" else f"{method} {path}")


def lacking(answer: requests.Response, wanted: Mapping[str, str], named: str) -> Iterator[str]:
    """Which of the wanted headers an answer lacks or has otherwise."""
    for name in (name for name in wanted if name != "Cache-Control" and answer.headers.get(name) != wanted[name]):
        yield f"{name} of {named} is {answer.headers.get(name, 'missing')}"


def _sheet(portal: Portal) -> list[str]:
    """Where the style sheet is, if a page names one."""
    return re.findall(r'href="(/static/[^"]+)"', portal.ask("GET", "/genuine").text)[:1]


def _sizes(portal: Portal) -> Iterator[str]:
    for method, path, said, body, what in (
        ("GET", "/genuine?" + "a" * sizes.ADDRESS, None, b"", "an address of more than 2 KB"),
        ("GET", "/genuine", {"X-Long": "a" * sizes.HEADERS}, b"", "more than 16 KB of headers"),
        ("POST", "/unlock/send", None, b"a" * (sizes.ORDINARY + 1), "a form of more than 16 KB"),
    ):
        if not 400 <= (status := portal.send(method, path, said, body).status_code) < 500:
            yield f"{what} answers {status}"


def _forgery(portal: Portal) -> Iterator[str]:
    for origin in (FOREIGN, "null"):
        answer = portal.ask("POST", "/unlock/send", {"Origin": origin, "Sec-Fetch-Site": "cross-site"})
        if not 400 <= answer.status_code < 500:
            yield f"a form from {origin} answers {answer.status_code}"


def _methods(portal: Portal) -> Iterator[str]:
    for method in ("TRACE", "PUT", "DELETE", "PATCH"):
        if (status := portal.ask(method, "/genuine").status_code) not in (405, 501):
            yield f"{method} answers {status}"
    plain = portal.ask("GET", "/genuine")
    if portal.ask("GET", "/genuine", {"X-HTTP-Method-Override": "DELETE"}).status_code != plain.status_code:
        yield "a header changes the method"
    looked = portal.ask("HEAD", "/genuine")
    if looked.content or looked.status_code != plain.status_code:
        yield "HEAD is unlike GET"


def _errors(portal: Portal) -> Iterator[str]:
    for path in (*MALFORMED, "/nothing-here", "/form/page/%ff", "/message/files/x"):
        answer = portal.ask("GET", path)
        if answer.status_code >= 500:
            yield f"{path} answers {answer.status_code}"
        if TRACES.search(answer.text):
            yield f"{path} tells of the program"
        if any(letter.isdigit() for letter in answer.headers.get("Server", "")):
            yield f"{path} tells a version: {answer.headers['Server']}"


def _foreign_pages(portal: Portal) -> Iterator[str]:
    for path in PAGES:
        if found := [
            name for name in portal.ask("GET", path, {"Origin": FOREIGN}).headers if name.startswith("Access-Control")
        ]:
            yield f"{path} answers a foreign page with {', '.join(found)}"


def _caches(portal: Portal) -> Iterator[str]:
    for path in (*PAGES, "/nothing-here"):
        if (said := portal.ask("GET", path).headers.get("Cache-Control", "")) != "no-store":
            yield f"{path} may be kept: {said or 'nothing is said'}"
    sheet = _sheet(portal)
    if not sheet or "immutable" not in portal.ask("GET", sheet[0]).headers.get("Cache-Control", ""):
        yield "the style sheet is not named by its content and kept"


def _compression(portal: Portal) -> Iterator[str]:
    for path in PAGES:
        if said := portal.ask("GET", path, {"Accept-Encoding": "gzip, br"}).headers.get("Content-Encoding"):
            yield f"{path} is compressed ({said})"


def _borrowed(portal: Portal) -> Iterator[str]:
    for path in PAGES:
        if BORROWED.search(portal.ask("GET", path).text):
            yield f"{path} takes something from elsewhere"


def _plivo(portal: Portal) -> Iterator[str]:
    yield from _refused(portal, ("/hooks/plivo/status", "/hooks/plivo/inbound"))


def _mailjet(portal: Portal) -> Iterator[str]:
    yield from _refused(portal, ("/hooks/mailjet/guess/events", "/hooks/mailjet/guess/inbound"))


def _refused(portal: Portal, paths: Iterable[str]) -> Iterator[str]:
    for path in paths:
        if (status := portal.ask("POST", path).status_code) != 403:
            yield f"a call to {path} that nobody signed answers {status}"


def _encrypted(portal: Portal) -> Iterator[str]:
    address = urlsplit(portal.url)
    if address.scheme != "https" and address.hostname not in LOOPBACK:
        yield "the address is not https"


def _hidden(portal: Portal) -> Iterator[str]:
    for path in HIDDEN:
        if (status := portal.ask("GET", path).status_code) != 404:
            yield f"{path} answers {status}"
    health = portal.ask("GET", "/healthz")
    if any(letter.isdigit() for letter in health.text) and health.status_code == 200:
        yield "/healthz tells a version or a count"


PROMISES = (
    Promise("S2", "Links that cannot be ours are refused before anything is looked up.", _malformed_links),
    Promise("S4", "Looking at a page begins nothing.", _harmless_looks),
    Promise("S6", "Unknown and malformed links look alike.", _neutral_links),
    Promise("S7", "Only the portal's own name is answered.", _hosts),
    Promise("S9", "Without a link no code is sent or tried.", _codes),
    Promise("S62", "The portal has no socket.", _sockets),
    Promise("S65", "No script can run where messages are unlocked and read.", _no_script),
    Promise("S67", "Every answer carries the whole set of headers.", _headers),
    Promise("S68", "Forms of other sites are refused.", _forgery),
    Promise("S69", "Only the listed methods do anything.", _methods),
    Promise("S71", "What is larger than its page needs is refused.", _sizes),
    Promise("S72", "Errors tell nothing of the program.", _errors),
    Promise("S73", "Pages of other sites are told nothing.", _foreign_pages),
    Promise("S74", "Nothing but style sheets may be kept by caches.", _caches),
    Promise("S75", "Pages are not compressed.", _compression),
    Promise("S77", "Nothing is taken from other sites.", _borrowed),
    Promise("S95", "Calls about texts need the network's signature.", _plivo),
    Promise("S96", "Calls about emails need both secrets.", _mailjet),
    Promise("S115", "The address is encrypted.", _encrypted),
    Promise("S117", "What is for operators is not shown to the world.", _hidden),
)
