"""The pretend network: texts and letters that stay on this machine, in a small database of their own.

It behaves as a provider does: it takes a parcel, and reports later what became of it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from math import inf
from uuid import UUID

from sqlalchemy import Boolean, Column, Index, MetaData, String, Text, Uuid, insert, select, update
from sqlalchemy import Table as SqlTable

from core.clock import Clock
from core.delivery.providers.findings import Finding, Level
from core.delivery.providers.ports import Found, Received, Trace
from core.delivery.words import Bar, Channel, Parcel, Report, Status
from core.errors import NotFound
from core.ids import new_id
from core.store.engine import open_engine
from core.store.types import MomentType

SAYS = {  # as networks and mail servers word it
    (Channel.SMS, Status.FAILED): "undelivered · ErrorCode 50",
    (Channel.SMS, Status.BLOCKED): "failed · ErrorCode 30",
    (Channel.EMAIL, Status.DELIVERED): "sent · 250 2.0.0 OK",
    (Channel.EMAIL, Status.BOUNCED): "bounce · recipient · user unknown · 550 5.1.1 Mailbox does not exist",
    (Channel.EMAIL, Status.BLOCKED): "blocked · spam · preblocked · 550 5.7.1 Refused by policy",
}
metadata = MetaData()
sandbox_message = SqlTable(
    "sandbox_message",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("delivery_id", Uuid, nullable=True),
    Column("channel", String(10), nullable=False),
    Column("to", String(400), nullable=False),
    Column("from", String(400), nullable=False),
    Column("subject", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("html", Text, nullable=False),
    Column("sent_at", MomentType, nullable=False),
    Column("status", String(20), nullable=False),
    Column("reported", Boolean, nullable=False),
    Index("ix_sandbox_to", "to", "sent_at"),
)


@dataclass(frozen=True, slots=True)
class Pretend:
    """One text or letter of the pretend network."""

    id: UUID
    channel: Channel
    to: str
    sender: str
    subject: str
    text: str
    html: str
    sent_at: datetime
    status: str


class Sandbox:
    """Both channels of the pretend network."""

    name = "sandbox"

    def __init__(self, url: str, clock: Clock) -> None:
        self._engine = open_engine(url, writes=True, pool_size=2)
        self._clock = clock
        metadata.create_all(self._engine)

    def channel(self, channel: Channel) -> "PretendChannel":
        """One channel as a provider."""
        return PretendChannel(self, channel)

    def close(self) -> None:
        """Let go of the connections."""
        self._engine.dispose()

    def keep(self, channel: Channel, parcel: Parcel, delivery_id: UUID | None) -> str:
        """Take a parcel; its name here."""
        message_id = new_id()
        with self._engine.begin() as db:
            db.execute(
                insert(sandbox_message).values(
                    {
                        "id": message_id,
                        "delivery_id": delivery_id,
                        "channel": channel.value,
                        "to": parcel.to,
                        "from": parcel.sender,
                        "subject": parcel.subject,
                        "text": parcel.text,
                        "html": parcel.html,
                        "sent_at": self._clock(),
                        "status": Status.SENT.value,
                        "reported": delivery_id is None,
                    }
                )
            )
        return str(message_id)

    def messages(self, to: str | None = None, since: datetime | None = None, limit: int = 500) -> list[Pretend]:
        """What arrived, newest first; of one address, after a time."""
        table = sandbox_message
        query = select(table).order_by(table.c.sent_at.desc(), table.c.id.desc()).limit(limit)
        if to:
            query = query.where(table.c.to == to)
        if since:
            query = query.where(table.c.sent_at > since)
        with self._engine.connect() as db:
            rows = db.execute(query).mappings().all()
        return [
            Pretend(
                row["id"],
                Channel(row["channel"]),
                row["to"],
                row["from"],
                row["subject"],
                row["text"],
                row["html"],
                row["sent_at"],
                row["status"],
            )
            for row in rows
        ]

    def set_status(self, message_id: UUID, status: Status) -> tuple[UUID, Report]:
        """Decide what becomes of one; what to report, and about which delivery. Raises NotFound."""
        table = sandbox_message
        with self._engine.begin() as db:
            found = db.execute(
                update(table)
                .where(table.c.id == message_id)
                .values(status=status.value, reported=True)
                .returning(table.c.delivery_id, table.c.channel)
            ).one_or_none()
        if found is None or found.delivery_id is None:
            raise NotFound("message")
        return found.delivery_id, pretended(str(message_id), Channel(found.channel), status)

    def kept_for(self, delivery_id: UUID) -> tuple[str, ...]:
        """The names of what was taken for a delivery."""
        found = select(sandbox_message.c.id).where(sandbox_message.c.delivery_id == delivery_id)
        with self._engine.connect() as db:
            return tuple(str(one) for one in db.scalars(found))

    def reports(self, limit: int = 100) -> list[tuple[UUID, Report]]:
        """What to report now: everything taken and not yet told arrives, unless its number or address says it fails."""
        table = sandbox_message
        with self._engine.connect() as db:
            waiting = db.execute(
                select(table.c.id, table.c.delivery_id, table.c.channel, table.c.to)
                .where(table.c.reported.is_(False))
                .limit(limit)
            ).all()
        if not waiting:
            return []
        told = []
        with self._engine.begin() as db:
            for row in waiting:
                status = fate(row.to)
                db.execute(update(table).where(table.c.id == row.id).values(status=status.value, reported=True))
                told.append((row.delivery_id, pretended(str(row.id), Channel(row.channel), status)))
        return told

    def status_of(self, reference: str) -> Status | None:
        """What became of one, by its name here."""
        with self._engine.connect() as db:
            found = db.scalar(select(sandbox_message.c.status).where(sandbox_message.c.id == UUID(reference)))
        return Status(found) if found else None

    def last_sender_to(self, address: str) -> str | None:
        """Who last wrote to an address; answers go there."""
        table = sandbox_message
        with self._engine.connect() as db:
            return db.scalar(
                select(table.c["from"]).where(table.c.to == address).order_by(table.c.sent_at.desc()).limit(1)
            )


class PretendChannel:
    """Texts or letters of the pretend network, as a provider."""

    name = "sandbox"
    per_second = inf
    reads_per_second = inf

    def __init__(self, sandbox: Sandbox, channel: Channel) -> None:
        self._sandbox = sandbox
        self._channel = channel

    def send(self, parcel: Parcel, delivery_id: UUID, reference: str) -> str:
        """Always taken, as long as there is an address."""
        return self._sandbox.keep(self._channel, parcel, delivery_id)

    def look_up(self, reference: str) -> Report | None:
        """As it was decided on the pretend phone or mailbox."""
        status = self._sandbox.status_of(reference)
        return pretended(reference, self._channel, status) if status else None

    def received(self, reference: str) -> Received | None:
        """What comes in here is never in doubt."""
        return None

    def answers(self, number: str = "") -> None:
        """Always."""

    def search(self, trace: Trace) -> Found:
        """What was kept for a delivery."""
        return Found(self._sandbox.kept_for(trace.delivery_id), sure=True)

    def examine(self, now: datetime) -> list[Finding]:
        """Nothing leaves: worth knowing, and no failure."""
        return [Finding(self._channel.value, "sandbox", Level.NOTE)]

    def examine_sender(self, sender: str, countries: Collection[str]) -> list[Finding]:
        """Any number is good enough for pretending."""
        return []

    def rehearse(self, to: str) -> bool:
        """Whatever is kept here is never sent."""
        return True


def pretended(reference: str, channel: Channel, status: Status) -> Report:
    """A report of the pretend network: as a real one would word it."""
    reason = {Status.FAILED: "number", Status.BOUNCED: "mailbox", Status.BLOCKED: "filtered"}.get(status, "")
    bars = (
        {Status.FAILED: Bar.WRONG}
        if channel is Channel.SMS
        else {Status.BOUNCED: Bar.HARD_BOUNCE, Status.BLOCKED: Bar.BLOCKED}
    )
    words = SAYS.get((channel, status), status.value)
    return Report(reference, status, reason, bar=bars.get(status), proven=channel is Channel.SMS, words=words)


def fate(address: str) -> Status:
    """What the pretend network makes of an address: `bounce@…` comes back, a number ending in 0404 does not exist."""
    if address.startswith("bounce@"):
        return Status.BOUNCED
    return Status.FAILED if address.endswith("0404") else Status.DELIVERED
