"""The last look before something leaves: whoever asked for no more texts meanwhile does not get this one (P50).

What is held for undo, waits for a provider or is tried again can wait long after it was confirmed.
"""

from uuid import UUID

from core.audit.trail import append
from core.delivery.status import report
from core.delivery.suppression import Suppressed, bars, refuse
from core.delivery.words import Bar, Channel, Parcel, Purpose, Status
from core.store.unit import Unit


def may_leave(unit: Unit, delivery_id: UUID, channel: Channel, purpose: Purpose, parcel: Parcel) -> bool:
    """Whether its address is still written to. If not it ends here: credits come back, its author is told."""
    try:
        refuse(bars(unit, channel, parcel.to), purpose)
    except Suppressed as stopped:
        bar = stopped.barred.bar
        report(unit, delivery_id, Status.FAILED, reason="stopped" if bar is Bar.OPT_OUT else "barred", free=True)
        append(unit, "stopped before it left", delivery_id, why=bar.value)
        return False
    return True
