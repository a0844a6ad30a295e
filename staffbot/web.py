"""The staff app: pages found by folder, headers on every answer, the socket's door, errors worded in one place."""

import importlib
import pkgutil
import re
import secrets
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import UUID

import structlog
from flask import Flask, Request, Response, abort, g, make_response, redirect, render_template, request
from flask.sessions import SessionInterface
from flask_login import LoginManager, current_user
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException

from core.config import Settings
from core.delivery.incoming import unmatched
from core.delivery.providers.sandbox import Sandbox
from core.errors import LatchkeyError
from core.live.bus import Bus, LocalBus
from core.messages import notify, work
from core.practice import find as practice
from core.store import Store, Unit
from core.web import access, assets, csrf, headers, older, sizes
from core.web.cookies import Signed
from core.web.csrf import ForeignRequest
from core.web.faces import initials
from core.web.throttle import Throttle
from staffbot import colours, pages, parts, trusted, visit
from staffbot.errors import PasskeyNeeded, ProofNeeded, SignedOut
from staffbot.live import socket
from staffbot.live.hub import Hub
from staffbot.wording import say

log = structlog.get_logger(__name__)
FOLDER = Path(__file__).parent
STATIC = FOLDER / "static"
SECRET = re.compile("password|pin|code|token|credential|recovery")  # fields that are never shown again
SHORT = 20  # letters that are typed again sooner than copied


class _NoSession(SessionInterface):
    """Who is signed in stands in the database: there is no cookie of Flask's own to be read at each request (S46)."""

    def open_session(self, app: Flask, request: Request) -> None:
        """None: an empty one that nothing can be written into."""


def create_app(settings: Settings, store: Store, bus: Bus | None = None) -> Flask:
    """The staff app, ready for any WSGI server on gevent. `bus` is the one the store tells."""
    app = Flask("staffbot", static_folder=None, template_folder=str(FOLDER / "templates"))
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.config["MAX_CONTENT_LENGTH"] = 26 << 20
    app.config["MAX_FORM_PARTS"] = 200
    app.config["MAX_FORM_MEMORY_SIZE"] = sizes.FORM
    app.config["SECRET_KEY"] = settings.secret_key[0].get_secret_value()
    app.config["TRUSTED_HOSTS"] = [urlsplit(settings.staff_url).hostname]
    app.extensions["latchkey"] = visit.House(
        settings=settings,
        store=store,
        throttle=Throttle(settings.redis_url),
        sandbox=Sandbox(settings.sandbox, store.clock) if settings.sandboxed else None,
        csrf_key=store.seals(UUID(int=0)).mac_key(csrf.PURPOSE),
        trusted=Signed([key.get_secret_value() for key in settings.secret_key], "trusted browser", trusted.LIVES),
    )
    app.session_interface = _NoSession()
    login = LoginManager(app)
    login.request_loader(visit.load_person)
    for found in pkgutil.iter_modules(pages.__path__):
        app.register_blueprint(importlib.import_module(f"staffbot.pages.{found.name}").pages)
    _serve_static(app)
    _hook_up(app, settings)
    _note_requests(app, access.AccessLog("staffbot", store.seals(UUID(int=0))))
    hub = Hub(store)
    (bus or LocalBus()).listen(hub.hear)
    socket.attach(app, store, hub, settings)
    app.wsgi_app = without_extensions(app.wsgi_app)  # type: ignore[method-assign]
    return app


def without_extensions(app: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """simple-websocket always accepts permessage-deflate; browsers always offer it (S56)."""

    def answer(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
        return app(environ, start)

    return answer


def _hook_up(app: Flask, settings: Settings) -> None:
    sheet = assets.sheet(STATIC / "css", "staff", older.colours)
    mark = assets.mark_of(STATIC)
    chat_modules = assets.modules(STATIC / "js", "app.js")
    socket_url = settings.staff_url.replace("http", "ws", 1)
    app.add_url_rule("/static/<name>.css", "sheet", lambda name: _lasting(sheet, "text/css; charset=utf-8"))

    @app.before_request
    def prepare() -> None:
        g.began = time.monotonic()
        request.max_content_length = sizes.staff(request.path)
        g.nonce = secrets.token_urlsafe(16)
        if status := sizes.refused(request.environ):
            abort(status)

    @app.after_request
    def finish(response: Response) -> Response:
        wanted = headers.staff(g.get("nonce", ""), socket_url)
        for name, value in headers.missing(list(response.headers.keys()), wanted):
            response.headers.add(name, value)
        return response

    lasting = {
        "css_url": f"/static/{sheet.name}",
        "js_url": lambda name: f"/static/{mark}/js/{name}",
        "chat_modules": chat_modules,
        "mark": mark,
        "demo": settings.demo,
        "icon": parts.Icons(mark),
        "initials": initials,
        "sandboxed": settings.sandboxed,
    }
    app.context_processor(lambda: {**lasting, **_of_this_request(), **_about_me()})
    app.register_error_handler(LatchkeyError, _say)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _trouble)


def _of_this_request() -> dict[str, Any]:
    return {
        "nonce": g.nonce,
        "csrf_token": visit.csrf_token(),
        "session": current_user.get_id() if current_user.is_authenticated else "",
        "colours": colours.chosen(),
    }


def _note_requests(app: Flask, asked: access.AccessLog) -> None:
    @app.after_request
    def note(response: Response) -> Response:
        path = access.shown(request.url_rule.rule if request.url_rule else None, request.view_args or {})
        asked.note(request.method, path, response.status_code, visit.address(), g.get("began", time.monotonic()))
        return response


def _about_me() -> dict[str, Any]:
    if not current_user.is_authenticated:
        return {"me": None, "practice": None, "new_notices": 0}
    return visit.look(_me)


def _me(unit: Unit) -> dict[str, Any]:
    card = practice.card(unit)
    return {
        "me": practice.staff_member(unit, unit.staff_id),
        "practice": card,
        "trial_days": card.trial_days(unit.now),
        "new_notices": notify.unread(unit),
        "times": parts.Times(card.time_zone, unit.now),
        "unclear": unmatched.count(unit),
        "open_work": work.waiting(unit),
    }


def _serve_static(app: Flask) -> None:
    scripts, pictures = assets.scripts(STATIC), assets.pictures(STATIC)

    @app.get("/static/<mark>/<path:name>")
    def static(mark: str, name: str) -> Response:
        if name in scripts:
            return _lasting(scripts[name], "text/javascript; charset=utf-8")
        if name not in pictures:
            abort(404)
        return _lasting(pictures[name], "image/svg+xml; charset=utf-8")


def _lasting(own: assets.Asset, kind: str) -> Response:
    """What browsers keep for ever, packed for whoever takes it so; pages never are (S75)."""
    takes = request.accept_encodings["gzip"] > 0
    response = make_response(own.packed if takes else own.data)
    if takes:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Content-Type"] = kind
    response.headers["Cache-Control"] = headers.STATIC_CACHE
    response.vary.add("Accept-Encoding")
    return response


def _say(error: LatchkeyError) -> Response:
    """An error as a page, or as JSON for scripts. Who is signed out goes to sign in and comes back."""
    if isinstance(error, SignedOut) and request.method == "GET":
        g.before = ""
        return make_response(redirect("/login?to=" + visit.place(request.path), 303))
    if isinstance(error, ProofNeeded) and request.method == "GET":
        asked = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
        return make_response(redirect("/login/again?to=" + quote(visit.place(request.path + asked)), 303))
    if isinstance(error, PasskeyNeeded) and request.method == "GET":
        return make_response(redirect("/security?to=" + visit.place(request.path), 303))
    said = say(error)
    if _wants_json():
        return make_response({"error": {"code": said.code, "message": said.message}}, said.status)
    typed = _typed() if isinstance(error, SignedOut | ForeignRequest | ProofNeeded) else ()
    prove = _from_page() if isinstance(error, ProofNeeded) else ""
    response = make_response(render_template("error.html", said=said.message, typed=typed, prove=prove), said.status)
    if said.status == 429:
        response.headers["Retry-After"] = str(getattr(error, "wait", 60))
    return response


def _from_page() -> str:
    """The page whose button was pressed, to come back to."""
    try:
        return visit.place(urlsplit(request.referrer or "/").path)
    except ValueError:  # no address, though it says so
        return "/"


def _typed() -> tuple[str, ...]:
    """Texts that would be lost because the page was too old: given back to be copied, to nobody but who typed them."""
    if request.method != "POST" or request.headers.get("Sec-Fetch-Site") != "same-origin":
        return ()  # words of another site are not shown as if they were ours
    said = (value for name, value in request.form.items(multi=True) if not SECRET.search(name))
    return tuple(value for value in said if len(value) > SHORT and " " in value.strip())


def _http(error: HTTPException) -> Response:
    words = {
        404: "There is nothing at this address.",
        405: "This address is only for a button. Go back to the page with the button, and press it there.",
        414: "That address is too long. Go back, and write fewer words in the field.",
        413: "That was too large. Files can be up to 10 MB each.",
    }
    said = words.get(error.code or 400, "That request could not be understood.")
    if _wants_json():
        return make_response({"error": {"code": "invalid", "message": said}}, error.code or 400)
    return make_response(render_template("error.html", said=said, typed=()), error.code or 400)


def _trouble(error: Exception) -> Response:
    reference = f"{secrets.token_hex(1)}-{secrets.token_hex(2)}".upper()
    log.error("a page failed", reference=reference, kind=type(error).__name__, exc_info=error)
    said = f"Something went wrong on our side. Nothing you typed is lost. Try again; if you report it, say {reference}."
    return make_response(render_template("error.html", said=said, typed=()), 500)


def _wants_json() -> bool:
    return (
        request.path.endswith(".json")
        or (request.path.startswith(("/uploads", "/sandbox/")) and request.is_json)
        or (request.path == "/uploads")
    )
