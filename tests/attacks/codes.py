"""A visitor who asks for a code and types some."""

from tests.portal.visitor import wrong_one

NAVIGATION = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "same-origin"}
BY_HAND = {**NAVIGATION, "Sec-Fetch-User": "?1"}


def ask(guest, link, **headers):
    """Follow the link and press the button."""
    guest.get(link.url)
    return guest.post("/unlock/send", **headers)


def try_code(guest, typed):
    return guest.post("/unlock/verify", {"code": typed})


def five_wrong(guest, right):
    return [try_code(guest, wrong_one(right, n)) for n in range(1, 6)]
