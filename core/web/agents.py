"""What a browser is, where that matters: every engine but WebKit says by a header when a person pressed."""

from typing import Protocol


class Headers(Protocol):
    """What a request says, by name."""

    def get(self, key: str, default: str, /) -> str:
        """The value of a header."""


def is_webkit(agent: str) -> bool:
    """Safari, and every browser on iOS. Chromium calls itself AppleWebKit, too."""
    return "AppleWebKit/" in agent and "Chrome/" not in agent


def by_a_person(headers: Headers) -> bool | None:
    """Whether a page was asked for by a person's press, as the browser says; None where it says nothing of the kind:
    before 2023, and in WebKit still, which tells how it fetches and never who pressed."""
    how = headers.get("Sec-Fetch-Mode", "")
    if how and headers.get("Sec-Fetch-User", "") == "?1":
        return True
    untold = how == "navigate" and is_webkit(headers.get("User-Agent", ""))
    return None if untold or not how else False
