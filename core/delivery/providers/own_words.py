"""A provider's own words, made fit to be kept and read: they are strangers' text, and may name people (U65, S111)."""

import re

MOST = 300  # letters that are kept
READ = 2_000  # letters that are looked at: nobody makes us search a megabyte
_STAND = r"[^\s<>()\[\]{},;:\"'|]"
_QUOTED = re.compile(r"<[^<>]*>")  # servers quote whom a letter was for like that, with or without the host
_ADDRESS = re.compile(rf"(?:\"[^\"]*\"|{_STAND}+)(?:@|%40|=40|&#64;){_STAND}*", re.IGNORECASE)
_LINK = re.compile(r"\b(?:[a-z][a-z0-9+.-]{1,9}://|www\.)\S+", re.IGNORECASE)
_SECRET = re.compile(r"(?=[\w+/=-]*[\dA-Z_])[\w+/=-]{20,}", re.ASCII)
_NUMBER = re.compile(
    r"(?P<code>(?<![\w.])(?:[245]\d\d[ -])?[245]\.\d{1,3}\.\d{1,3}(?![\w.]))"  # how mail servers number their answers
    r"|(?<![\w.])\+?\d(?:[ ().\-/]{0,2}\d){5,}"
)


def own_words(*parts: object) -> str:
    """What it said, in order, without what says who somebody is or lets anybody in: addresses, numbers, links, secrets.

    What nobody can see (controls, marks that turn the direction) is a space; longer than 300 letters it is cut.
    """
    said = [_masked(str(part)[:READ]) for part in parts if part not in (None, "", False)]
    words = " · ".join(one for one in said if one)
    return words if len(words) <= MOST else f"{words[: MOST - 1].rstrip()}…"


def _masked(text: str) -> str:
    plain = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    for pattern, instead in (
        (_QUOTED, "(…)"),
        (_LINK, "(a link)"),
        (_ADDRESS, "(an address)"),
        (_SECRET, "(…)"),
    ):
        plain = pattern.sub(instead, plain)
    return _NUMBER.sub(lambda found: found["code"] or "(a number)", plain)
