"""The portal as a Flask app: pages found by folder, headers on every answer, errors worded in one place."""

import importlib
import pkgutil
import re
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import structlog
from flask import Flask, Response, abort, g, make_response, render_template, request
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException

from core.config import Settings
from core.errors import LatchkeyError
from core.practice import doors
from core.store import Store
from core.web import access, headers, older, sizes
from core.web.assets import Asset, script, sheet
from core.web.cookies import BEFORE_LIVES, KNOWN_LIVES, Signed
from core.web.throttle import Throttle
from portal import hooks, language, pages, said, visit
from portal.wording import page_for

log = structlog.get_logger(__name__)
FOLDER = Path(__file__).parent
LOGO = re.compile(r"logo-([0-9a-f]{32})\.png", re.ASCII)
ACCENT = re.compile(r"practice-([0-9a-f]{6})\.css", re.ASCII)
BACK = {"unlock": "/unlock", "message": "/message", "form": "/form/start"}  # where one goes on, by place
OFFER_LIVES = 86_400  # seconds; a session ends long before


class _Flask(Flask):
    jinja_environment = said.Compiled


def create_app(settings: Settings, store: Store) -> Flask:
    """The portal, ready for any WSGI server."""
    app = _Flask("portal", static_folder=None, template_folder=str(FOLDER / "templates"))
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    language.speak(app, visit.language)
    app.config["MAX_CONTENT_LENGTH"] = 26 << 20
    app.config["MAX_FORM_PARTS"] = 200
    app.config["MAX_FORM_MEMORY_SIZE"] = 200 << 10
    app.config["TRUSTED_HOSTS"] = [urlsplit(settings.portal_url).hostname]
    files = (sheet(FOLDER / "static" / "css", "portal", older.whole), script(FOLDER / "static" / "js", "form"))
    keys = [key.get_secret_value() for key in settings.secret_key]
    app.extensions["latchkey"] = visit.House(
        settings=settings,
        store=store,
        before=Signed(keys, "before the code", BEFORE_LIVES),
        known=Signed(keys, "a known browser", KNOWN_LIVES),
        offers=Signed(keys, "what a form's page offered", OFFER_LIVES),
        throttle=Throttle(settings.redis_url),
    )
    app.url_map.merge_slashes = False
    app.ensure_sync = _as_it_is  # type: ignore[method-assign, assignment]
    for found in pkgutil.iter_modules(pages.__path__):
        app.register_blueprint(importlib.import_module(f"portal.pages.{found.name}").pages)
    for found in pkgutil.iter_modules(hooks.__path__):
        app.register_blueprint(importlib.import_module(f"portal.hooks.{found.name}").hooks)
    app.add_url_rule("/static/<name>", "static", lambda name: _static(files, name))
    app.add_url_rule("/favicon.ico", "icon", _no_icon)
    urls = {key: f"/static/{file.name}" for key, file in zip(("css_url", "js_url"), files, strict=True)}
    app.context_processor(lambda: {**urls, **visit.for_pages()})
    asked = access.AccessLog("portal", store.seals(UUID(int=0)))
    app.before_request(_bound)
    app.after_request(_with_headers)
    app.after_request(lambda response: _noted(asked, response))
    app.register_error_handler(LatchkeyError, _say)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _trouble)
    return app


def _as_it_is(action: Callable[..., Any]) -> Callable[..., Any]:
    """Nothing here is a coroutine; Flask would ask that of each function at each request."""
    return action


def _bound() -> None:
    g.began = time.monotonic()
    request.max_content_length = sizes.portal(request.path)
    if status := sizes.refused(request.environ):
        abort(404 if request.path.startswith("/l/") else status)  # whatever is no link of ours looks alike (S6)


def _with_headers(response: Response) -> Response:
    wanted = headers.LINK_HOP if request.path.startswith("/l/") else headers.PORTAL
    for name, value in headers.missing(list(response.headers.keys()), wanted):
        response.headers.add(name, value)
    return response


def _noted(asked: access.AccessLog, response: Response) -> Response:
    path = access.shown(request.url_rule.rule if request.url_rule else None, request.view_args or {})
    asked.note(request.method, path, response.status_code, visit.address(), g.get("began", time.monotonic()))
    return response


def _say(error: LatchkeyError) -> Response:
    status, template, facts = page_for(error)
    response = make_response(render_template(template, **facts), status)
    if status == 429 and hasattr(error, "wait"):
        response.headers["Retry-After"] = str(error.wait)
    return response


def _http(error: HTTPException) -> Response:
    """Anything that has no page looks like a link that opens nothing (S6)."""
    if error.code in (404, 405, 308, 301):
        response = _nothing_here(404 if error.code != 405 else 405)
        for name, value in error.get_headers():
            if name == "Allow":
                response.headers[name] = value
        return response
    if error.code is not None and error.code >= 500:
        return _trouble(error, error.code)
    return make_response(_page("error.html", reference="", status=error.code or 400), error.code or 400)


def _nothing_here(status: int) -> Response:
    """What a browser asks for by itself that is only ever posted to (a tab that was put away, the address pressed once
    more) is somebody's on their way: they are shown how to go on.
    """
    back = BACK.get(request.path.split("/")[1]) if status == 405 and request.method == "GET" else None
    return make_response(_page("dead/elsewhere.html", back=back) if back else _page("dead/unknown.html"), status)


def _trouble(error: Exception, status: int = 500) -> Response:
    reference = f"{secrets.token_hex(1)}-{secrets.token_hex(2)}".upper()
    log.error("a page failed", reference=reference, kind=type(error).__name__, exc_info=error)
    return make_response(_page("error.html", reference=reference, status=status), status)


def _page(template: str, **facts: Any) -> str:
    """A page about trouble; what failed may be what every page asks for, the database first: then it is nobody's."""
    try:
        return render_template(template, **facts)
    except Exception:
        visit.forget()
        language.from_browser()
        return render_template(template, **facts)


def _static(files: tuple[Asset, ...], name: str) -> Response:
    """The one sheet and the one script of the portal; the one line that has a practice's colour, for a page may hold no
    style; a logo."""
    own = next((file for file in files if file.name == name), None)
    if colour := ACCENT.fullmatch(name):
        own = Asset("practice.css", f":root {{ --practice: #{colour[1]}; }}\n".encode())
    elif (logo := LOGO.fullmatch(name)) and (png := visit.house().store.door(doors.logo, logo[1])):
        return _picture(png)
    if own is None:
        return make_response(render_template("dead/unknown.html"), 404)
    response = _as_taken(own)
    response.headers["Content-Type"] = f"text/{'javascript' if own.name.endswith('.js') else 'css'}; charset=utf-8"
    response.headers["Cache-Control"] = headers.STATIC_CACHE
    return response


def _as_taken(own: Asset) -> Response:
    """Packed for whoever takes it so. Pages never are: they hold a token beside what was typed (S75)."""
    takes = bool(own.packed) and request.accept_encodings["gzip"] > 0
    response = make_response(own.packed if takes else own.data)
    response.vary.add("Accept-Encoding")
    if takes:
        response.headers["Content-Encoding"] = "gzip"
    return response


def _no_icon() -> Response:
    """Browsers ask for one by themselves: there is none, and no page need say so, nor twice a day."""
    response = make_response("", 204)
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


def _picture(png: bytes) -> Response:
    response = make_response(png)
    response.headers["Content-Type"] = "image/png"
    response.headers["Cache-Control"] = headers.STATIC_CACHE
    return response
