"""How actions meet the database: the unit of work they are handed, and the store that runs them."""

from core.store.unit import Actor, ActorKind, Unit, Who
from core.store.writer import Store

__all__ = ["Actor", "ActorKind", "Store", "Unit", "Who"]
