"""What anybody can see from outside of the security promises about the staff's app: tried without signing in.

Nothing is typed into the form of signing in, so nobody's tries are counted.
"""

import re
from collections.abc import Iterator, Mapping

from core.cli import promises
from core.cli.promises import FOREIGN, SOCKET, Live, Promise
from core.config import LOOPBACK
from core.web import cookies, headers

NOBODYS = "01900000-0000-7000-8000-000000000000"
CLOSED = (
    "/", "/notifications", "/patients", "/forms", "/templates", "/outreach", "/credits", "/admin/", "/work",
    "/search?q=a", *(f"/{of}/{NOBODYS}" for of in ("c", "messages", "files", "patients")),
)  # fmt: skip
BUTTONS = ("/logout", "/uploads", "/patients/import", f"/messages/{NOBODYS}/take-back", f"/messages/{NOBODYS}/link")
SAMPLES = ("/sandbox/messages.json", "/sandbox/", "/debug", "/test", "/console")
BEFORE = {"secure", "httponly", "path=/"}
NONCE = re.compile(r"'nonce-([A-Za-z0-9+/_-]{22,}={0,2})'")  # of 128 bits at least
TO = "?to=" + FOREIGN + "/trap"
MUST = {
    **dict.fromkeys(("default-src", "object-src", "base-uri", "frame-ancestors", "trusted-types"), "'none'"),
    "require-trusted-types-for": "'script'",
    "form-action": "'self'",
}


class Staff(Live):
    """The staff's face."""

    pages = ("/login", "/login/forgotten")
    form = "/login"
    odd = ("/nothing-here", "/patients/%ff", "/c/x", f"/messages/{NOBODYS}/x", "/static/none/x.js", "/login?to=%00")

    def wanted(self, path: str) -> Mapping[str, str]:
        """The policy of scripts differs with each answer; it is a promise of its own."""
        return headers.ALWAYS


def _remembered(staff: Staff) -> Iterator[str]:
    said = staff.ask("GET", staff.first).headers.get("Set-Cookie", "")
    for one in filter(None, re.split(r", (?=[^ =;]+=)", said)):
        value, *flags = (part.strip().casefold() for part in one.split(";"))
        name = value.partition("=")[0]
        if name == cookies.STAFF.casefold():
            yield "a stranger is given a session"
        if not name.startswith("__host-") or not set(flags) >= BEFORE:
            yield f"what the browser remembers lacks {', '.join(sorted(BEFORE - set(flags))) or 'the host alone'}"
        if not any(flag in ("samesite=lax", "samesite=strict") for flag in flags):
            yield "what the browser remembers goes along from other sites"


def _samples(staff: Staff) -> Iterator[str]:
    """On the very machine a demonstration may run, and has its pretend network."""
    for path in SAMPLES if staff.host not in LOOPBACK else SAMPLES[2:]:
        if (status := staff.ask("GET", path).status_code) != 404:
            yield f"{path} answers {status}"


def _closed(staff: Staff) -> Iterator[str]:
    for path in CLOSED:
        answer = staff.ask("GET", path)
        away = answer.status_code in (302, 303) and answer.headers.get("Location", "").startswith("/login")
        if not away and answer.status_code not in (401, 403, 404):
            yield f"{path} answers {answer.status_code} to a stranger"
    for path in BUTTONS:
        if (status := staff.ask("POST", path).status_code) not in (303, 401, 403, 404, 405):
            yield f"POST {path} answers {status} to a stranger"


def _sockets(staff: Staff) -> Iterator[str]:
    for said, whose in (({}, "no origin"), ({"Origin": FOREIGN}, "a foreign origin"), ({"Origin": "null"}, "null")):
        if (status := staff.ask("GET", "/ws", {**SOCKET, **said}).status_code) != 403:
            yield f"a socket from {whose} answers {status}"
    if (status := staff.ask("GET", "/ws", {**SOCKET, "Origin": staff.url}).status_code) != 403:
        yield f"a socket without a session answers {status}"


def _policy(staff: Staff) -> Iterator[str]:
    seen = set()
    for path in (*staff.pages, "/nothing-here"):
        said = staff.ask("GET", path).headers.get("Content-Security-Policy", "")
        policy = dict(part.strip().partition(" ")[::2] for part in said.split(";"))
        if wrong := [name for name, value in MUST.items() if policy.get(name) != value]:
            yield f"the policy of {path} leaves open: {', '.join(wrong)}"
        if "unsafe" in said or "*" in said:
            yield f"the policy of {path} allows what is unsafe, or all hosts"
        nonce = NONCE.search(policy.get("script-src", ""))
        if nonce is None or nonce[1] in seen:
            yield f"{path} has no fresh nonce for its scripts"
        seen.add(nonce[1] if nonce else "")


def _led_away(staff: Staff) -> Iterator[str]:
    answer = staff.ask("GET", staff.first + TO)
    if FOREIGN in answer.text or FOREIGN in answer.headers.get("Location", ""):
        yield "whoever signs in can be led to another site"


PROMISES = (
    Promise("S7", "Only the app's own name is answered.", promises.hosts),
    Promise("S45", "What a browser is told to remember is this host's alone, and no script reads it.", _remembered),
    Promise("S51", "No sample, test or debug page is there.", _samples),
    Promise("S52", "Without a session nothing is shown and no button works.", _closed),
    Promise("S53", "No socket opens without our own origin and a session.", _sockets),
    Promise("S66", "Only our own scripts can run, and no text becomes one.", _policy),
    Promise("S67", "Every answer carries the whole set of headers.", promises.carried),
    Promise("S68", "Forms of other sites are refused.", promises.forgery),
    Promise("S69", "Only the listed methods do anything.", promises.methods),
    Promise("S71", "What is larger than its page needs is refused.", promises.too_large),
    Promise("S72", "Errors tell nothing of the program.", promises.errors),
    Promise("S73", "Pages of other sites are told nothing.", promises.foreign_pages),
    Promise("S74", "No page may be kept by caches.", promises.caches),
    Promise("S75", "Pages are not compressed.", promises.compression),
    Promise("S76", "Signing in leads to a page of the app alone.", _led_away),
    Promise("S77", "Nothing is taken from other sites.", promises.borrowed),
    Promise("S115", "The address is encrypted.", promises.encrypted),
    Promise("S117", "What is for operators is not shown to the world.", promises.hidden),
)
