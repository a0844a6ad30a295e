"""Rows of the portal's lock: links, codes, the browsers that asked, guesses, sessions."""

from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Index, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from core.delivery.words import Purpose
from core.release.words import Lies
from core.store.types import Digest, Id, Later, Line, Moment, Practice, Sealed, Table, Word, words


class LinkRow(Table):
    """An e-mailed link. Only the token's hash is kept; the number is the one captured when it was sent (S27)."""

    __tablename__ = "link"
    __table_args__ = (
        Index("ix_link_message", "practice_id", "message_id"),
        Index("ix_link_patient", "practice_id", "patient_id"),
    )
    practice_id: Mapped[Practice]
    id: Mapped[Id]
    token_hash: Mapped[Digest] = mapped_column(unique=True)
    message_id: Mapped[UUID]
    conversation_id: Mapped[UUID]
    patient_id: Mapped[UUID]
    sent_by: Mapped[UUID | None]
    phone: Mapped[Sealed]
    phone_mac: Mapped[Digest]
    phone_ending: Mapped[Word]
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    wrong_in_row: Mapped[int] = mapped_column(SmallInteger, default=0)
    held: Mapped[int] = mapped_column(SmallInteger, default=0)
    revoked_at: Mapped[Later]
    frozen_at: Mapped[Later]
    frozen_why: Mapped[Word] = mapped_column(default="")
    opened_at: Mapped[Later]
    code_sent_at: Mapped[Later]
    unlocked_at: Mapped[Later]
    answered_at: Mapped[Later]
    erased_at: Mapped[Later]
    reminded_at: Mapped[Later]
    reissued_at: Mapped[Later]
    call_message_id: Mapped[UUID | None]  # the request to ring the patient, where one was made
    sensitive: Mapped[bool] = mapped_column(default=False)
    on_paper_at: Mapped[Later]  # when staff noted that its form was answered on paper
    ended_at: Mapped[Later]  # when patient and sender were told that its time was over unread
    bait: Mapped[bool] = mapped_column(default=False)  # nobody was sent it: its patient and message do not exist


class BaitRow(Table):
    """Where a bait link lies, and whether somebody opened it. `delivery_id`: the stored letter that carries it."""

    __tablename__ = "bait"
    practice_id: Mapped[Practice]
    link_id: Mapped[Id]
    place: Mapped[Lies] = mapped_column(words(Lies))
    masked: Mapped[Line]
    delivery_id: Mapped[UUID | None]
    made_by: Mapped[UUID | None]
    made_at: Mapped[Moment]
    counts_from: Mapped[Moment]
    opened_at: Mapped[Later]  # the last time
    times: Mapped[int] = mapped_column(default=0)
    replaced_at: Mapped[Later]  # a newer one lies there; backups may still hold this one


class LinkStep(Table):
    """A step of a link's history, for the timeline; `facts` hold counts and kinds."""

    __tablename__ = "link_step"
    __table_args__ = (Index("ix_link_step_link", "practice_id", "link_id"),)
    practice_id: Mapped[Practice]
    id: Mapped[Id]
    link_id: Mapped[UUID]
    what: Mapped[Word]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[Moment]


class TextBeside(Table):
    """A text that waits to say that an e-mail does (T5, T6). Its credits are held under `id`, its words made as it
    goes; it is deleted by whoever sends it or lets go of it.
    """

    __tablename__ = "text_beside"
    __table_args__ = (
        Index("ix_text_beside_due", "due_at"),
        Index("ix_text_beside_link", "practice_id", "link_id"),
    )
    practice_id: Mapped[Practice]
    id: Mapped[Id]
    link_id: Mapped[UUID]
    purpose: Mapped[Purpose] = mapped_column(words(Purpose))
    due_at: Mapped[Moment]
    until: Mapped[Moment]  # when it is no news any more


class CodeRow(Table):
    """A texted access code, as a keyed hash; it belongs to the browser that asked (decision 14)."""

    __tablename__ = "code"
    __table_args__ = (Index("ix_code_link", "practice_id", "link_id"),)
    practice_id: Mapped[Practice]
    id: Mapped[Id]
    link_id: Mapped[UUID]
    browser: Mapped[Digest]
    mac: Mapped[Digest]
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    dead_at: Mapped[Later]


class Asker(Table):
    """A browser that asked for codes, and how many wrong ones it has typed since (S15, decision 14)."""

    __tablename__ = "asker"
    practice_id: Mapped[Practice]
    link_id: Mapped[Id]
    browser: Mapped[Digest] = mapped_column(primary_key=True)
    tries: Mapped[int] = mapped_column(SmallInteger)
    tried_at: Mapped[Later]


class CodeSend(Table):
    """A code that was sent: what the send limits count (S22)."""

    __tablename__ = "code_send"
    __table_args__ = (
        Index("ix_code_send_link", "practice_id", "link_id", "at"),
        Index("ix_code_send_phone", "practice_id", "phone_mac", "at"),
        Index("ix_code_send_at", "practice_id", "at"),
    )
    practice_id: Mapped[Practice]
    id: Mapped[Id]
    link_id: Mapped[UUID]
    phone_mac: Mapped[Digest]
    at: Mapped[Moment]


class PhoneGuard(Table):
    """Wrong codes for one number in a row, over all its links; its row is what parallel guesses wait for (S17)."""

    __tablename__ = "phone_guard"
    practice_id: Mapped[Practice]
    phone_mac: Mapped[Digest] = mapped_column(primary_key=True)
    wrong_in_row: Mapped[int] = mapped_column(SmallInteger)


class KnownBrowser(Table):
    """A browser that unlocked a patient's message before: its wrong codes are counted in a lane of its own (S16)."""

    __tablename__ = "known_browser"
    practice_id: Mapped[Practice]
    id: Mapped[Id]
    patient_id: Mapped[UUID]
    wrong_in_row: Mapped[int] = mapped_column(SmallInteger)
    created_at: Mapped[Moment]


class PatientPin(Table):
    """What a patient chose in person to open sensitive messages with, as a slow, peppered hash (S26)."""

    __tablename__ = "patient_pin"
    practice_id: Mapped[Practice]
    patient_id: Mapped[Id]
    hash: Mapped[Line]
    set_by: Mapped[UUID]
    set_at: Mapped[Moment]


class UnlockCard(Table):
    """A code on paper for a patient without a usable mobile, as a slow, peppered hash; good once (S25)."""

    __tablename__ = "unlock_card"
    __table_args__ = (Index("ix_unlock_card_patient", "practice_id", "patient_id"),)
    practice_id: Mapped[Practice]
    id: Mapped[Id]
    patient_id: Mapped[UUID]
    hash: Mapped[Line]
    issued_by: Mapped[UUID]
    issued_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    ended_at: Mapped[Later]  # used, taken away, or another was made


class Tally(Table):
    """How often something happened since `since`; a practice's own, or the whole installation's under the nil id."""

    __tablename__ = "tally"
    practice_id: Mapped[Id]
    name: Mapped[Word] = mapped_column(primary_key=True)
    key: Mapped[Digest] = mapped_column(primary_key=True)
    since: Mapped[Moment]
    count: Mapped[int]


class AccessLog(Table):
    """Who followed a link, as far as one can tell: the only thing that looking at a link ever writes (S4)."""

    __tablename__ = "access_log"
    __table_args__ = (Index("ix_access_log_link", "practice_id", "link_id", "at"),)
    practice_id: Mapped[Practice]
    id: Mapped[Id]
    link_id: Mapped[UUID]
    what: Mapped[Word]
    device: Mapped[Line]
    at: Mapped[Moment]


class WrongCode(Table):
    """A wrong code for a number, kept for a day's count (S17)."""

    __tablename__ = "wrong_code"
    __table_args__ = (Index("ix_wrong_code_phone", "practice_id", "phone_mac", "at"),)
    practice_id: Mapped[Practice]
    id: Mapped[Id]
    phone_mac: Mapped[Digest]
    at: Mapped[Moment]


class PatientSession(Table):
    """A browser that unlocked one link; only a hash of its cookie is kept (S29, S33)."""

    __tablename__ = "patient_session"
    __table_args__ = (Index("ix_patient_session_link", "practice_id", "link_id"),)
    practice_id: Mapped[Practice]
    id: Mapped[Id]
    link_id: Mapped[UUID]
    token_hash: Mapped[Digest] = mapped_column(unique=True)
    device: Mapped[Line]
    created_at: Mapped[Moment]
    seen_at: Mapped[Moment]
    ended_at: Mapped[Later]


class KeptAnswer(Table):
    """What a patient was typing when the session ended; sealed with the link, put back after a new code (U81, S91)."""

    __tablename__ = "kept_answer"
    practice_id: Mapped[Practice]
    link_id: Mapped[Id]
    text: Mapped[Sealed]
    at: Mapped[Moment]
