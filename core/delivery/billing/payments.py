"""How bought credits are paid for. The built-in way is an invoice: a person writes it, and says when it was paid."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class CreditOrder:
    """Credits that somebody ordered; `invoice` is what the order is called on paper. They come when it is paid."""

    id: UUID
    invoice: str
    credits: int
    ordered_at: datetime
    paid_at: datetime | None = None


class Payments(Protocol):
    """Asks for the money of an order; knows no database. Whoever is paid then calls `purchase.paid`, once or often."""

    name: str

    def ask(self, order: CreditOrder) -> str:
        """Where to pay, as a web address; empty where nothing is to be done on the web."""


class ByInvoice:
    """The operator sends an invoice and confirms it: `latchkey practice credits --paid INVOICE`."""

    name = "invoice"

    def ask(self, order: CreditOrder) -> str:
        """Nothing to do on the web."""
        return ""
