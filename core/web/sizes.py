"""How large a request may be: what its page needs and no more (S71)."""

from collections.abc import Mapping
from typing import Any

ORDINARY = 16 << 10  # bytes: a button, a code, a password
FORM = 200 << 10  # a page of a Smart Form, a long text of staff
PICTURE = 6 << 20  # a logo, before it is made small
ANSWER = 26 << 20  # words and five files
ADDRESS = 2 << 10  # path and query, as they were sent
HEADERS = 16 << 10  # names, values and what parts them
SIGN_IN = ("/login", "/logout", "/security")


def refused(environ: Mapping[str, Any]) -> int:
    """The status that a request of WSGI is refused with for its address or its headers; 0 for one to be answered."""
    sent = environ.get("RAW_URI") or environ.get("REQUEST_URI")
    if len(sent or f"{environ.get('PATH_INFO', '')}?{environ.get('QUERY_STRING', '')}") > ADDRESS:
        return 414
    named = (len(name) + len(value) for name, value in environ.items() if name.startswith("HTTP_"))
    return 431 if sum(named) > HEADERS else 0


def portal(path: str) -> int:
    """The largest body taken at a path of the portal; providers' addresses set their own."""
    if path in ("/message/reply", "/message/files") or (path.startswith("/form/p/") and path.endswith("/file")):
        return ANSWER
    return FORM if path.startswith("/form/") else ORDINARY


def staff(path: str) -> int:
    """The largest body taken at a path of the staff's app."""
    if path in ("/uploads", "/forms/import", "/patients/import"):
        return ANSWER
    if path == "/admin/lock/logo":
        return PICTURE
    return ORDINARY if path.startswith(SIGN_IN) else FORM
