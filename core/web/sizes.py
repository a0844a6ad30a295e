"""How large a request to the portal may be: what its page needs and no more (S71)."""

ORDINARY = 16 << 10  # bytes: a button, a code
FORM = 200 << 10  # a page of a Smart Form
ANSWER = 26 << 20  # words and five files


def portal(path: str) -> int:
    """The largest body taken at a path; providers' addresses set their own."""
    if path in ("/message/reply", "/message/files"):
        return ANSWER
    return FORM if path.startswith("/form/") else ORDINARY
