"""Preparing a draft: everything checked, priced and shown before anything leaves (U47, S64)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update

from core.compose import orders
from core.compose.as_seen import as_seen
from core.compose.contacts import Contact, as_recipient, fingerprint, look_up
from core.compose.sealed import open_order, seal_order
from core.compose.tables import DraftRow
from core.compose.warnings import asked_already, time_in_front, warnings, words_behind
from core.compose.words import Command, Draft, Order, Stale, Warning
from core.delivery import credits
from core.forms import find as forms
from core.messages import files
from core.practice import find as practice
from core.store.types import AnyRow
from core.store.unit import Unit

LIVES = timedelta(hours=1)


def prepare(unit: Unit, order: Order) -> Draft:
    """Check an order and keep it as a draft for its author to confirm; nothing leaves. The same `client_id` again is a
    repeat after a lost answer: the draft there is, `again`, whatever would be refused by now; confirming checks anew.

    Raises Forbidden, NotOnTrial, NotFound, MissingEmail, MissingMobile, MissingBoth, MissingPin, OptedOut,
    NoCredits, Invalid.
    """
    if (before := _prepared_before(unit, order.client_id)) is not None:
        return before
    contacts = orders.checked(unit, order)
    draft_id, expires_at = unit.new_id(), unit.now + LIVES
    unit.db.execute(
        insert(DraftRow).values(
            practice_id=unit.practice_id,
            id=draft_id,
            staff_id=unit.staff_id,
            client_id=order.client_id or None,
            command=order.command.value,
            body=seal_order(unit, "draft", draft_id, order),
            fingerprint=fingerprint(contacts),
            created_at=unit.now,
            expires_at=expires_at,
        )
    )
    return _draft(unit, draft_id, expires_at, order, contacts)


def open_draft(unit: Unit, draft_id: UUID) -> tuple[Order, list[Contact]]:
    """The order of one's own live draft and its recipients as they are now. Raises Stale when it is gone or changed."""
    row = _row(unit, DraftRow.id == draft_id)
    if row is None or row.ended_at is not None or row.expires_at <= unit.now:
        raise Stale("draft")
    order = open_order(unit, "draft", row.id, row.body)
    contacts = orders.checked(unit, order)
    if fingerprint(contacts) != row.fingerprint:
        _refresh(unit, row.id, contacts)
        raise Stale("contact", _draft(unit, row.id, row.expires_at, order, contacts))
    return order, contacts


def change(unit: Unit, draft_id: UUID, *, text: str | None, subject: str | None) -> None:
    """Put other words into a draft before it goes. Raises Stale."""
    row = _row(unit, DraftRow.id == draft_id)
    if row is None or row.ended_at is not None:
        raise Stale("draft")
    old = open_order(unit, "draft", row.id, row.body)
    new = replace(old, text=old.text if text is None else text, subject=old.subject if subject is None else subject)
    unit.db.execute(
        update(DraftRow)
        .where(DraftRow.practice_id == unit.practice_id, DraftRow.id == draft_id)
        .values(body=seal_order(unit, "draft", row.id, new))
    )


def end(unit: Unit, draft_id: UUID, message_id: UUID | None = None) -> None:
    """Close one's own draft, sent (`message_id`) or cancelled; only the first to close it succeeds. Raises Stale."""
    closed = unit.db.execute(
        update(DraftRow)
        .where(
            DraftRow.practice_id == unit.practice_id,
            DraftRow.id == draft_id,
            DraftRow.staff_id == unit.staff_id,
            DraftRow.ended_at.is_(None),
        )
        .values(ended_at=unit.now, message_id=message_id)
    )
    if closed.rowcount == 0:
        raise Stale("draft")
    unit.tell("draft.updated", staff=unit.staff_id, draft=draft_id, status="sent" if message_id else "cancelled")


def reopen(unit: Unit, message_id: UUID) -> Draft | None:
    """The draft a message came from, open again after an undo; None when there was none."""
    row = _row(unit, DraftRow.message_id == message_id)
    if row is None:
        return None
    unit.db.execute(
        update(DraftRow)
        .where(DraftRow.practice_id == unit.practice_id, DraftRow.id == row.id)
        .values(ended_at=unit.now)
    )
    order = open_order(unit, "draft", row.id, row.body)
    return _draft(unit, row.id, row.expires_at, order, [look_up(unit, p, order.command) for p in order.people])


def sent_message(unit: Unit, draft_id: UUID) -> UUID | None:
    """The message a draft became, for one who confirms it a second time."""
    row = _row(unit, DraftRow.id == draft_id)
    return row.message_id if row else None


def _draft(unit: Unit, draft_id: UUID, expires_at: Any, order: Order, contacts: list[Contact]) -> Draft:
    texts = [orders.received(unit, order, contact) for contact in contacts]
    segments, needed = orders.cost(unit, order, contacts, texts)
    released = order.command in (Command.DIRECT, Command.FORM)
    hours = order.expires_hours or practice.card(unit).link_hours
    pack = forms.pack(unit, order.form)
    return Draft(
        id=draft_id,
        command=order.command,
        conversation_id=order.conversation_id,
        recipients=tuple(
            as_recipient(contact, order.command, text) for contact, text in zip(contacts, texts, strict=True)
        ),
        subject=order.subject,
        text=order.text,
        received=texts[0],
        attachments=files.uploads(unit, order.attachments),
        segments=segments,
        credits=needed,
        balance_after=credits.balance(unit) - needed,
        warnings=(
            *_planned(unit, order, contacts),
            *warnings(unit, order.command, contacts, order.text, order.subject),
            *asked_already(unit, contacts, order.form),
            *words_behind(unit, contacts, pack),
        ),
        expires_at=expires_at,
        until=unit.now + timedelta(hours=hours) if released else None,
        form_title=pack.title,
        form=order.form,
        forms=tuple((one.id, one.title) for one in pack.forms),
        expires_hours=order.expires_hours,
        hold=practice.staff_member(unit, unit.staff_id).undo_seconds,
        seen=as_seen(unit, order, contacts[0]),
        sensitive=order.sensitive,
    )


def _planned(unit: Unit, order: Order, contacts: list[Contact]) -> list[Warning]:
    """The offer to send it at the time it begins with, and what goes then."""
    if (later := order.later) is None:
        return []
    short = replace(order, text=later.text, subject=later.subject or order.subject)
    whole, rest = (order.subject, later.subject) if later.subject else (order.text, later.text)
    segments, needed = orders.cost(
        unit, short, contacts, [orders.received(unit, short, contact) for contact in contacts]
    )
    return [time_in_front(later, whole.removesuffix(rest), segments, needed)]


def _row(unit: Unit, condition: Any) -> AnyRow | None:
    return unit.db.execute(
        select(
            DraftRow.id,
            DraftRow.body,
            DraftRow.fingerprint,
            DraftRow.expires_at,
            DraftRow.ended_at,
            DraftRow.message_id,
        ).where(DraftRow.practice_id == unit.practice_id, DraftRow.staff_id == unit.staff_id, condition)
    ).one_or_none()


def _prepared_before(unit: Unit, client_id: str) -> Draft | None:
    row = _row(unit, DraftRow.client_id == client_id) if client_id else None
    if row is None:
        return None
    order = open_order(unit, "draft", row.id, row.body)
    contacts = [look_up(unit, person, order.command) for person in order.people]
    return replace(_draft(unit, row.id, row.expires_at, order, contacts), again=True)


def _refresh(unit: Unit, draft_id: UUID, contacts: list[Contact]) -> None:
    unit.db.execute(
        update(DraftRow)
        .where(DraftRow.practice_id == unit.practice_id, DraftRow.id == draft_id)
        .values(fingerprint=fingerprint(contacts))
    )
