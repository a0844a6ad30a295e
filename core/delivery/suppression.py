"""Addresses that are not written to: bounced, blocked, complained about, opted out (P36, P67, S96).

By address and practice, not by patient: a family shares a mailbox, and an address that changes hands starts anew. A
complaint says nothing about the letter that caused it, here or anywhere.
"""

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import bindparam, delete, select

from core.audit.trail import append
from core.delivery.tables import BarRow, DeliveryRow
from core.delivery.words import Bar, Barred, Channel, Purpose
from core.errors import Invalid, LatchkeyError, NotFound
from core.messages.reasons import reason_of
from core.patients.card import mac_of
from core.practice.rights import require
from core.practice.words import Right
from core.store.counting import upsert
from core.store.unit import Unit

KIND: Mapping[Channel, str] = {Channel.SMS: "mobile", Channel.EMAIL: "email"}  # as patients are found

LIFTED_BY: Mapping[Bar, Right] = {
    Bar.OPT_OUT: Right.EDIT_PATIENTS,  # the patient by texting START; staff only with a reason
    Bar.UNSUBSCRIBED: Right.EDIT_PATIENTS,
    Bar.HARD_BOUNCE: Right.EDIT_PATIENTS,
    Bar.BLOCKED: Right.EDIT_PATIENTS,
    Bar.WRONG: Right.EDIT_PATIENTS,
    Bar.COMPLAINT: Right.ADMINISTER,
}


_AGAINST = (  # made once: asked before everything that leaves
    select(BarRow.bar, BarRow.since)
    .where(
        BarRow.practice_id == bindparam("practice"),
        BarRow.channel == bindparam("by"),
        BarRow.address_mac == bindparam("mac"),
    )
    .order_by(BarRow.since)
)


class Suppressed(LatchkeyError):
    """The address is not written to; `barred` says why and since when."""

    def __init__(self, barred: Barred, name: str = "") -> None:
        super().__init__(barred.bar.value)
        self.barred = barred
        self.name = name


def address_mac(unit: Unit, channel: Channel, address: str) -> bytes | None:
    """The keyed hash by which an address is known here; None for none."""
    return mac_of(unit, KIND[channel], address)


def bars(unit: Unit, channel: Channel, address: str) -> tuple[Barred, ...]:
    """Everything against an address, oldest first (primary key)."""
    mac = address_mac(unit, channel, address)
    if mac is None:
        return ()
    rows = unit.db.execute(_AGAINST, {"practice": unit.practice_id, "by": channel, "mac": mac})
    return tuple(Barred(channel, Bar(row.bar), row.since) for row in rows)


def refuse(found: Iterable[Barred], purpose: Purpose, name: str = "") -> None:
    """Raises Suppressed when something against the address keeps this from going."""
    for one in found:
        if one.stops(purpose):
            raise Suppressed(one, name)


def suppress(unit: Unit, delivery_id: UUID, bar: Bar) -> None:
    """Write no more to the address of a delivery; a second time changes nothing."""
    row = unit.db.execute(
        select(DeliveryRow.channel, DeliveryRow.address_mac).where(
            DeliveryRow.practice_id == unit.practice_id, DeliveryRow.id == delivery_id
        )
    ).one_or_none()
    if row is not None and row.address_mac is not None:
        _put(unit, row.channel, row.address_mac, bar)


def suppress_address(unit: Unit, channel: Channel, address: str, bar: Bar) -> bool:
    """Write no more to an address; whether that is new."""
    mac = address_mac(unit, channel, address)
    return mac is not None and _put(unit, channel, mac, bar)


def release(unit: Unit, channel: Channel, address: str, bar: Bar) -> bool:
    """The person wants to be written to again, said by themselves; whether there was something to undo."""
    mac = address_mac(unit, channel, address)
    return mac is not None and _take(unit, channel, mac, bar)


def lift(unit: Unit, channel: Channel, address: str, bar: Bar, reason: str) -> None:
    """Staff allow an address again and say why. Raises Forbidden, Invalid("reason", "empty"), NotFound."""
    require(unit, LIFTED_BY[bar])
    if not (why := reason_of(reason)):
        raise Invalid("reason", "empty")
    mac = address_mac(unit, channel, address)
    if mac is None or not _take(unit, channel, mac, bar, reason=why):
        raise NotFound("address")


def _put(unit: Unit, channel: Channel, mac: bytes, bar: Bar) -> bool:
    row = {
        "practice_id": unit.practice_id,
        "channel": channel,
        "address_mac": mac,
        "bar": bar,
        "since": unit.now,
    }
    put = upsert(unit.db, BarRow).values(row).on_conflict_do_nothing().returning(BarRow.since)
    if unit.db.execute(put).first() is None:
        return False
    append(unit, "address barred", None, channel=channel.value, why=bar.value)
    return True


def _take(unit: Unit, channel: Channel, mac: bytes, bar: Bar, **facts: str) -> bool:
    taken = unit.db.execute(
        delete(BarRow).where(
            BarRow.practice_id == unit.practice_id,
            BarRow.channel == channel,
            BarRow.address_mac == mac,
            BarRow.bar == bar,
        )
    )
    if taken.rowcount:
        append(unit, "address allowed again", None, channel=channel.value, why=bar.value, **facts)
    return bool(taken.rowcount)
