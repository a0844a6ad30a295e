"""Pictures that a form carries in itself, in its texts or beside a question: shown from our own origin (F65, F66, S65).

A page of the portal loads nothing but what is its own, so a `data:` picture becomes an address of ours; behind it
stands the picture decoded and encoded again in a child process (S80). Pictures elsewhere are never fetched.
"""

import re
from base64 import b64decode
from collections.abc import Iterator, Mapping
from functools import lru_cache
from hashlib import sha256
from html import escape
from html.parser import HTMLParser
from typing import Any

from core.forms.extensions import Extensions
from core.forms.importing.source import Refused
from core.messages.filetypes import JPEG, PNG, kind_of
from core.messages.inspect import Checked, FileRefused, check_file

LARGEST = 200 << 10  # bytes of one picture (F65)
MOST = 50  # different ones in a form
OF_A_QUESTION, OF_A_CHOICE = MEDIA = ("itemMedia", "itemAnswerMedia")
AT = "/form/picture/"
OURS = re.compile(rf"{AT}[0-9a-f]{{64}}", re.ASCII)
TAG = re.compile(r"<img\b[^<>]*>", re.IGNORECASE)  # a `<` in an attribute is written `&lt;`: so no text takes long
DATA = re.compile(r"data:image/(?:png|jpe?g);base64,([A-Za-z0-9+/=\s]+)", re.IGNORECASE)
ENDINGS = {PNG: "png", JPEG: "jpg"}


def shown(html: str) -> tuple[str, list[bytes], int]:
    """The HTML with addresses of ours for the pictures in it, those pictures, and how many others are left out."""
    found: list[bytes] = []
    lost = 0

    def tag(written: re.Match[str]) -> str:
        nonlocal lost
        attributes = _Attributes(written[0]).found
        data = _data(attributes.get("src") or "")
        if data is None:
            lost += 1
            return ""
        found.append(data)
        return image(data, attributes.get("alt") or attributes.get("title") or "")

    return TAG.sub(tag, html), found, lost


def image(data: bytes, words: str) -> str:
    """A picture as HTML; `words` say what is to be seen."""
    return f'<img src="{AT}{sha256(data).hexdigest()}" alt="{escape(words)}">'


def beside(element: Mapping[str, Any], name: str = OF_A_QUESTION) -> tuple[bytes, str] | None:
    """The picture beside a question (`itemMedia`) or a choice (`itemAnswerMedia`) and its title, if the form has it."""
    found = Extensions(element).first(name).get("valueAttachment")
    if not isinstance(found, dict) or not isinstance(found.get("data"), str):
        return None
    data = _decoded(found["data"])
    return None if data is None else (data, str(found.get("title") or ""))


@lru_cache(maxsize=32)
def clean(data: bytes) -> Checked | None:
    """A picture encoded again; None where it is none."""
    kind = kind_of(data)
    try:
        return check_file(f"picture.{ENDINGS[kind]}", data, LARGEST, allowed=frozenset(ENDINGS)) if kind else None
    except FileRefused:
        return None


def of_form(source: Mapping[str, Any], digest: str) -> Checked | None:
    """The picture of a form behind an address of ours; None where it has no such one."""
    return next((clean(data) for data in _all(source) if sha256(data).hexdigest() == digest), None)


def check_number(source: Mapping[str, Any], *, kept: bool) -> None:
    """Raises Refused for more different pictures than are looked at: each costs a child process. `kept` ones were."""
    different: set[bytes] = set()
    for data in () if kept else _all(source):
        different.add(sha256(data).digest())
        if len(different) > MOST:
            raise Refused("too_many_pictures", limit=MOST)


def _all(source: Mapping[str, Any]) -> Iterator[bytes]:
    todo: list[Any] = [source]
    while todo:
        one = todo.pop()
        if isinstance(one, dict):
            yield from (found[0] for name in MEDIA if (found := beside(one, name)) is not None)
            todo += one.values()
        elif isinstance(one, list):
            todo += one
        elif isinstance(one, str) and "data:image/" in one:
            yield from (data for written in DATA.findall(one) if (data := _decoded(written)) is not None)


def _data(address: str) -> bytes | None:
    written = DATA.fullmatch(address.strip())
    return _decoded(written[1]) if written else None


def _decoded(written: str) -> bytes | None:
    """A PNG or JPEG of at most the size that may be shown."""
    if len(written) > 2 * LARGEST:
        return None
    try:
        data = b64decode(re.sub(r"\s", "", written), validate=True)
    except ValueError:
        return None
    return data if len(data) <= LARGEST and kind_of(data) in ENDINGS else None


class _Attributes(HTMLParser):
    def __init__(self, tag: str) -> None:
        super().__init__()
        self.found: dict[str, str | None] = {}
        self.feed(tag)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found = dict(attrs)
