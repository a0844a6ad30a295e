"""What is promised about a genuine link, tried with one that nobody has opened yet: it stays as it was (S4, S5, S8)."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from core.cli.promises import Portal, Promise, lacking
from core.web import cookies, headers

OFTEN = 3  # as filters do
KEPT = {"secure", "httponly", "samesite=lax", "path=/"}  # of what a browser remembers of the link
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
PREFETCH = ({"Sec-Purpose": "prefetch"}, {"Purpose": "prefetch"}, {"X-Moz": "prefetch"})


def promises(link: str) -> tuple[Promise, ...]:
    """The promises about this very link."""
    path = urlsplit(link).path
    return (
        Promise("S1", "A link is longer than anybody can guess.", lambda _portal: _guessed(path)),
        Promise("S4", "Following a link uses nothing up.", lambda portal: _followed(portal, path)),
        Promise("S5", "A link leaves the address at the first step.", lambda portal: _left_behind(portal, path)),
        Promise("S8", "A browser that looks ahead is given no cookie.", lambda portal: _looked_ahead(portal, path)),
    )


def _guessed(path: str) -> Iterator[str]:
    if not TOKEN.fullmatch(path.rsplit("/", 1)[1]):
        yield "the link is not made of 43 letters, digits, dashes and underscores"


def _followed(portal: Portal, path: str) -> Iterator[str]:
    for method in ("HEAD", "GET") * OFTEN:
        answer = portal.send(method, path)
        if answer.status_code != 303:
            yield f"{method} of the link answers {answer.status_code}"


def _left_behind(portal: Portal, path: str) -> Iterator[str]:
    answer = portal.ask("GET", path)
    if urlsplit(answer.headers.get("Location", "")).path != "/unlock":
        yield "the link does not lead to /unlock"
    if path.rsplit("/", 1)[1] in answer.text + answer.headers.get("Location", ""):
        yield "the link stands in its own answer"
    yield from lacking(answer, headers.LINK_HOP, "the link")
    yield from _remembered(answer.headers.get("Set-Cookie", ""))
    if answer.headers.get("Cache-Control") != "no-store":
        yield "the answer may be kept by a cache"


def _remembered(said: str) -> Iterator[str]:
    """What is wrong with the one thing that a browser is told to remember."""
    value, *flags = (part.strip() for part in said.split(";"))
    named = {flag.casefold() for flag in flags}
    if not value.startswith(f"{cookies.BEFORE}="):
        yield f"the browser is to remember {value.partition('=')[0] or 'nothing'}"
    elif missing := sorted(KEPT - named):
        yield f"what the browser remembers lacks {', '.join(missing)}"
    if any(flag.startswith("domain=") for flag in named):
        yield "what the browser remembers is told to other hosts"


def _looked_ahead(portal: Portal, path: str) -> Iterator[str]:
    for said in PREFETCH:
        if "Set-Cookie" in portal.ask("GET", path, said).headers:
            yield f"{next(iter(said))} is given a cookie"
