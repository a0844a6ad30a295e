"""Rows of delivery: deliveries, their history, the outbox, the ledger of credits."""

from datetime import date
from uuid import UUID

from sqlalchemy import Double, Index, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from core.delivery.words import Bar, Channel, Entry, Purpose, Stage, Status, Unclear
from core.store.types import Digest, Id, Later, Line, Moment, Practice, Sealed, Table, Word, words


class DeliveryRow(Table):
    """One attempt chain to bring something to one address over one channel."""

    __tablename__ = "delivery"
    __table_args__ = (
        Index("ix_delivery_message", "practice_id", "message_id"),
        Index("ix_delivery_status", "practice_id", "status", "status_at"),
        Index("ix_delivery_reference", "provider", "reference"),
        Index("ix_delivery_read_due", "read_due_at"),
    )
    practice_id: Mapped[Practice]
    id: Mapped[Id]
    conversation_id: Mapped[UUID | None]
    message_id: Mapped[UUID | None]
    channel: Mapped[Channel] = mapped_column(words(Channel))
    purpose: Mapped[Purpose] = mapped_column(words(Purpose))
    masked: Mapped[Line]
    address_mac: Mapped[Digest | None]
    provider: Mapped[Word]
    reference: Mapped[Word | None]
    status: Mapped[Status] = mapped_column(words(Status))
    status_at: Mapped[Moment]
    reason: Mapped[Word]
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0)
    credits: Mapped[int] = mapped_column(SmallInteger, default=0)
    created_at: Mapped[Moment]
    waits_since: Mapped[Later]  # since when its provider has been out of reach
    read_due_at: Mapped[Later]  # when the provider is asked, because it reported nothing
    told_at: Mapped[Later]  # when whoever sent it heard that it did not arrive


class DeliveryStep(Table):
    """A step of a delivery's history, for the timeline."""

    __tablename__ = "delivery_step"
    __table_args__ = (Index("ix_delivery_step_delivery", "practice_id", "delivery_id"),)
    practice_id: Mapped[Practice]
    id: Mapped[Id]
    delivery_id: Mapped[UUID]
    status: Mapped[Status] = mapped_column(words(Status))
    reason: Mapped[Word]
    at: Mapped[Moment]
    happened_at: Mapped[Later]  # as the provider says; shown, and decides nothing


class OutboxRow(Table):
    """What still has to go. Written with its message; gone when handed over. `holder`: the worker that has it."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_due", "stage", "channel", "rank", "practice_id", "due_at"),
        Index("ix_outbox_until", "stage", "until"),
    )
    practice_id: Mapped[Practice]
    delivery_id: Mapped[Id]
    channel: Mapped[Channel] = mapped_column(words(Channel))
    rank: Mapped[int] = mapped_column(SmallInteger)
    stage: Mapped[Stage] = mapped_column(words(Stage))
    due_at: Mapped[Moment]
    until: Mapped[Moment]
    parcel: Mapped[Sealed]
    holder: Mapped[UUID | None]
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0)
    attempt_at: Mapped[Later]
    asked: Mapped[int] = mapped_column(SmallInteger, default=0)  # how often a doubt was
    nothing_since: Mapped[Later]  # since when the provider says it has nothing


class PaceRow(Table):
    """How fast a provider's account may be called, shared by all workers. Nobody's: it belongs to the installation."""

    __tablename__ = "pace"
    name: Mapped[Word] = mapped_column(primary_key=True)
    level: Mapped[float] = mapped_column(Double)
    rate: Mapped[float] = mapped_column(Double)
    at: Mapped[Moment]


class CircuitRow(Table):
    """Whether a provider answers. Nobody's, like the pace. `opened_at`: since when nothing is handed over to it.

    `provider` is its name, or its name and a number where that number alone is refused.
    """

    __tablename__ = "circuit"
    provider: Mapped[Word] = mapped_column(primary_key=True)
    stumbles: Mapped[int] = mapped_column(SmallInteger, default=0)
    stumbling_since: Mapped[Later]
    opened_at: Mapped[Later]
    closed_at: Mapped[Later]
    why: Mapped[Word]
    wait: Mapped[int]
    probe_at: Mapped[Later]


class CreditEntry(Table):
    """A line of the ledger of SMS credits; the balance is the sum of the amounts. `units`: what the network counted."""

    __tablename__ = "credit_entry"
    __table_args__ = (
        Index("ix_credit_entry_at", "practice_id", "at", "id"),
        Index("ix_credit_entry_holder", "practice_id", "holder"),
        Index("ix_credit_entry_state", "practice_id", "state"),
    )
    practice_id: Mapped[Practice]
    id: Mapped[Id]
    at: Mapped[Moment]
    amount: Mapped[int]
    state: Mapped[Entry] = mapped_column(words(Entry))
    reason: Mapped[Word]
    holder: Mapped[UUID | None]
    about: Mapped[UUID | None]
    units: Mapped[int | None] = mapped_column(SmallInteger)


class CreditOrderRow(Table):
    """Credits that were ordered; `invoice` is the order's name on paper, `payment` the way it is paid."""

    __tablename__ = "credit_order"
    __table_args__ = (Index("uq_credit_order_invoice", "practice_id", "invoice", unique=True),)
    practice_id: Mapped[Practice]
    id: Mapped[Id]
    invoice: Mapped[Word]
    credits: Mapped[int]
    payment: Mapped[Word]
    ordered_by: Mapped[UUID]
    ordered_at: Mapped[Moment]
    paid_at: Mapped[Later]


class ReportSeen(Table):
    """A provider's report that has had its effect; the second one has none (P33)."""

    __tablename__ = "report_seen"
    practice_id: Mapped[Practice]
    digest: Mapped[Digest] = mapped_column(primary_key=True)
    at: Mapped[Moment]


class ProviderReport(Table):
    """What a provider reported, each report once. For people; what it changed stands in the delivery and its steps."""

    __tablename__ = "provider_report"
    __table_args__ = (Index("ix_provider_report_at", "practice_id", "at"),)
    practice_id: Mapped[Practice]
    delivery_id: Mapped[UUID] = mapped_column(primary_key=True)
    digest: Mapped[Digest] = mapped_column(primary_key=True)
    status: Mapped[Status] = mapped_column(words(Status))
    reason: Mapped[Word]
    sequence: Mapped[int | None]
    happened_at: Mapped[Later]
    at: Mapped[Moment]
    words: Mapped[Sealed | None]  # its own


class BarRow(Table):
    """An address that is not written to, and why; found by the keyed hash that patients are found by."""

    __tablename__ = "bar"
    practice_id: Mapped[Practice]
    channel: Mapped[Channel] = mapped_column(words(Channel), primary_key=True)
    address_mac: Mapped[Digest] = mapped_column(primary_key=True)
    bar: Mapped[Bar] = mapped_column(words(Bar), primary_key=True)
    since: Mapped[Moment]


class SecondLook(Table):
    """A report that changes more than a status once the provider, asked about it, says the same (P40, S96)."""

    __tablename__ = "second_look"
    __table_args__ = (Index("ix_second_look_due", "due_at"),)
    practice_id: Mapped[Practice]
    delivery_id: Mapped[Id]
    bar: Mapped[Bar | None] = mapped_column(words(Bar))
    free: Mapped[bool]
    fault: Mapped[Word]  # what it says is wrong with us
    tries: Mapped[int] = mapped_column(SmallInteger, default=0)
    due_at: Mapped[Moment]


class UnmatchedRow(Table):
    """Something that came in and waits for a person to say whose it is. Who sent it and what it says is sealed."""

    __tablename__ = "unmatched"
    __table_args__ = (
        Index("ix_unmatched_done", "practice_id", "done_at", "id"),
        Index("ix_unmatched_ask", "ask_at"),
    )
    practice_id: Mapped[Practice]
    id: Mapped[Id]
    channel: Mapped[Channel] = mapped_column(words(Channel))
    why: Mapped[Unclear] = mapped_column(words(Unclear))
    body: Mapped[Sealed]
    created_at: Mapped[Moment]
    done_at: Mapped[Later]
    done_by: Mapped[UUID | None]
    patient_id: Mapped[UUID | None]
    reference: Mapped[Word | None]  # the network's name for it, where it is asked about
    asked: Mapped[int] = mapped_column(SmallInteger, default=0)
    ask_at: Mapped[Later]


class ArrivedLetter(Table):
    """A letter as a provider handed it over, sealed, until a worker has read it. `delivery_id`: what it answers."""

    __tablename__ = "arrived_letter"
    __table_args__ = (Index("ix_arrived_letter_due", "due_at"),)
    practice_id: Mapped[Practice]
    id: Mapped[Id]
    provider: Mapped[Word]
    delivery_id: Mapped[UUID]
    raw: Mapped[Sealed]
    due_at: Mapped[Moment]
    tries: Mapped[int] = mapped_column(SmallInteger)


class TextedRow(Table):
    """When a practice last texted a phone: tells whose an answer is where several share a number."""

    __tablename__ = "texted"
    __table_args__ = (Index("ix_texted_phone", "phone", "at"),)
    practice_id: Mapped[Practice]
    phone: Mapped[Digest] = mapped_column(primary_key=True)
    at: Mapped[Moment]


class StrangerRow(Table):
    """A phone that texted a number and is nobody's, and when it was last answered. Belongs to no practice."""

    __tablename__ = "stranger"
    phone: Mapped[Digest] = mapped_column(primary_key=True)
    answered_at: Mapped[Moment]


class EarlyReport(Table):
    """A report that carries no mark of ours, about something we may not know yet. Belongs to no practice."""

    __tablename__ = "early_report"
    __table_args__ = (Index("ix_early_report_at", "at"),)
    provider: Mapped[Word] = mapped_column(primary_key=True)
    reference: Mapped[Word] = mapped_column(primary_key=True)
    status: Mapped[Status] = mapped_column(words(Status), primary_key=True)
    reason: Mapped[Word]
    free: Mapped[bool]
    bar: Mapped[Bar | None] = mapped_column(words(Bar))
    proven: Mapped[bool]
    units: Mapped[int] = mapped_column(SmallInteger)
    sender: Mapped[Word]
    at: Mapped[Moment]
    happened_at: Mapped[Later]  # as the provider says
    sequence: Mapped[int | None]


class WaitingReport(Table):
    """One of many reports that came in one call, until a worker hears it."""

    __tablename__ = "waiting_report"
    __table_args__ = (Index("ix_waiting_report_at", "at"),)
    practice_id: Mapped[Practice]
    id: Mapped[Id]
    delivery_id: Mapped[UUID]
    reference: Mapped[Word]
    status: Mapped[Status] = mapped_column(words(Status))
    reason: Mapped[Word]
    free: Mapped[bool]
    bar: Mapped[Bar | None] = mapped_column(words(Bar))
    proven: Mapped[bool]
    happened_at: Mapped[Later]
    at: Mapped[Moment]
    words: Mapped[Sealed | None]  # its own


class OddCall(Table):
    """How often a provider's address was called oddly on a day. Belongs to no practice."""

    __tablename__ = "odd_call"
    day: Mapped[date] = mapped_column(primary_key=True)
    provider: Mapped[Word] = mapped_column(primary_key=True)
    what: Mapped[Word] = mapped_column(primary_key=True)
    times: Mapped[int]
