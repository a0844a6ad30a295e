"""A patient without script who fills a whole form: reads each page's fields, fills what was made up for them, goes on."""

import gzip
import io
import re
from dataclasses import replace
from html.parser import HTMLParser

from core.forms import kinds
from tests.documents import picture

LIGHT = 10 * 1024  # bytes of a page, and of its style sheet, as they travel (F86)


class Controls(HTMLParser):
    """The controls of a page: by name what they offer and of what kind they are; `hidden` what they carry."""

    def __init__(self, page):
        super().__init__()
        self.offered, self.hidden, self.buttons, self.kinds = {}, {}, set(), {}
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        one = dict(attrs)
        name = one.get("name", "")
        self.kinds[name] = one.get("type", tag)
        if tag == "select":
            self._select = name
            self.offered.setdefault(name, [])
        elif tag == "option" and self._select:
            self.offered[self._select].append(one.get("value"))
        elif tag == "button" and name:
            self.buttons.add(name)
        elif tag == "input" and one.get("type") == "hidden":
            self.hidden[name] = one.get("value", "")
        elif tag == "input" and one.get("type") in ("radio", "checkbox"):
            self.offered.setdefault(name, []).append(one.get("value"))
        elif tag in ("input", "textarea") and name:
            self.offered.setdefault(name, None)

    def handle_endtag(self, tag):
        self._select = "" if tag == "select" else self._select

    @property
    def questions(self):
        """The names of the questions that the page asks."""
        heads = (name.split("-")[0] for name in (*self.offered, *self.hidden))
        return list(dict.fromkeys(name for name in heads if re.fullmatch(r"q\d+(_\w+)*", name)))


class Walker:
    """One patient and one form; `state` is what the engine makes of the answers to be given."""

    def __init__(self, visitor, state):
        self.visitor = visitor
        self.made = {one.name.split("_")[0]: one for one in state.asked if one.entries}

    def walk(self, most):
        """From the start page to page, so many at most; where it led."""
        here = re.search(r'href="(/form/[^"]+)"[^>]*>(?:Start|Go on)', self.visitor.get("/form/start").text)[1]
        while here != "/form/check" and most:
            here = self.fill(here)
            most -= 1
        return here

    def fill(self, address):
        """Fill one page; where it leads."""
        page = self.visitor.get(address)
        assert page.status_code == 200, (address, page.status_code)
        assert len(gzip.compress(page.data)) <= LIGHT, (address, len(gzip.compress(page.data)))
        controls = Controls(page.text)
        if "file" in controls.offered and "Remove" not in page.text:
            return self._upload(address, controls)
        posted = {key: value for key, value in controls.hidden.items() if not key.startswith("q")}
        for name in controls.questions:
            posted |= self.typed(name, controls)
        path = address.partition("?")[0]
        answer = self.visitor.post(path, posted, token=False)
        if "wrong=1" in answer.headers.get("Location", "") and "add" in controls.buttons:  # too few so far
            answer = self.visitor.post(path, {**posted, "add": "1"}, token=False)
        assert answer.status_code == 303 and "wrong=1" not in answer.headers["Location"], (address, posted)
        return answer.headers["Location"]

    def typed(self, name, controls):
        """What the fields of a question get; each must be a control that the page has, and offer that."""
        made = self.made.get(name.split("_")[0])
        if made is None:
            return {}
        fields = kinds.typed_again(replace(made, name=name), made.values)
        fields = {key: held for key, held in fields.items() if held}
        for key, held in fields.items():
            assert key in controls.offered or key in controls.hidden, (key, list(controls.offered))
            assert controls.offered.get(key) is None or set(held) <= set(controls.offered[key]), (key, held)
        return fields

    def _upload(self, address, controls):
        data = {key: controls.hidden[key] for key in ("csrf_token", "offer")}
        answer = self.visitor.post(
            f"{address.partition('?')[0]}/file", {**data, "file": (io.BytesIO(picture()), "scan.png")}, token=False
        )
        assert answer.status_code == 303, answer.text
        return address
