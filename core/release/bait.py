"""Bait links (security (d)10): links that nobody was ever sent, so whoever opens one reads what they should not.

To the portal a bait link is a link like any other: the same door, pages, limits and log, so that neither a page nor
its time tells them apart; only no text goes and no code is right. What looking at a link writes, the log of visits, is
read here by the worker, which rings the alarm.

A few lie among our own outgoing letters, sealed as those are, in the database and so in every backup; they are made
anew when their time is over, and the old ones still ring. An admin may have one mailed into a mailbox or an archive,
or take one and put it where nobody should read.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, func, insert, or_, select, update

from core.audit.trail import append
from core.delivery import outbox
from core.delivery.words import Channel, Parcel, Purpose
from core.delivery.writing.patient_letters import link_email
from core.errors import NotFound
from core.language import language_for
from core.patients.address import to_address
from core.patients.card import mac_of
from core.patients.phone import ending, masked_email, nobodys
from core.practice import find as practice
from core.practice.rights import require
from core.practice.sessions import hash_of
from core.practice.words import Right
from core.release import alarm
from core.release.link import LONGEST_HOURS, make_token
from core.release.tables import AccessLog, BaitRow, LinkRow
from core.release.words import Lies
from core.store.sealing import Place
from core.store.types import AnyRow
from core.store.unit import SYSTEM, Unit, Who
from core.store.writer import Store

FEW = 3  # that lie among a practice's letters
LIVES = timedelta(hours=LONGEST_HOURS)
SETTLED = timedelta(days=1)  # a practice's first real link is so old before bait is laid beside them
FILTERED = timedelta(hours=1)  # after it was mailed: the mailbox's own filters look at it first
NEVER_LEAVES = timedelta(days=36_500)
ADDRESSEE = "hello@example.org"  # RFC 2606: nobody's, should anything ever bring a stored letter away


_VISITED = (  # made once: asked every few seconds
    select(BaitRow.practice_id, BaitRow.link_id, func.max(AccessLog.at).label("last"), func.count().label("times"))
    .join(AccessLog, (AccessLog.practice_id == BaitRow.practice_id) & (AccessLog.link_id == BaitRow.link_id))
    .where(AccessLog.at >= BaitRow.counts_from, or_(BaitRow.opened_at.is_(None), AccessLog.at > BaitRow.opened_at))
    .group_by(BaitRow.practice_id, BaitRow.link_id)
)


@dataclass(frozen=True, slots=True)
class Bait:
    """One bait link, as admins see it."""

    link_id: UUID
    place: Lies
    masked: str
    made_at: datetime
    opened_at: datetime | None
    times: int
    replaced: bool


def watch(store: Store) -> int:
    """A chore of the worker: ring when a bait link was opened; how many were."""
    seen = store.door(_visited)
    return sum(store.run(Who(row.practice_id, SYSTEM), _opened, row.link_id, row.last, row.times) for row in seen)


def sow(unit: Unit) -> int:
    """A chore of the worker: a few fresh ones lie among the letters of who sends links; how many are new."""
    if not _sends_links(unit):
        return 0
    lying = _stored(unit)
    over = [row for row in lying if row.expires_at <= unit.now]
    for row in over:
        _replace(unit, row)
    missing = FEW - (len(lying) - len(over))
    for _ in range(missing):
        link_id, letter = _make(unit, ADDRESSEE)
        parked = unit.now + NEVER_LEAVES
        kept = _queue(unit, letter, due_at=parked, until=parked)
        _lay(unit, link_id, Lies.STORED, delivery_id=kept)
    return missing


def mail(unit: Unit, email: str) -> None:
    """Mail one, as a letter like any patient's, to a mailbox that nobody should read out of: an archive, a leaver's.

    What opens it in the first hour counts for nothing. Raises Forbidden, Invalid("email", "address"), Suppressed.
    """
    require(unit, Right.ADMINISTER)
    to = to_address(email)
    link_id, letter = _make(unit, to)
    _queue(unit, letter, until=unit.now + LIVES)
    _lay(unit, link_id, Lies.MAILED, masked=masked_email(to), counts_from=unit.now + FILTERED)


def take_one(unit: Unit) -> str:
    """The address of a new one, to be put where nobody should read; it is shown this once. Raises Forbidden."""
    require(unit, Right.ADMINISTER)
    link_id, url = _make_link(unit)
    _lay(unit, link_id, Lies.BY_HAND)
    return url


def end(unit: Unit, link_id: UUID) -> None:
    """Let one ring no more; it looks like a link that was taken back. Raises Forbidden, NotFound."""
    require(unit, Right.ADMINISTER)
    row = next((one for one in _lying(unit) if one.link_id == link_id), None)
    if row is None:
        raise NotFound("bait")
    _replace(unit, row)
    unit.db.execute(
        update(LinkRow)
        .where(LinkRow.practice_id == unit.practice_id, LinkRow.id == link_id)
        .values(revoked_at=unit.now)
    )
    append(unit, "bait ended", link_id, place=row.place.value)


def listing(unit: Unit) -> list[Bait]:
    """Those that lie somewhere, and replaced ones that were opened; newest first. Raises Forbidden."""
    require(unit, Right.ADMINISTER)
    return [
        Bait(row.link_id, row.place, row.masked, row.made_at, row.opened_at, row.times, row.replaced_at is not None)
        for row in _rows(unit, or_(BaitRow.replaced_at.is_(None), BaitRow.opened_at.is_not(None)))
    ]


def _make(unit: Unit, to: str) -> tuple[UUID, Parcel]:
    link_id, url = _make_link(unit)
    card = practice.card(unit)
    return link_id, link_email(to, card, language_for("", card.country), url, unit.now + LIVES)


def _make_link(unit: Unit) -> tuple[UUID, str]:
    """A link to nothing, of nobody. Guesses at it count for itself alone, whoever has the number that it seems to."""
    link_id, patient_id, token = unit.new_id(), unit.new_id(), make_token()
    mobile = nobodys(practice.card(unit).country)
    place = Place("link", link_id, "phone", patient_id)
    unit.db.execute(
        insert(LinkRow).values(
            practice_id=unit.practice_id,
            id=link_id,
            token_hash=hash_of(token),
            message_id=unit.new_id(),
            conversation_id=unit.new_id(),
            patient_id=patient_id,
            sent_by=None,
            phone=unit.seals.seal(mobile.encode(), place, scope="links"),
            phone_mac=mac_of(unit, "bait", str(link_id)),
            phone_ending=ending(mobile),
            created_at=unit.now,
            expires_at=unit.now + LIVES,
            bait=True,
        )
    )
    return link_id, f"{unit.settings.portal_url}/l/{token}"


def _queue(unit: Unit, letter: Parcel, *, until: datetime, due_at: datetime | None = None) -> UUID:
    return outbox.queue(
        unit,
        channel=Channel.EMAIL,
        purpose=Purpose.LINK,
        parcel=letter,
        masked=masked_email(letter.to),
        due_at=due_at,
        until=until,
    ).id


def _lay(
    unit: Unit,
    link_id: UUID,
    place: Lies,
    *,
    masked: str = "",
    delivery_id: UUID | None = None,
    counts_from: datetime | None = None,
) -> None:
    unit.db.execute(
        insert(BaitRow).values(
            practice_id=unit.practice_id,
            link_id=link_id,
            place=place,
            masked=masked,
            delivery_id=delivery_id,
            made_by=unit.actor.id,
            made_at=unit.now,
            counts_from=counts_from or unit.now,
            times=0,
        )
    )
    append(unit, "bait laid", link_id, place=place.value)


def _replace(unit: Unit, row: AnyRow) -> None:
    """It lies there no more; backups may still hold it, and it rings when it is opened."""
    if row.delivery_id is not None:
        outbox.cancel(unit, row.delivery_id)
    unit.db.execute(
        update(BaitRow)
        .where(BaitRow.practice_id == unit.practice_id, BaitRow.link_id == row.link_id)
        .values(replaced_at=unit.now)
    )


def _opened(unit: Unit, link_id: UUID, last: datetime, times: int) -> bool:
    """Somebody followed it. Whether this worker was the one that noticed."""
    row = BaitRow
    noticed = unit.db.execute(
        update(row)
        .where(
            row.practice_id == unit.practice_id,
            row.link_id == link_id,
            or_(row.opened_at.is_(None), row.opened_at < last),
        )
        .values(opened_at=last, times=row.times + times)
        .returning(row.place)
    ).one_or_none()
    if noticed is None:
        return False
    append(unit, "bait opened", link_id, place=noticed.place.value, times=times)
    alarm.ring(unit, alarm.Alarm.BAIT, times)
    return True


def _visited(db: Connection) -> list[AnyRow]:
    """Bait links that were followed since they were last looked at, in all practices (ix_access_log_link)."""
    return list(db.execute(_VISITED))


def _sends_links(unit: Unit) -> bool:
    """Whether it has, for a day at least (ix_link_message begins with the practice)."""
    row = LinkRow
    real = (row.practice_id == unit.practice_id, row.bait.is_(False), row.created_at <= unit.now - SETTLED)
    return unit.db.scalar(select(row.id).where(*real).limit(1)) is not None


def _stored(unit: Unit) -> list[AnyRow]:
    return [row for row in _lying(unit) if row.place is Lies.STORED]


def _lying(unit: Unit) -> list[AnyRow]:
    return _rows(unit, BaitRow.replaced_at.is_(None))


def _rows(unit: Unit, *conditions: object) -> list[AnyRow]:
    row = BaitRow
    return list(
        unit.db.execute(
            select(row.link_id, row.place, row.masked, row.delivery_id, row.made_at, row.opened_at, row.times)
            .add_columns(row.replaced_at, LinkRow.expires_at)
            .join(LinkRow, (LinkRow.practice_id == row.practice_id) & (LinkRow.id == row.link_id))
            .where(row.practice_id == unit.practice_id, *conditions)  # type: ignore[arg-type]
            .order_by(row.made_at.desc(), row.link_id.desc())
        )
    )
