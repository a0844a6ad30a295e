"""Opening the house: one Store with its keyring, its event log and its bus, wired together from the settings."""

from uuid import UUID

from core import logs
from core.clock import Clock, now
from core.config import Settings
from core.live.bus import Bus, open_bus
from core.live.log import keep
from core.seal.envelope import Envelope
from core.seal.keyring import Keyring
from core.store import Store
from core.store.sealing import Seals


def open_store(settings: Settings, *, clock: Clock = now, bus: Bus | None = None) -> Store:
    """A store ready to run actions; its events go to `bus` (by default the one the settings name) after each commit,
    and the bus is closed with the store.

    The first thing every process does with its settings; so what it logs is decided here too.
    """
    logs.configure(settings.log_level, settings.log_format)
    keyring = Keyring(settings, clock)
    spread = bus or open_bus(settings.redis_url)

    def seals(practice_id: UUID) -> Seals:
        return Envelope(keyring, practice_id)

    def let_go() -> None:
        spread.close()
        keyring.close()

    return Store(settings, seals=seals, clock=clock, keep=keep, after_commit=spread.publish, on_close=let_go)
