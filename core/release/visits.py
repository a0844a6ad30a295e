"""Who stands before the door, a person or a mail filter, as far as one can tell (decision 14).

Following a link changes nothing but the append-only access log, and that at most once a minute for each kind.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import bindparam, insert, select

from core.delivery.find import handed_over_at
from core.delivery.words import Purpose
from core.release.find import LinkExpired, LinkFrozen, LinkGone, live_link
from core.release.link import tell_change
from core.release.steps import step
from core.release.tables import AccessLog, LinkRow
from core.release.words import FILTER, PERSON
from core.store.prepared import Prepared
from core.store.unit import Unit

ONCE_IN = timedelta(minutes=1)
JUST_DELIVERED = timedelta(seconds=60)
TOO_QUICK = timedelta(seconds=2)
MACHINES = re.compile(
    r"bot|crawl|spider|scan|preview|headless|curl|wget|python|java/|go-http|libwww|safelinks|barracuda|proofpoint|"
    r"mimecast|trendmicro|symantec|virustotal|facebookexternalhit|slack|whatsapp|telegram",
    re.IGNORECASE,
)
_MESSAGE = Prepared(
    select(LinkRow.message_id).where(LinkRow.practice_id == bindparam("practice"), LinkRow.id == bindparam("link"))
)
_LOGGED = Prepared(
    select(AccessLog.id)
    .where(
        AccessLog.practice_id == bindparam("practice"),
        AccessLog.link_id == bindparam("link"),
        AccessLog.what == bindparam("kind"),
        AccessLog.at > bindparam("since"),
    )
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Followed:
    """What is to be known of a link that is followed: why it opens nothing, if it does not; whether a person or a
    filter seems to stand there, and whether that stands in the log already."""

    refused: LinkGone | LinkExpired | LinkFrozen | None
    what: str
    logged: bool


def follow(unit: Unit, link_id: UUID, known: UUID | None, machine: bool | None) -> Followed:
    """Look at a link that a browser follows. `machine`: what it says of itself; None where it says nothing."""
    refused: LinkGone | LinkExpired | LinkFrozen | None = None
    try:
        live_link(unit, link_id, known=known)
    except (LinkGone, LinkExpired, LinkFrozen) as error:
        refused = error
    what = FILTER if (just_delivered(unit, link_id) if machine is None else machine) else PERSON
    return Followed(refused, what, _logged(unit, link_id, what))


def just_delivered(unit: Unit, link_id: UUID) -> bool:
    """Whether the e-mail with the link was handed over less than a minute ago: when filters fetch."""
    message_id = _MESSAGE.value(unit.db, {"practice": unit.practice_id, "link": link_id})
    at = handed_over_at(unit, message_id, Purpose.LINK) if message_id else None
    return at is not None and unit.now - at < JUST_DELIVERED


def log(unit: Unit, link_id: UUID, what: str, device: str) -> None:
    """Write a visit into the access log; nothing else, and nobody is told."""
    unit.db.execute(
        insert(AccessLog).values(
            practice_id=unit.practice_id, id=unit.new_id(), link_id=link_id, what=what, device=device, at=unit.now
        )
    )


def pressed_by_machine(unit: Unit, link_id: UUID) -> None:
    """The button was pressed, but as a machine presses: no text goes, and the timeline says so."""
    step(unit, link_id, "machine_press")
    tell_change(unit, link_id)


def _logged(unit: Unit, link_id: UUID, what: str) -> bool:
    """Whether a visit of this kind stands in the log already (ix_access_log_link)."""
    wanted = {"practice": unit.practice_id, "link": link_id, "kind": what, "since": unit.now - ONCE_IN}
    return _LOGGED.value(unit.db, wanted) is not None
