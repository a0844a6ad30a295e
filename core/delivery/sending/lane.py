"""A lane: one channel on its way to its provider, several parcels at a time."""

import time
from collections.abc import Collection
from functools import partial
from uuid import UUID

import structlog

from core.delivery.providers import circuit, pace
from core.delivery.providers.open import Providers
from core.delivery.providers.polite import ask, may_ask
from core.delivery.providers.ports import Halted, Provider, Refused, SenderRefused, TooFast, TryAgain, Unsure
from core.delivery.reference import PURPOSE, pack
from core.delivery.senders import own_number
from core.delivery.sending import attempt, claim, halt, outage
from core.delivery.sending.hands import Hands
from core.delivery.words import Channel
from core.ids import new_id
from core.store.unit import NOBODYS, SYSTEM, Unit, Who
from core.store.writer import Store

log = structlog.get_logger(__name__)

OUR_MISTAKE = "refused"  # why something is refused that no number or address explains (P12, P16)
HANDS = 20  # calls under way at once: most providers' pace at a tenth of a second a call is a quarter of it


class Lane:
    """Takes what is due and hands it over. It never takes more than it has hands for: what comes may be more urgent."""

    def __init__(self, store: Store, providers: Providers, channel: Channel, hands: Hands) -> None:
        self.channel = channel
        self.hands = hands
        self._store = store
        self._providers = providers
        self.pressed = False  # more is due than the pace allows
        self._stumbled = False  # something went wrong, here or at another worker, since something went well
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
        shut = self._store.door(circuit.open_now)
        if self.provider.name in shut:
            return 0
        refused = [one.number for one in shut.values() if one.number and one.provider == self.provider.name]
        back = self._store.door(own_number.kept_back, refused) if refused else ()
        if back and not self._store.door(claim.is_due, self.channel, self._store.clock(), back):
            return 0
        self._stumbled |= self._store.door(circuit.has_stumbled, self.provider.name)
        taken = self._store.run(NOBODYS, self._take, self.hands.free, back)
        for one in taken:
            self.hands.give(partial(self._bring, one))
        self.pressed = not taken
        return len(taken)

    def look_after(self) -> int:
        """While the provider, or a number there, is refused: say so where something waits, and see if it is back."""
        said = 0
        for shut in self._store.door(circuit.open_now).values():
            if shut.provider == self.provider.name:
                said += outage.tell_who_waits(self._store, self.channel, shut)
                due = shut.probe_at is not None and shut.probe_at <= self._store.clock()
                if due and may_ask(self._store, self.provider):
                    self._try(shut)
        return said + (own_number.tell_whose(self._store, self.provider.name) if self.channel is Channel.SMS else 0)

    def _try(self, shut: circuit.Open) -> None:
        """One read, which nobody's message is risked for; a number that nobody has any more needs none."""
        if not self._store.run(NOBODYS, circuit.may_try, shut.circuit):
            return
        try:
            if not shut.number or self._store.door(own_number.kept_back, [shut.number]):
                ask(self._store, self.provider, lambda: self.provider.answers(shut.number))
        except (TryAgain, Unsure):
            return
        if self._store.run(NOBODYS, circuit.close, shut.circuit) and not shut.number:
            log.warning("a provider is back", provider=self.provider.name)
            outage.tell_it_is_back(self._store, self.channel, shut)

    def _take(self, unit: Unit, most: int, back: Collection[UUID]) -> list[claim.Taken]:
        """In one transaction: how many calls may be made now, and what for; not for the practices kept `back`."""
        bucket = pace.bucket(unit, self.provider.name, self.provider.per_second)
        if bucket is None:
            return claim.take(unit, self.channel, self._me, most, back)
        taken = claim.take(unit, self.channel, self._me, min(most, bucket.calls), back) if bucket.calls else []
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
            self._log(delivery_id, f"refused: {refused.why}", began, refused.answer)
            if refused.why == OUR_MISTAKE:
                log.error("a provider refused how we asked", provider=provider.name, delivery=str(delivery_id))
            self._store.run(who, attempt.refused, delivery_id, refused.why, refused.words)
        except TryAgain as later:
            self._log(delivery_id, type(later).__name__, began, later.answer)
            self._store.run(who, attempt.later, delivery_id, later.after)
            self._store.run(NOBODYS, self._stumble, later, parcel.sender)
        except Exception as error:  # whatever else happens after a call began, the parcel may have gone (P12)
            self._log(delivery_id, f"unknown: {type(error).__name__}", began, getattr(error, "answer", ""))
            self._store.run(who, attempt.in_doubt, delivery_id)
            self._store.run(NOBODYS, self._stumble, error, parcel.sender)
        else:
            self._store.run(who, self._accepted, delivery_id, reference)

    def _accepted(self, unit: Unit, delivery_id: UUID, reference: str) -> None:
        attempt.accepted(unit, delivery_id, reference)
        if self._stumbled:
            circuit.went_well(unit, self.provider.name)
            self._stumbled = False

    def _stumble(self, unit: Unit, error: Exception, sender: str) -> None:
        """What a failed call says about the provider. Too many calls are the pace's affair, not the circuit's."""
        name, self._stumbled = self.provider.name, True
        if isinstance(error, TooFast):
            pace.slow(unit, name, self.provider.per_second)
        elif isinstance(error, SenderRefused):
            halt.sender_refused(unit, name, sender)
        elif isinstance(error, Halted):
            halt.account_refused(unit, name)
        elif circuit.stumbled(unit, name):
            log.error("a provider does not answer", provider=name)

    def _log(self, delivery_id: UUID, said: str, began: float, answer: str) -> None:
        """The sorted result, the provider's status and code, how long it took (P71); `none` where nothing came back."""
        took, name = round((time.monotonic() - began) * 1000), self.provider.name
        log.warning(
            "not accepted", provider=name, said=said, answer=answer or "none", ms=took, delivery=str(delivery_id)
        )
