"""What browsers tell of a page that tried what its policy forbids (S65): the first sign of words that became markup.

Anybody can post anything here, and a browser names the page's whole address, a link's token with it. So words of our
own lists are all that a report becomes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import msgspec

PATH = "/policy-reports"
GROUP = "csp"  # what the policy calls it
MOST = 20  # reports of one body that are read; a browser gathers a minute's
DIRECTIVES = frozenset(
    "script-src script-src-elem script-src-attr style-src style-src-elem style-src-attr img-src font-src connect-src "
    "media-src object-src frame-src child-src worker-src manifest-src form-action base-uri frame-ancestors default-src "
    "require-trusted-types-for trusted-types".split()
)
TRIED = frozenset(
    "inline eval wasm-eval trusted-types-policy trusted-types-sink data blob http https ws wss "
    "chrome-extension moz-extension safari-web-extension".split()
)
OTHER = "other"


@dataclass(frozen=True, slots=True)
class Stopped:
    """A page's path, not yet fit for a log; the directive that stopped it; what was tried, a keyword or a scheme."""

    path: str
    directive: str
    tried: str


class _Body(msgspec.Struct):
    documentURL: str | None = None  # noqa: N815 - names of the Reporting API
    effectiveDirective: str | None = None  # noqa: N815
    blockedURL: str | None = None  # noqa: N815


class _Report(msgspec.Struct):
    type: str
    body: _Body | None = None


_REPORTS = msgspec.json.Decoder(list[_Report])


def read(sent: bytes) -> Iterator[Stopped]:
    """The reports of a body in the form of the Reporting API (W3C, `application/reports+json`).

    Raises ValueError for what is none.
    """
    try:
        reports = _REPORTS.decode(sent)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ValueError("no reports") from error
    return (_stopped(told.body) for told in reports[:MOST] if told.type == "csp-violation" and told.body)


def _stopped(body: _Body) -> Stopped:
    blocked = body.blockedURL or ""
    return Stopped(
        _path(body.documentURL or ""),
        _known(body.effectiveDirective or "", DIRECTIVES),
        _known(blocked.partition(":")[0], TRIED),
    )


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def _known(word: str, words: frozenset[str]) -> str:
    return word if word in words else OTHER
