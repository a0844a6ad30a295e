"""The language of a page: chosen with a plain link, else the patient's, else what the browser asks for (U71, U107).

English stands in the templates and is the key; `languages/de.json` holds the German. No page needs a script for it.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, g, has_request_context, request
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from core import calendar
from core.language import ENGLISH, NAMES
from core.web import cookies
from portal import said

FOLDER = Path(__file__).parent / "languages"
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
CHOSEN_LIVES = 365 * 86_400  # seconds
ABOVE: Mapping[str, str] = {"unlock": "/unlock", "message": "/message", "form": "/form/start"}
WORDS: Mapping[str, Mapping[str, str]] = {
    code: json.loads((FOLDER / f"{code}.json").read_text("utf-8")) for code in NAMES if code != ENGLISH
}


def translate(text: str) -> str:
    """A text of ours in the language of the page; its gaps (`%(name)s`) stay."""
    return _in(text, page_language())


def say(text: str, **facts: object) -> str:
    """A sentence with its gaps filled, in the language of the page."""
    return translate(text) % facts if facts else translate(text)


def say_many(one: str, many: str, count: int, **facts: object) -> str:
    """One of two sentences, by how many there are."""
    return say(one if count == 1 else many, count=count, **facts)


def page_language() -> str:
    """The language of the page that is made."""
    if not has_request_context():
        return ENGLISH
    found: str | None = g.get("language")  # asked for every text of a page
    if found is None:
        whose = current_app.extensions["whose language"]
        found = _asked() or _kept() or whose() or request.accept_languages.best_match(list(NAMES)) or ENGLISH
        g.language = found
    return found


def from_browser() -> None:
    """The language of this page without asking whose it is: as was chosen here, else as the browser says."""
    g.language = _asked() or _kept() or request.accept_languages.best_match(list(NAMES)) or ENGLISH


def day(at: datetime, zone: str) -> str:
    """`Monday 30 November`, `Montag, 30. November`."""
    return calendar.day(at, zone, page_language())


def speak(app: Flask, whose: Callable[[], str]) -> None:
    """Let an app's templates and answers know languages; `whose` tells what the patient of a request reads, or ""."""
    app.extensions["whose language"] = whose
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # what the extension adds
        _on_page, lambda one, many, count: translate(one if count == 1 else many), newstyle=True
    )
    app.jinja_env.globals["spoken"] = spoken
    app.jinja_env.globals[said.HERE] = said.Anywhere(lambda: HERE[page_language()])
    app.jinja_env.globals[said.AROUND] = said.Anywhere(lambda: AROUND[page_language()])
    app.context_processor(for_pages)
    app.after_request(_keep)


@pass_context
def _on_page(page: Context, text: str) -> str:
    """The same for a text of a template: its page says the language, for which the request is not asked each time."""
    language = page.get("language")
    return translate(text) if language is None else _in(text, language)


def _in(text: str, language: str) -> str:
    return text if language == ENGLISH else WORDS[language].get(text, text)


HERE = {code: said.Said(_in, code, gaps=False) for code in NAMES}
AROUND = {code: said.Said(_in, code, gaps=True) for code in NAMES}


def spoken(language: str) -> str:
    """Says of a text that it is not in the language of the page, so that it is read out and runs as it should (F82)."""
    if not language or language.partition("-")[0] == page_language():
        return ""
    runs = "rtl" if language.partition("-")[0] in RIGHT_TO_LEFT else "ltr"
    return Markup(' lang="{}" dir="{}"').format(language, runs)


def for_pages() -> dict[str, Any]:
    """What every page has: its language, where that runs to, and the way to another."""
    language, page = page_language(), _page()
    return {
        "language": language,
        said.HERE: HERE[language],
        said.AROUND: AROUND[language],
        "direction": "rtl" if language in RIGHT_TO_LEFT else "ltr",
        "other_languages": [_way_to(code, page) for code in NAMES if code != language],
    }


@cache
def _way_to(code: str, page: str) -> Markup:
    """A link to a page in another language; there are a handful of both."""
    link = Markup('<a href="{}?language={}" hreflang="{}" lang="{}">{}</a>')
    return link.format(page, code, code, code, NAMES[code])


def _asked() -> str:
    """What the link that was just pressed asks for."""
    asked = request.args.get("language", "")
    return asked if asked in NAMES else ""


def _kept() -> str:
    kept = cookies.only(request.headers.get("Cookie", ""), cookies.LANGUAGE)
    return kept if kept in NAMES else ""


def _page() -> str:
    """The page's own address, unsaid because it may hold a token; an answer to a form leads to the page above it."""
    return "" if request.method in ("GET", "HEAD") else ABOVE.get(request.path.split("/")[1], "/genuine")


def _keep(response: Response) -> Response:
    if _asked() and request.method == "GET":
        response.set_cookie(cookies.LANGUAGE, _asked(), max_age=CHOSEN_LIVES, **cookies.ATTRIBUTES)
    return response
