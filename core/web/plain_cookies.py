"""Cookies for Safari in a demonstration. It keeps no `Secure` cookie of an http address, not even on loopback, where
Chromium and Firefox do: nobody could sign in there. Nothing but a demonstration answers on http (S115)."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from core.web.agents import is_webkit

_NAME = re.compile(r"(^|;\s*)lk_")
_PREFIX = "__Host-"

App = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def plain_cookies(app: App) -> App:
    """The same app; to Safari its cookies go without `Secure` and the prefix that wants it, and come back with it."""

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if not is_webkit(environ.get("HTTP_USER_AGENT", "")):
            return app(environ, start)
        if kept := environ.get("HTTP_COOKIE"):
            environ["HTTP_COOKIE"] = _NAME.sub(rf"\1{_PREFIX}lk_", kept)

        def begin(status: str, headers: list[tuple[str, str]], *trouble: Any) -> Any:
            return start(status, [(name, _plain(name, value)) for name, value in headers], *trouble)

        return app(environ, begin)

    return answer


def _plain(name: str, value: str) -> str:
    if name.lower() != "set-cookie":
        return value
    return value.removeprefix(_PREFIX).replace("; Secure", "", 1)
