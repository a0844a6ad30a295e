"""Our standing with those who take letters: what they say about us, not about a patient, alarms the admins (P36, P67).

Once a day and practice for each kind. Nothing here bars an address, and nothing acts on what a call alone said: it is
either signed, or the provider was asked.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select

from core.audit.trail import append
from core.delivery.seen import first_time
from core.delivery.sending import halt
from core.delivery.tables import BarRow, DeliveryRow
from core.delivery.words import Bar, Channel, Status
from core.delivery.writing.admins import tell_admins
from core.store.unit import Unit

MISTRUSTED = "standing"  # the reason of a report: sender blocked, content blocked, policy issue
DAY = timedelta(days=1)
ENOUGH = 200  # letters of a day, before their shares mean anything
MOST = {Bar.COMPLAINT: 0.001, Bar.HARD_BOUNCE: 0.05}  # of a day's letters
WENT = (Status.SENT, Status.DELIVERED, Status.BOUNCED, Status.BLOCKED)

SAYS = {
    MISTRUSTED: "A mailbox provider refused a letter because it mistrusts our sender. More may be refused: tell "
    "whoever runs Latchkey for you.",
    Bar.COMPLAINT: "Too many letters were called spam today. Check who gets them and why, or mailbox providers will "
    "stop taking them.",
    Bar.HARD_BOUNCE: "More than one letter in twenty came back today: no such address. Check your patients' addresses, "
    "or letters may stop arriving.",
}


def heard(unit: Unit, delivery_id: UUID, fault: str, sender: str = "") -> None:
    """What a provider stands to about us: mistrust alarms the admins, a refused account or number `sender` halts."""
    if fault == MISTRUSTED:
        _alarm(unit, MISTRUSTED)
    elif fault:
        row = DeliveryRow
        by = unit.db.scalar(select(row.provider).where(row.practice_id == unit.practice_id, row.id == delivery_id))
        halt.reported(unit, by or "", fault, sender)


def barred(unit: Unit, bar: Bar) -> None:
    """An address has just been barred for that: alarm the admins when there are too many in a day's letters."""
    if bar in MOST and _share(unit, bar) > MOST[bar]:
        _alarm(unit, bar)


def _share(unit: Unit, bar: Bar) -> float:
    """How many of the last day's letters ended so; 0 when there were too few (ix_delivery_status, primary key)."""
    since = unit.now - DAY
    row = DeliveryRow
    letters = unit.db.scalar(
        select(func.count()).where(
            row.practice_id == unit.practice_id,
            row.status.in_(WENT),
            row.status_at > since,
            row.channel == Channel.EMAIL,
        )
    )
    against = unit.db.scalar(
        select(func.count()).where(
            BarRow.practice_id == unit.practice_id,
            BarRow.channel == Channel.EMAIL,
            BarRow.bar == bar,
            BarRow.since > since,
        )
    )
    return (against or 0) / letters if letters and letters >= ENOUGH else 0


def _alarm(unit: Unit, what: str) -> None:
    if first_time(unit, "alarm", f"{what}|{unit.now:%Y-%m-%d}"):
        append(unit, "alarm about our letters", None, what=str(what))
        tell_admins(unit, SAYS[what])
