"""What is promised about a genuine link, tried with one that nobody has opened yet: it stays as it was (S4, S5, S8)."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from core.cli.promises import Portal, Promise

OFTEN = 3  # as filters do
PREFETCH = ({"Sec-Purpose": "prefetch"}, {"Purpose": "prefetch"}, {"X-Moz": "prefetch"})


def promises(link: str) -> tuple[Promise, ...]:
    """The promises about this very link."""
    path = urlsplit(link).path
    return (
        Promise("S4", "Following a link uses nothing up.", lambda portal: _followed(portal, path)),
        Promise("S5", "A link leaves the address at the first step.", lambda portal: _left_behind(portal, path)),
        Promise("S8", "A browser that looks ahead is given no cookie.", lambda portal: _looked_ahead(portal, path)),
    )


def _followed(portal: Portal, path: str) -> Iterator[str]:
    for method in ("HEAD", "GET") * OFTEN:
        answer = portal.ask(method, path)
        if answer.status_code != 303:
            yield f"{method} of the link answers {answer.status_code}"


def _left_behind(portal: Portal, path: str) -> Iterator[str]:
    answer = portal.ask("GET", path)
    if urlsplit(answer.headers.get("Location", "")).path != "/unlock":
        yield "the link does not lead to /unlock"
    if path.rsplit("/", 1)[1] in answer.text + answer.headers.get("Location", ""):
        yield "the link stands in its own answer"
    if answer.headers.get("Referrer-Policy") != "no-referrer":
        yield "the next page is told where one comes from"
    if answer.headers.get("Cache-Control") != "no-store":
        yield "the answer may be kept by a cache"


def _looked_ahead(portal: Portal, path: str) -> Iterator[str]:
    for said in PREFETCH:
        if "Set-Cookie" in portal.ask("GET", path, said).headers:
            yield f"{next(iter(said))} is given a cookie"
