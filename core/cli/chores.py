"""What the worker does beside bringing messages away: one place for `serve`, `demo` and `worker`."""

from collections.abc import Callable
from datetime import datetime, timedelta

from core.compose import clearing
from core.compose.dispatch import send_due
from core.compose.held import hold_leavers
from core.delivery.billing.low import LowCredits
from core.delivery.writing import room
from core.delivery.writing.account_letters import account_letters
from core.delivery.writing.checkpoint_letters import note_head
from core.delivery.writing.wrong_sign_ins import tell_of_wrong_sign_ins
from core.forms.erasing import let_go
from core.forms.finishing import Finishing
from core.forms.sweeping import Sweeping
from core.forms.waiting.reminding import remind_unsent
from core.messages.covering import end_covering
from core.messages.everybodys import make_everybodys
from core.messages.reminders import remind_due
from core.messages.scanning import Scanning
from core.practice import doors
from core.release import bait
from core.release.beside import text_due
from core.release.expiry import expire_links
from core.release.reminders import ask_to_call, remind, tell_ended
from core.store import Store, Unit, Who
from core.store.statistics import Counting
from core.store.unit import SYSTEM

HOUR = timedelta(hours=1)
SELDOM = timedelta(seconds=10)


class Hourly:
    """An action for every practice, once an hour; it says how many things it did."""

    def __init__(self, store: Store, action: Callable[[Unit], int]) -> None:
        self._store = store
        self._action = action
        self._last: datetime | None = None

    def __call__(self) -> int:
        """Run it when an hour has passed."""
        now = self._store.clock()
        if self._last is not None and now - self._last < HOUR:
            return 0
        self._last = now
        return sum(self._store.run(Who(one, SYSTEM), self._action) for one in self._store.door(doors.every_practice))


class Seldom:
    """A chore that need not run at every turn: nobody waits for it."""

    def __init__(self, store: Store, chore: Callable[[Store], int]) -> None:
        self._store = store
        self._chore = chore
        self._last: datetime | None = None

    def __call__(self) -> int:
        """Run it when ten seconds have passed."""
        now = self._store.clock()
        if self._last is not None and now - self._last < SELDOM:
            return 0
        self._last = now
        return self._chore(self._store)


def chores(store: Store) -> tuple[Callable[[], int], ...]:
    """The chores of a turn; each says how many things it did."""
    return (
        lambda: expire_links(store),
        lambda: remind(store),
        lambda: remind_unsent(store),
        lambda: text_due(store),
        lambda: ask_to_call(store),
        lambda: tell_ended(store),
        Scanning(store),
        Hourly(store, lambda unit: sum(let_go(unit).values())),
        Hourly(store, clearing.let_go),
        Finishing(store),
        Sweeping(store),
        Hourly(store, note_head),
        Counting(store),
        Hourly(store, bait.sow),
        Seldom(store, bait.watch),
        LowCredits(store),
        Hourly(store, room.tell_if_low),
        Seldom(store, tell_of_wrong_sign_ins),
        account_letters(store),
        Seldom(store, hold_leavers),  # what it has not held yet does not go all the same
        lambda: send_due(store),
        lambda: remind_due(store),
        lambda: make_everybodys(store),
        Seldom(store, end_covering),
    )
