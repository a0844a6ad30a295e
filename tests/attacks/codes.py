"""A visitor who asks for a code and types some."""

from typing import Any

from sqlalchemy import event

from core.store import Store
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


def asked_of(store: Store) -> list[str]:
    """Every statement that the database is asked from now on, those that were compiled before among them."""
    asked: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith("BEGIN"):
            asked.append(statement)

    for engine in {store.writer, store.reader}:
        event.listen(engine, "before_cursor_execute", hear)
    return asked
