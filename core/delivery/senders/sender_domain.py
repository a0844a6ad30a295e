"""Whether receivers can tell our letters from those of whoever writes in our name (P64).

SPF (RFC 7208), DKIM (RFC 6376) and DMARC (RFC 7489) of the sender's domain, as they stand in the DNS. `LookUp` gives
the texts that are kept under a name, none for a name without, and raises Silent where nobody answers.
"""

import re
from collections.abc import Callable, Iterator

from core.delivery.providers.findings import Finding, Level

LookUp = Callable[[str], tuple[str, ...]]
ABOUT = "domain"
INCLUDE = "spf.mailjet.com"  # what Mailjet asks to be named by
SELECTOR = "mailjet._domainkey"  # where Mailjet asks for the key it signs with
MOST_ASKED = 10  # further names one SPF record may ask for (RFC 7208, 4.6.4)
ASKS = re.compile(r"[+?~-]?(include|a|mx|ptr|exists|redirect)(?:[:=/](\S+))?", re.IGNORECASE)
ANYBODY = re.compile(r"\+?all", re.IGNORECASE)


class Silent(Exception):
    """The DNS did not answer."""


def examine(address: str, look_up: LookUp) -> Iterator[Finding]:
    """A finding for each of the three, about the domain that `address` ends in."""
    domain = address.rpartition("@")[2].casefold().encode("idna").decode()
    for question in (_spf, _dkim, _dmarc):
        try:
            code, level, name = question(domain, look_up)
        except Silent:
            code, level, name = "silent", Level.NOTE, domain
        yield Finding(ABOUT, code, level, {"domain": domain, "name": name, "include": INCLUDE})


def _spf(domain: str, look_up: LookUp) -> tuple[str, Level, str]:
    records = _beginning("v=spf1", look_up(domain))
    if len(records) != 1:
        return ("spf_many" if records else "spf_none"), Level.FAILED, domain
    if any(ANYBODY.fullmatch(term) for term in records[0].split()):
        return "spf_anybody", Level.FAILED, domain
    named, asked = _walk(domain, look_up)
    if asked > MOST_ASKED:
        return "spf_deep", Level.FAILED, domain
    return ("spf", Level.OK, domain) if named else ("spf_without", Level.FAILED, domain)


def _walk(domain: str, look_up: LookUp) -> tuple[bool, int]:
    """Whether the record of a domain names Mailjet, itself or through others, and how many names it asks for."""
    named, asked, waiting, seen = False, 0, [domain], {domain}
    while waiting and asked <= MOST_ASKED:
        for record in _beginning("v=spf1", look_up(waiting.pop())):
            for kind, of in (found.groups() for term in record.split() if (found := ASKS.fullmatch(term))):
                asked += 1
                name = (of or "").casefold().rstrip(".")
                named = named or name == INCLUDE
                if kind.casefold() in ("include", "redirect") and name and name not in seen:
                    seen.add(name)
                    waiting.append(name)
    return named, asked


def _dkim(domain: str, look_up: LookUp) -> tuple[str, Level, str]:
    name = f"{SELECTOR}.{domain}"
    held = any(_tags(record).get("p") for record in look_up(name))
    return ("dkim", Level.OK if held else Level.FAILED, name)


def _dmarc(domain: str, look_up: LookUp) -> tuple[str, Level, str]:
    for above in _upwards(domain):
        name = f"_dmarc.{above}"
        records = _beginning("v=DMARC1", look_up(name))
        if len(records) > 1:
            return "dmarc_many", Level.FAILED, name
        if records:
            tags = _tags(records[0])
            policy = tags.get("p", "") if above == domain else tags.get("sp", tags.get("p", ""))
            watches = policy.casefold() not in ("quarantine", "reject")
            return ("dmarc_watches", Level.NOTE, name) if watches else ("dmarc", Level.OK, name)
    return "dmarc_none", Level.FAILED, f"_dmarc.{domain}"


def _upwards(domain: str) -> Iterator[str]:
    """The domain and those above it that have two labels or more."""
    labels = domain.split(".")
    for first in range(max(1, len(labels) - 1)):
        yield ".".join(labels[first:])


def _beginning(version: str, records: tuple[str, ...]) -> list[str]:
    return [one for one in records if re.match(rf"{version}(?:[ ;]|$)", one, re.IGNORECASE)]


def _tags(record: str) -> dict[str, str]:
    """`v=DMARC1; p=none` as names and values."""
    pairs = (part.partition("=") for part in record.split(";"))
    return {name.strip().casefold(): value.strip() for name, _, value in pairs}
