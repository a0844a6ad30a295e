"""The marked-up words of a form's texts, made harmless: `rendering-xhtml` and `rendering-markdown` (F65).

Both pass one sieve (nh3): plain structure stays, links only over https; no style, class, id, script or form. Of
pictures only those that the form carries in itself are shown, from our own origin (`pictures`). Inside a question's
label only what may stand in a line; a text on its own may have lists and tables. What is empty then is nothing.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import nh3
from markdown_it import MarkdownIt

from core.forms.asking import pictures
from core.forms.extensions import Extensions
from core.forms.importing.source import Refused

IN_LINE = frozenset("br b strong i em u sub sup span img".split())
BLOCKS = IN_LINE | frozenset("p ul ol li table thead tbody tr td th a".split())
UNSEEN = frozenset({"script", "style", "title", "button", "select", "textarea", "svg", "iframe", "object", "form"})
HEADING = re.compile(r"<(/?)h[1-6][^<>]*>")
UNSHOWN = re.compile(r"<img(?![^<>]*\bsrc=)[^<>]*>")
LONGEST = 50_000  # characters of one text
MOST = 200_000  # of all texts of a form: reading odd ones takes a second for each 40,000


@dataclass(frozen=True, slots=True)
class Marked:
    """The harmless HTML of a text (empty where nothing of it is left), the pictures in it, how many are left out.

    `letters` is how long it was, its pictures apart.
    """

    html: str = ""
    pictures: tuple[bytes, ...] = ()
    lost: int = 0
    letters: int = 0


def marked(element: Any, *, alone: bool) -> Marked:
    """What stands beside a text (`_text`). `alone`: it is a paragraph of its own and not the label of a field."""
    said = Extensions(element)
    written = _short(said.text("rendering-xhtml")) or _of_markdown(_short(said.text("rendering-markdown")))
    html, found, lost = pictures.shown(written) if "<img" in written.casefold() else (written, [], 0)
    return Marked(_cleaned(html[:LONGEST], alone), tuple(found), lost, len(html)) if html else Marked(lost=lost)


def check_length(letters: int, *, kept: bool) -> None:
    """Raises Refused for marked-up texts that are too long together; those of a `kept` form were read before."""
    if letters > MOST and not kept:
        raise Refused("too_much_markup", limit=f"{MOST:,}")


def _short(text: str) -> str:
    """The text; none where it is too long apart from its pictures: then its plain words stand alone."""
    return text if len(text) <= LONGEST or len(pictures.DATA.sub("", text)) <= LONGEST else ""


@lru_cache(maxsize=4096)
def _cleaned(html: str, alone: bool) -> str:
    found: str = nh3.clean(
        HEADING.sub(lambda tag: "</strong></p>" if tag[1] else "<p><strong>", html),
        tags=set(BLOCKS if alone else IN_LINE),
        clean_content_tags=set(UNSEEN),
        attributes={"a": {"href"}, "img": {"src", "alt"}},
        attribute_filter=_only_ours,
        url_schemes={"https"},
        link_rel="noreferrer noopener",
        set_tag_attribute_values={"a": {"target": "_blank"}} if alone else {},
    ).strip()
    found = UNSHOWN.sub("", found).strip()
    return found if nh3.clean(found, tags={"img"}).strip() else ""


def _only_ours(tag: str, attribute: str, value: str) -> str | None:
    return None if (tag, attribute) == ("img", "src") and not pictures.OURS.fullmatch(value) else value


def _of_markdown(text: str) -> str:
    return str(MarkdownIt("commonmark", {"html": False}).render(text)) if text else ""
