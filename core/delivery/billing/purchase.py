"""Buying credits: an owner or admin orders, somebody confirms the payment, and then the credits are there, once."""

import secrets
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, insert, select, update

from core.audit.trail import append
from core.delivery import credits
from core.delivery.billing.payments import ByInvoice, CreditOrder, Payments
from core.delivery.tables import CreditOrderRow
from core.errors import Invalid, NotFound
from core.practice.rights import require
from core.practice.words import Right
from core.store.types import AnySelect
from core.store.unit import Unit

TWICE = timedelta(minutes=1)
MOST = 100_000  # credits of one order
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that are mistaken for another when read out
BY_INVOICE = ByInvoice()


def order(unit: Unit, amount: int, payments: Payments = BY_INVOICE) -> CreditOrder:
    """Order credits; the same again at once is a button pressed twice.

    Raises Forbidden (only owners and admins buy), Invalid("credits", "range").
    """
    require(unit, Right.ADMINISTER)
    if not 1 <= amount <= MOST:
        raise Invalid("credits", "range", limit=MOST)
    if twice := _just_ordered(unit, amount):
        return twice
    made = CreditOrder(unit.new_id(), "".join(secrets.choice(LETTERS) for _ in range(8)), amount, unit.now)
    unit.db.execute(
        insert(CreditOrderRow).values(
            practice_id=unit.practice_id,
            id=made.id,
            invoice=made.invoice,
            credits=amount,
            payment=payments.name,
            ordered_by=unit.staff_id,
            ordered_at=unit.now,
        )
    )
    append(unit, "credits ordered", made.id, amount=amount, invoice=made.invoice)
    return made


def _just_ordered(unit: Unit, amount: int) -> CreditOrder | None:
    """What the same person ordered less than a minute ago, of the same amount and not paid yet."""
    row = CreditOrderRow
    mine = (row.ordered_by == unit.staff_id, row.credits == amount, row.ordered_at > unit.now - TWICE)
    found = unit.db.execute(_orders(unit).where(*mine, row.paid_at.is_(None)).limit(1)).one_or_none()
    return CreditOrder(*found) if found else None


def paid(unit: Unit, invoice: str) -> CreditOrder:
    """The payment of an order has come: its credits appear, once however often it is said. Raises NotFound."""
    came = unit.db.execute(
        update(CreditOrderRow)
        .where(*_named(unit, invoice), CreditOrderRow.paid_at.is_(None))
        .values(paid_at=unit.now)
        .returning(CreditOrderRow.credits)
    ).one_or_none()
    if came is not None:
        credits.top_up(unit, came.credits, "bought")
    found = unit.db.execute(_orders(unit).where(*_named(unit, invoice))).one_or_none()
    if found is None:
        raise NotFound("invoice")
    return CreditOrder(*found)


def unpaid(unit: Unit) -> Sequence[CreditOrder]:
    """Orders whose payment has not come, oldest first."""
    rows = unit.db.execute(_orders(unit).where(CreditOrderRow.paid_at.is_(None)).order_by(CreditOrderRow.id))
    return [CreditOrder(*row) for row in rows]


def _orders(unit: Unit) -> AnySelect:
    row = CreditOrderRow
    return select(row.id, row.invoice, row.credits, row.ordered_at, row.paid_at).where(
        row.practice_id == unit.practice_id
    )


def _named(unit: Unit, invoice: str) -> tuple[ColumnElement[bool], ...]:
    return (CreditOrderRow.practice_id == unit.practice_id, CreditOrderRow.invoice == invoice.strip().upper())
