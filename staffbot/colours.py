"""Light, dark, or as the device is: chosen for a browser, and in the page before it is drawn, so that nothing flashes
(U104).
"""

from flask import Response, request

from core.web import cookies

NAME = "__Host-lk_c"
CHOICES = {"": "As my device", "light": "Light", "dark": "Dark"}
LIVES = 365 * 86_400  # seconds


def chosen() -> str:
    """What this browser is to look like; empty: as the device is."""
    kept = cookies.only(request.headers.get("Cookie", ""), NAME)
    return kept if kept in CHOICES else ""


def keep(answer: Response, wanted: str) -> Response:
    """Let the browser keep what was chosen; anything else is as the device is."""
    if wanted and wanted in CHOICES:
        answer.set_cookie(NAME, wanted, max_age=LIVES, **cookies.ATTRIBUTES)
    else:
        answer.delete_cookie(NAME, **cookies.ATTRIBUTES)
    return answer
