"""A text in pieces: plain, a link made by code (U31), a name that is called. Pages and scripts show the same pieces."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

LINK = r"https?://[^\s<>\"]+"
TRAILING = ".,;:!?)]}'»”"


def pieces(text: str, mentions: Sequence[str] = ()) -> list[dict[str, Any]] | None:
    """The pieces of a text in order; None when all of it is plain."""
    if not mentions and "://" not in text:
        return None
    found = list(_pieces(text, mentions))
    return found if any(len(piece) > 1 for piece in found) else None


def _pieces(text: str, mentions: Iterable[str]) -> Iterator[dict[str, Any]]:
    names = [rf"@{re.escape(name)}(?!\w)" for name in sorted(mentions, key=len, reverse=True)]
    done = 0
    for match in re.finditer("|".join([LINK, *names]), text):
        said = match[0].rstrip(TRAILING) if match[0].startswith("http") else match[0]
        if match.start() > done:
            yield {"text": text[done : match.start()]}
        yield {"text": said, "link": said} if said.startswith("http") else {"text": said, "mention": True}
        done = match.start() + len(said)
    if done < len(text):
        yield {"text": text[done:]}
