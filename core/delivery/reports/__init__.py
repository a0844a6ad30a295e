"""What providers report about deliveries: found by our own mark, confined to its practice, never more than a status.

A report can never unlock, send again or take back anything (S97).
"""

from collections import defaultdict
from collections.abc import Collection
from enum import StrEnum
from uuid import UUID

from core.delivery.credits import counted_by_the_network
from core.delivery.kept_reports import keep
from core.delivery.reference import PURPOSE, unpack
from core.delivery.reports import standing
from core.delivery.reports.second_look import ask
from core.delivery.seen import first_time
from core.delivery.status import UnknownReference, report
from core.delivery.suppression import suppress
from core.delivery.words import Report
from core.practice import doors
from core.store.unit import SYSTEM, Unit, Who
from core.store.writer import Store


class Heard(StrEnum):
    """What came of a report."""

    CHANGED = "changed"
    NOTHING = "nothing"
    REFUSED = "refused"
    REPLAYED = "replayed"
    UNKNOWN = "unknown"


def text_reported(store: Store, mark: str, given: Report, nonce: str) -> Heard:
    """A report about one text, which carries the mark that we gave it (P42).

    REFUSED: the mark is not ours, or names another text. UNKNOWN: the text is no longer here.
    """
    delivery_id = unpack(store.seals(UUID(int=0)).mac_key(PURPOSE), mark)
    if delivery_id is None:
        return Heard.REFUSED
    practice_id = store.door(doors.report, delivery_id)
    if practice_id is None:
        return Heard.UNKNOWN
    try:
        return store.run(Who(practice_id, SYSTEM), _one, delivery_id, given, nonce)
    except UnknownReference:
        return Heard.REFUSED


def letters_reported(store: Store, given: Collection[tuple[UUID, Report]]) -> int:
    """Reports about letters, by delivery; how many were about none of ours. One that fits nothing spoils no other."""
    by_practice, strange = sorted_by_practice(store, given)
    for practice_id, told in by_practice.items():
        strange += store.run(Who(practice_id, SYSTEM), hear_several, told)
    return strange


def sorted_by_practice(
    store: Store, given: Collection[tuple[UUID, Report]]
) -> tuple[dict[UUID, list[tuple[UUID, Report]]], int]:
    """Reports by the practice of their delivery, and how many are about none of ours."""
    practices = store.door(doors.reports, {delivery_id for delivery_id, _ in given})
    by_practice: dict[UUID, list[tuple[UUID, Report]]] = defaultdict(list)
    for delivery_id, one in given:
        if practice_id := practices.get(delivery_id):
            by_practice[practice_id].append((delivery_id, one))
    return by_practice, sum(delivery_id not in practices for delivery_id, _ in given)


def hear(unit: Unit, delivery_id: UUID, given: Report) -> bool:
    """A report about a delivery of this practice; whether it changed something. Raises UnknownReference."""
    heard = report(
        unit,
        delivery_id,
        given.status,
        reason=given.reason,
        reference=given.reference,
        free=given.free and given.proven,
        at=given.at,
    )
    keep(unit, delivery_id, given)
    if not given.proven and (given.bar or given.free or given.fault):
        ask(unit, delivery_id, given)
    elif given.bar:
        suppress(unit, delivery_id, given.bar)
    if heard.changed and given.proven:
        standing.heard(unit, delivery_id, given.fault, given.sender)
    if given.units:
        counted_by_the_network(unit, delivery_id, given.units)
    return heard.changed


def _one(unit: Unit, delivery_id: UUID, given: Report, nonce: str) -> Heard:
    if not first_time(unit, "nonce", nonce):
        return Heard.REPLAYED
    return Heard.CHANGED if hear(unit, delivery_id, given) else Heard.NOTHING


def hear_several(unit: Unit, told: list[tuple[UUID, Report]]) -> int:
    """Reports about deliveries of this practice; how many fitted none. One that does not fit spoils no other.

    In the order of their deliveries, so that two calls about the same letters never wait for each other.
    """
    strange = 0
    for delivery_id, given in sorted(told, key=lambda one: one[0]):
        try:
            hear(unit, delivery_id, given)
        except UnknownReference:
            strange += 1
    return strange
