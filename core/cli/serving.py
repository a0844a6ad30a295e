"""Serving both apps and the worker in one process, on gevent.

The apps are loaded by name, as any WSGI server would: `core` does not know them.
"""

import gc
import importlib
import os
import resource
import signal
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

import gevent
from gevent.pywsgi import WSGIHandler, WSGIServer

from core.cli.chores import chores
from core.cli.words import NoPort
from core.config import Settings
from core.delivery.providers.open import open_providers
from core.delivery.worker import LAST_CALLS, Worker
from core.live.bus import Event, open_bus
from core.opening import open_store
from core.store import Store
from core.web import patience
from core.web.framing import Lines, check_framing, check_line
from core.web.plain_cookies import plain_cookies


class Serving:
    """Two listeners and a worker over one store."""

    def __init__(self, settings: Settings, host: str) -> None:
        bus = open_bus(settings.redis_url)
        self.settings = settings
        self.store: Store = open_store(settings, bus=bus)
        self.worker = Worker(self.store, open_providers(settings, self.store.clock), chores(self.store))
        self._stop = threading.Event()
        self._working = threading.Thread(target=self.worker.run_forever, args=(self._stop,), name="worker", daemon=True)
        self._servers = [
            _listener("staffbot", settings, self.store, bus, host, settings.staff_url),
            _listener("portal", settings, self.store, bus, host, settings.portal_url),
        ]
        bus.listen(self._wake)

    def start(self) -> None:
        """Answer on both ports and begin to work."""
        take_as_many_connections_as_may_be()
        gc.freeze()  # what is loaded by now stays: looking through it for what could go was a sixth of a connection
        for server in self._servers:
            server.start()
        self._working.start()

    def until_stopped(self) -> None:
        """Serve until Ctrl-C or SIGTERM, then finish cleanly."""
        done = threading.Event()
        for one in (signal.SIGTERM, signal.SIGINT):
            gevent.signal_handler(one, done.set)
        done.wait()
        self._stop.set()
        self.worker.wake()
        for server in self._servers:
            server.stop(timeout=1)
        self._working.join(LAST_CALLS)
        self.store.close()

    def _wake(self, event: Event) -> None:
        """Whatever is queued to leave says so; what stays within wakes nobody: a turn asks some thirty questions."""
        mailed_at_once = self.settings.demo and event.name == "notification.created"
        if mailed_at_once or event.name == "delivery.updated":
            self.worker.wake()


def take_as_many_connections_as_may_be() -> None:
    """Most systems begin with 1,024 open files, and let whoever asks have more: a thousand idle strangers kept all
    others out."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):  # some systems say that there is no limit, and take no such number
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def check_ports(settings: Settings, host: str) -> None:
    """Look whether both apps can listen, before anything is made ready. Raises NoPort."""
    for url in (settings.staff_url, settings.portal_url):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server: one that just ended is no bar
            try:
                tried.bind((host, _port(url)))
            except OSError as error:
                why = os.strerror(error.errno) if error.errno else str(error)
                raise NoPort(host, _port(url), why[:1].lower() + why[1:]) from error


def _port(url: str) -> int:
    return urlsplit(url).port or 80


def _listener(app: str, settings: Settings, store: Store, bus: Any, host: str, url: str) -> Any:
    create: Callable[..., Any] = importlib.import_module(app).create_app
    made = create(settings, store, bus) if app == "staffbot" else create(settings, store)
    if settings.demo and url.startswith("http:"):
        made = plain_cookies(made)
    return WSGIServer((host, _port(url)), made, handler_class=_Handler, log=None, error_log=None)


class _Handler(WSGIHandler):  # type: ignore[misc]  # gevent leaves it bare
    wsgi_input: Any

    def read_requestline(self) -> Any:
        """The first line. Raises TooSlow, upon which gevent closes."""
        return patience.within(patience.IDLE, super().read_requestline)

    def read_request(self, raw_requestline: str) -> Any:
        """The first line and the headers. Raises ValueError, which gevent answers with 400, and closes."""
        check_line(raw_requestline.encode("latin-1"))
        try:
            return patience.within(patience.HEAD, super().read_request, raw_requestline)
        except patience.TooSlow as slow:
            raise ValueError("the head took too long") from slow

    def get_environ(self) -> Any:
        """What the application is told; the body keeps coming, or the request ends."""
        environ = super().get_environ()
        given = self.wsgi_input
        body = patience.Body(self.rfile, given.content_length, given.socket, given.chunked_input)
        if environ["wsgi.input"] is given:
            environ["wsgi.input"] = body
        self.wsgi_input = body
        return environ

    def MessageClass(self, lines: Any, *given: Any) -> Any:  # noqa: N802 - gevent calls it so
        """The headers, as soon as they are read: gevent forgets a length that stands beside chunks."""
        try:
            headers = super().MessageClass(Lines(lines), *given)
        except HTTPException as error:  # gevent would write pages about it into the log, for any stranger
            raise ValueError("more headers than are read") from error
        check_framing(headers)
        return headers

    def handle_one_response(self) -> None:
        """A connection that became a socket carries no further request: it ends with the talk.

        Kept open, the browser would wait for its end, and what it still said as frames be answered as bad requests. So
        does one whose body did not come whole: the rest of it would be the next request.
        """
        super().handle_one_response()
        if "HTTP_SEC_WEBSOCKET_KEY" in self.environ or not self.wsgi_input.whole:
            self.close_connection = True

    def _sendall(self, data: bytes) -> None:
        """Part of an answer. Raises TooSlow for a client that takes it more slowly than any phone."""
        patience.within(patience.BODY + len(data) / patience.SLOWEST, super()._sendall, data)
