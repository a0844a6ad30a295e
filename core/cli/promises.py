"""What anybody can see from outside of the security promises, tried at a live portal: nothing is sent, used or changed.

What both faces promise is tried at either (`staff_promises.py` has the staff's own).

Each promise has its number in the list of requirements, so that a practice can check its supplier.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests

from core.cli.words import AskedTooOften, NotReached
from core.config import LOOPBACK
from core.web import headers, sizes

TIMEOUT = (5, 15)  # seconds to connect, to answer
UNKNOWN = "/l/" + "y" * 43  # well formed, and nobody's
MALFORMED = ("/l/" + "x" * 42, "/l/" + "x" * 44, "/l/" + "%00" * 5, "/l/..%2f..%2fetc%2fpasswd", "/l//" + "y" * 43)
PAGES = ("/genuine", "/unlock", UNKNOWN)
SOCKET = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
          "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA=="}  # fmt: skip
HIDDEN = ("/.git/config", "/instance/latchkey.toml", "/console", "/metrics", "/static/../latchkey.toml")
ENOUGH = 600  # seconds to wait where a portal does not say how long
FOREIGN = "https://elsewhere.example"
TRACES = re.compile(r"Traceback|Werkzeug|Jinja|sqlalchemy|\.py\b|File \"", re.IGNORECASE)
BORROWED = re.compile(r"(?:src|href|action)=[\"'](?:https?:)?//", re.IGNORECASE)
POLICY = ("default-src", "script-src", "object-src", "base-uri", "frame-ancestors")


class Live:
    """A live face, asked as a stranger would: each plain page once, for unknown links are counted by address (S18).

    `pages` anybody may look at, `first` among them with a style sheet; `form` takes a post; `odd` are paths that could
    make it stumble. Raises NotReached, AskedTooOften.
    """

    pages: tuple[str, ...]
    form: str
    odd: tuple[str, ...]

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self._plain: dict[tuple[str, str], requests.Response] = {}
        self._session = requests.Session()
        self._session.trust_env = False  # no credentials of ours, no proxy in between

    @property
    def host(self) -> str:
        """The name or number of its machine."""
        return urlsplit(self.url).hostname or ""

    @property
    def first(self) -> str:
        """The page that most is tried at."""
        return self.pages[0]

    def wanted(self, path: str) -> Mapping[str, str]:
        """The headers that an answer from there is to carry."""
        raise NotImplementedError

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
        if "Upgrade" in (said or {}):
            self._session.close()  # servers end the connection of a socket that they refused
        if answer.status_code == 429:
            wait = answer.headers.get("Retry-After", "")
            raise AskedTooOften(self.url, int(wait) if wait.isascii() and wait.isdigit() else ENOUGH)
        return answer


class Portal(Live):
    """The patients' face."""

    pages = PAGES
    form = "/unlock/send"
    odd = (*MALFORMED, "/nothing-here", "/form/page/%ff", "/message/files/x")

    def wanted(self, path: str) -> Mapping[str, str]:
        """No script anywhere, and after a link nothing tells where the reader came from."""
        return headers.LINK_HOP if path.startswith("/l/") else headers.PORTAL


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise and how it is tried: each thing that is not so, in words."""

    number: str
    words: str
    broken: Callable[[Any], Iterator[str]]  # asked with the face it is promised of


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a promise stood; kept when there are no problems."""

    number: str
    words: str
    problems: tuple[str, ...]


def check(face: Live, promises: Iterable[Promise]) -> Iterator[Verdict]:
    """Try promises one by one. Raises NotReached, AskedTooOften."""
    for one in promises:
        yield Verdict(one.number, one.words, tuple(one.broken(face)))


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


def hosts(face: Live) -> Iterator[str]:
    """Whether a foreign host is answered or repeated."""
    answer = face.ask("GET", face.first, {"Host": "elsewhere.example"})
    if answer.status_code != 400:
        yield f"a foreign host answers {answer.status_code}"
    if "elsewhere.example" in answer.text + str(answer.headers):
        yield "a foreign host is repeated"


def _codes(portal: Portal) -> Iterator[str]:
    for method, path in (("GET", "/unlock/send"), ("POST", "/unlock/send"), ("POST", "/unlock/verify")):
        if not 400 <= (status := portal.ask(method, path).status_code) < 500:
            yield f"{method} {path} without a link answers {status}"


def _sockets(portal: Portal) -> Iterator[str]:
    if (status := portal.ask("GET", "/ws", SOCKET).status_code) != 404:
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


def carried(face: Live) -> Iterator[str]:
    """Of pages, of what is refused and of the style sheet alike; whether each may be kept is another promise."""
    asked = [("GET", path) for path in (*face.pages, "/nothing-here", *sheet(face))]
    for method, path in (*asked, ("PUT", face.first), ("POST", face.form)):
        named = path if method == "GET" else f"{method} {path}"
        yield from lacking(face.ask(method, path), face.wanted(path), named)


def lacking(answer: requests.Response, wanted: Mapping[str, str], named: str) -> Iterator[str]:
    """Which of the wanted headers an answer lacks or has otherwise."""
    for name in (name for name in wanted if name != "Cache-Control" and answer.headers.get(name) != wanted[name]):
        yield f"{name} of {named} is {answer.headers.get(name, 'missing')}"


def sheet(face: Live) -> list[str]:
    """Where the style sheet is, if a page names one."""
    return re.findall(r'href="(/static/[^"]+)"', face.ask("GET", face.first).text)[:1]


def too_large(face: Live) -> Iterator[str]:
    """What is larger than its page needs, and taken."""
    for method, path, said, body, what in (
        ("GET", face.first + "?" + "a" * sizes.ADDRESS, None, b"", "an address of more than 2 KB"),
        ("GET", face.first, {"X-Long": "a" * sizes.HEADERS}, b"", "more than 16 KB of headers"),
        ("POST", face.form, None, b"a" * (sizes.ORDINARY + 1), "a form of more than 16 KB"),
    ):
        if not 400 <= (status := face.send(method, path, said, body).status_code) < 500:
            yield f"{what} answers {status}"


def forgery(face: Live) -> Iterator[str]:
    """Forms of other sites that are taken."""
    for origin in (FOREIGN, "null"):
        answer = face.ask("POST", face.form, {"Origin": origin, "Sec-Fetch-Site": "cross-site"})
        if not 400 <= answer.status_code < 500:
            yield f"a form from {origin} answers {answer.status_code}"


def methods(face: Live) -> Iterator[str]:
    """Methods beyond those listed that do something."""
    for method in ("TRACE", "PUT", "DELETE", "PATCH"):
        if (status := face.ask(method, face.first).status_code) not in (405, 501):
            yield f"{method} answers {status}"
    plain = face.ask("GET", face.first)
    if face.ask("GET", face.first, {"X-HTTP-Method-Override": "DELETE"}).status_code != plain.status_code:
        yield "a header changes the method"
    looked = face.ask("HEAD", face.first)
    if looked.content or looked.status_code != plain.status_code:
        yield "HEAD is unlike GET"


def errors(face: Live) -> Iterator[str]:
    """What an error tells of the program."""
    for path in face.odd:
        answer = face.ask("GET", path)
        if answer.status_code >= 500:
            yield f"{path} answers {answer.status_code}"
        if TRACES.search(answer.text):
            yield f"{path} tells of the program"
        if any(letter.isdigit() for letter in answer.headers.get("Server", "")):
            yield f"{path} tells a version: {answer.headers['Server']}"


def foreign_pages(face: Live) -> Iterator[str]:
    """Answers that a page of another site could read."""
    for path in face.pages:
        if found := [
            name for name in face.ask("GET", path, {"Origin": FOREIGN}).headers if name.startswith("Access-Control")
        ]:
            yield f"{path} answers a foreign page with {', '.join(found)}"


def caches(face: Live) -> Iterator[str]:
    """Pages that may be kept, and a style sheet that may not."""
    for path in (*face.pages, "/nothing-here"):
        if (said := face.ask("GET", path).headers.get("Cache-Control", "")) != "no-store":
            yield f"{path} may be kept: {said or 'nothing is said'}"
    found = sheet(face)
    if not found or "immutable" not in face.ask("GET", found[0]).headers.get("Cache-Control", ""):
        yield "the style sheet is not named by its content and kept"


def compression(face: Live) -> Iterator[str]:
    """Pages that are compressed."""
    for path in face.pages:
        if said := face.ask("GET", path, {"Accept-Encoding": "gzip, br"}).headers.get("Content-Encoding"):
            yield f"{path} is compressed ({said})"


def borrowed(face: Live) -> Iterator[str]:
    """Pages that take something from other sites."""
    for path in face.pages:
        if BORROWED.search(face.ask("GET", path).text):
            yield f"{path} takes something from elsewhere"


def _plivo(portal: Portal) -> Iterator[str]:
    yield from _refused(portal, ("/hooks/plivo/status", "/hooks/plivo/inbound"))


def _mailjet(portal: Portal) -> Iterator[str]:
    yield from _refused(portal, ("/hooks/mailjet/guess/events", "/hooks/mailjet/guess/inbound"))


def _refused(portal: Portal, paths: Iterable[str]) -> Iterator[str]:
    for path in paths:
        if (status := portal.ask("POST", path).status_code) != 403:
            yield f"a call to {path} that nobody signed answers {status}"


def encrypted(face: Live) -> Iterator[str]:
    """Whether the address is https, unless it is this very machine."""
    if urlsplit(face.url).scheme != "https" and face.host not in LOOPBACK:
        yield "the address is not https"


def hidden(face: Live) -> Iterator[str]:
    """What is for operators and shown to the world."""
    for path in HIDDEN:
        if (status := face.ask("GET", path).status_code) != 404:
            yield f"{path} answers {status}"
    health = face.ask("GET", "/healthz")
    if any(letter.isdigit() for letter in health.text) and health.status_code == 200:
        yield "/healthz tells a version or a count"


PROMISES = (
    Promise("S2", "Links that cannot be ours are refused before anything is looked up.", _malformed_links),
    Promise("S4", "Looking at a page begins nothing.", _harmless_looks),
    Promise("S6", "Unknown and malformed links look alike.", _neutral_links),
    Promise("S7", "Only the portal's own name is answered.", hosts),
    Promise("S9", "Without a link no code is sent or tried.", _codes),
    Promise("S62", "The portal has no socket.", _sockets),
    Promise("S65", "No script can run where messages are unlocked and read.", _no_script),
    Promise("S67", "Every answer carries the whole set of headers.", carried),
    Promise("S68", "Forms of other sites are refused.", forgery),
    Promise("S69", "Only the listed methods do anything.", methods),
    Promise("S71", "What is larger than its page needs is refused.", too_large),
    Promise("S72", "Errors tell nothing of the program.", errors),
    Promise("S73", "Pages of other sites are told nothing.", foreign_pages),
    Promise("S74", "Nothing but style sheets may be kept by caches.", caches),
    Promise("S75", "Pages are not compressed.", compression),
    Promise("S77", "Nothing is taken from other sites.", borrowed),
    Promise("S95", "Calls about texts need the network's signature.", _plivo),
    Promise("S96", "Calls about emails need both secrets.", _mailjet),
    Promise("S115", "The address is encrypted.", encrypted),
    Promise("S117", "What is for operators is not shown to the world.", hidden),
)
