"""A list narrowed by what is typed: each typed word begins a word of what is looked at (U35, U88)."""

from flask import request

from core.patients.directory import begins, words


def typed() -> str:
    """What stands in the search box, as the address carries it."""
    return request.args.get("q", "").strip()[:200]


def fits(query: str, *texts: str) -> bool:
    """Whether every typed word begins a word of these texts, whatever its case and accents."""
    return begins(words(query), words(" ".join(texts)))
