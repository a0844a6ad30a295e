"""What the worker does beside bringing messages away: one place for `serve`, `demo` and `worker`."""

from collections.abc import Callable

from core.delivery.low import LowCredits
from core.messages.scanning import Scanning
from core.release.expiry import expire_links
from core.release.retention import Retention
from core.store import Store


def chores(store: Store) -> tuple[Callable[[], int], ...]:
    """The chores of a turn; each says how many things it did."""
    return (lambda: expire_links(store), Scanning(store), Retention(store), LowCredits(store))
