"""The headers of every answer, both apps', in one place (S65-S67, S74). Pure: a page's needs in, headers out."""

from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote

from core.web import policy_reports

ALWAYS: Mapping[str, str] = {
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Origin-Agent-Cluster": "?1",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), interest-cohort=()",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_BASE = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
)
STATIC_CACHE = "public, max-age=31536000, immutable"


_TELLS = {"Reporting-Endpoints": f'{policy_reports.GROUP}="{policy_reports.PATH}"'}
_PORTAL = f"{_BASE}; report-to {policy_reports.GROUP}"
# A portal page: no script at all, so that stored words can never run (S65).
PORTAL: Mapping[str, str] = {**ALWAYS, **_TELLS, "Content-Security-Policy": f"{_PORTAL}; script-src 'none'"}
# The one answer to an e-mailed link: nobody is told where the reader came from (S5).
LINK_HOP: Mapping[str, str] = {**PORTAL, "Referrer-Policy": "no-referrer"}


def missing(there: Iterable[str], wanted: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Those of the wanted headers that an answer has not got. Asking for each by its name is most of what an answer
    costs: each time all that are there are looked through."""
    known = {name.lower() for name in there}
    return ((name, value) for name, value in wanted.items() if name.lower() not in known)


def form(nonce: str) -> dict[str, str]:
    """A page of a form: the portal's one script by nonce, which may ask ourselves; no string ever becomes one (S65)."""
    policy = (
        f"{_PORTAL}; script-src 'nonce-{nonce}'; connect-src 'self'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )
    return {**ALWAYS, **_TELLS, "Content-Security-Policy": policy}


def staff(nonce: str, socket: str) -> dict[str, str]:
    """A staff page: our own modules by nonce, our own socket, no string ever becomes script (S66)."""
    policy = (
        f"{_BASE}; script-src 'nonce-{nonce}' 'self'; connect-src 'self' {socket}; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )
    return {**ALWAYS, "Content-Security-Policy": policy}


def file(name: str) -> dict[str, str]:
    """A file handed out: saved, never shown; its type from our own table (S84)."""
    return {
        **ALWAYS,
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
    }
