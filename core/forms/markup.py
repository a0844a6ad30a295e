"""The marked-up words of a form's texts, made harmless: `rendering-xhtml` and `rendering-markdown` (F65).

Both pass one sieve (nh3): plain structure stays, links only over https; no style, class, id, script, form or picture.
Pictures are left out since no page of the portal may load any that are not its own (S65). Inside a question's label
only what may stand in a line; a text on its own may have lists and tables. What is empty then is nothing.
"""

import re
from functools import lru_cache
from typing import Any

import nh3
from markdown_it import MarkdownIt

from core.forms.extensions import Extensions

IN_LINE = frozenset("br b strong i em u sub sup span".split())
BLOCKS = IN_LINE | frozenset("p ul ol li table thead tbody tr td th a".split())
UNSEEN = frozenset({"script", "style", "title", "button", "select", "textarea", "svg", "iframe", "object", "form"})
HEADING = re.compile(r"<(/?)h[1-6][^>]*>")
LONGEST = 50_000  # characters of one text


def markup(element: Any, *, alone: bool) -> str:
    """The harmless HTML of what stands beside a text (`_text`); empty where there is none, or nothing of it is left.

    `alone`: it is a paragraph of its own and not the label of a field.
    """
    said = Extensions(element)
    if written := said.text("rendering-xhtml"):
        return _cleaned(written[:LONGEST], alone)
    if written := said.text("rendering-markdown"):
        return _cleaned(_of_markdown(written[:LONGEST]), alone)
    return ""


def has_picture(element: Any) -> bool:
    """Whether a picture stands among the words, which is left out."""
    said = Extensions(element)
    return any(sign in said.text(name) for name, sign in (("rendering-xhtml", "<img"), ("rendering-markdown", "![")))


@lru_cache(maxsize=4096)
def _cleaned(html: str, alone: bool) -> str:
    found: str = nh3.clean(
        HEADING.sub(lambda tag: "</strong></p>" if tag[1] else "<p><strong>", html),
        tags=set(BLOCKS if alone else IN_LINE),
        clean_content_tags=set(UNSEEN),
        attributes={"a": {"href"}},
        url_schemes={"https"},
        link_rel="noreferrer noopener",
        set_tag_attribute_values={"a": {"target": "_blank"}} if alone else {},
    ).strip()
    return found if nh3.clean(found, tags=set()).strip() else ""


def _of_markdown(text: str) -> str:
    return str(MarkdownIt("commonmark", {"html": False}).render(text))
