"""A lane: one channel on its way to its provider, several parcels at a time."""

import time
from functools import partial
from uuid import UUID

import structlog

from core.delivery import attempt, claim
from core.delivery.hands import Hands
from core.delivery.providers.open import Providers
from core.delivery.providers.ports import Provider, Refused, TryAgain, Unsure
from core.delivery.reference import PURPOSE, pack
from core.delivery.words import Channel
from core.ids import new_id
from core.store.unit import NOBODYS, SYSTEM, Who
from core.store.writer import Store

log = structlog.get_logger(__name__)

HANDS = 20  # calls under way at once: most providers' pace at a tenth of a second a call is a quarter of it


class Lane:
    """Takes what is due and hands it over. It never takes more than it has hands for: what comes may be more urgent."""

    def __init__(self, store: Store, providers: Providers, channel: Channel, hands: Hands) -> None:
        self.channel = channel
        self.hands = hands
        self._store = store
        self._providers = providers
        self._me = new_id()
        self._key = store.seals(NOBODYS.practice_id).mac_key(PURPOSE)

    @property
    def provider(self) -> Provider:
        """Whoever serves the channel."""
        return self._providers.by_channel[self.channel]

    def go(self) -> int:
        """Hand over as much as there are free hands for, without waiting for it; how much."""
        if not self.hands.free or not self._store.door(claim.is_due, self.channel, self._store.clock()):
            return 0
        taken = self._store.run(NOBODYS, claim.take, self.channel, self._me, self.hands.free)
        for one in taken:
            self.hands.give(partial(self._bring, one))
        return len(taken)

    def _bring(self, taken: claim.Taken) -> None:
        who, delivery_id, provider = Who(taken.practice_id, SYSTEM), taken.delivery_id, self.provider
        mark = pack(self._key, delivery_id)
        parcel = self._store.run(who, attempt.begin, delivery_id, self._me, provider.name, mark)
        if parcel is None:
            return
        began = time.monotonic()
        try:
            reference = provider.send(parcel, delivery_id, mark)
        except Refused as refused:
            self._log(delivery_id, f"refused: {refused.why}", began)
            self._store.run(who, attempt.refused, delivery_id, refused.why)
        except TryAgain as later:
            self._log(delivery_id, "later", began)
            self._store.run(who, attempt.later, delivery_id, later.after)
        except Exception as error:  # whatever else happens after a call began, the parcel may have gone (P12)
            self._log(
                delivery_id, "unknown" if isinstance(error, Unsure) else f"unknown: {type(error).__name__}", began
            )
            self._store.run(who, attempt.in_doubt, delivery_id)
        else:
            self._store.run(who, attempt.accepted, delivery_id, reference)

    def _log(self, delivery_id: UUID, said: str, began: float) -> None:
        took = round((time.monotonic() - began) * 1000)
        log.warning("not accepted", provider=self.provider.name, said=said, ms=took, delivery=str(delivery_id))
