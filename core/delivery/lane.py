"""A lane: one channel on its way to its provider, several parcels at a time."""

import time
from functools import partial
from uuid import UUID

import structlog

from core.delivery import attempt, circuit, claim, outage, pace
from core.delivery.hands import Hands
from core.delivery.providers.open import Providers
from core.delivery.providers.ports import Halted, Provider, Refused, SenderRefused, TooFast, TryAgain, Unsure
from core.delivery.reference import PURPOSE, pack
from core.delivery.words import Channel
from core.ids import new_id
from core.store.unit import NOBODYS, SYSTEM, Unit, Who
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
        self.pressed = False  # more is due than the pace allows
        self._me = new_id()
        self._key = store.seals(NOBODYS.practice_id).mac_key(PURPOSE)

    @property
    def provider(self) -> Provider:
        """Whoever serves the channel."""
        return self._providers.by_channel[self.channel]

    def go(self) -> int:
        """Hand over as much as there are free hands and calls for, without waiting for it; how much."""
        self.pressed = False
        if not self.hands.free or not self._store.door(claim.is_due, self.channel, self._store.clock()):
            return 0
        if self.provider.name in self._store.door(circuit.open_now):
            return 0
        taken = self._store.run(NOBODYS, self._take, self.hands.free)
        for one in taken:
            self.hands.give(partial(self._bring, one))
        self.pressed = not taken
        return len(taken)

    def look_after(self) -> int:
        """While the provider does not answer: say so where something waits for it, and see whether it is back."""
        shut = self._store.door(circuit.open_now).get(self.provider.name)
        if shut is None:
            return 0
        said = outage.tell_who_waits(self._store, self.channel, shut)
        if self._store.run(NOBODYS, circuit.may_try, self.provider.name):
            self._try(shut)
        return said

    def _try(self, shut: circuit.Open) -> None:
        try:
            self.provider.answers()
        except (TryAgain, Unsure):
            return
        if self._store.run(NOBODYS, circuit.close, self.provider.name):
            log.warning("a provider is back", provider=self.provider.name)
            outage.tell_it_is_back(self._store, self.channel, shut)

    def _take(self, unit: Unit, most: int) -> list[claim.Taken]:
        """In one transaction: how many calls may be made now, and what for."""
        bucket = pace.bucket(unit, self.provider.name, self.provider.per_second)
        if bucket is None:
            return claim.take(unit, self.channel, self._me, most)
        taken = claim.take(unit, self.channel, self._me, min(most, bucket.calls)) if bucket.calls else []
        if taken:
            pace.use(unit, bucket, len(taken))
        return taken

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
            self._log(delivery_id, type(later).__name__, began)
            self._store.run(who, attempt.later, delivery_id, later.after)
            if not self._theirs(later, parcel.sender):
                self._store.run(NOBODYS, self._stumble, later)
        except Exception as error:  # whatever else happens after a call began, the parcel may have gone (P12)
            self._log(delivery_id, f"unknown: {type(error).__name__}", began)
            self._store.run(who, attempt.in_doubt, delivery_id)
            self._store.run(NOBODYS, self._stumble, error)
        else:
            self._store.run(who, self._accepted, delivery_id, reference)

    def _accepted(self, unit: Unit, delivery_id: UUID, reference: str) -> None:
        attempt.accepted(unit, delivery_id, reference)
        circuit.went_well(unit, self.provider.name)

    def _theirs(self, error: TryAgain, sender: str) -> bool:
        """Whether a practice's own number was refused: its texts wait, everybody else's go on."""
        return isinstance(error, SenderRefused) and sender != self._store.settings.plivo_sender

    def _stumble(self, unit: Unit, error: Exception) -> None:
        """What a failed call says about the provider. Too many calls are the pace's affair, not the circuit's."""
        name = self.provider.name
        if isinstance(error, TooFast):
            pace.slow(unit, name, self.provider.per_second)
            return
        opened = circuit.open_up(unit, name, "halt") if isinstance(error, Halted) else circuit.stumbled(unit, name)
        if opened:
            log.error("a provider does not answer", provider=name)

    def _log(self, delivery_id: UUID, said: str, began: float) -> None:
        took = round((time.monotonic() - began) * 1000)
        log.warning("not accepted", provider=self.provider.name, said=said, ms=took, delivery=str(delivery_id))
