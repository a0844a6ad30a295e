"""How large a request may be: what its page needs and no more (S71)."""

ORDINARY = 16 << 10  # bytes: a button, a code, a password
FORM = 200 << 10  # a page of a Smart Form, a long text of staff
PICTURE = 6 << 20  # a logo, before it is made small
ANSWER = 26 << 20  # words and five files
SIGN_IN = ("/login", "/logout", "/security")


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
