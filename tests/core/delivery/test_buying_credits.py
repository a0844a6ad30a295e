"""Credits are ordered by those who may, appear once when paid, and are missed in time."""

import pytest

from core.compose.words import Command, Order
from core.delivery import credits
from core.delivery.billing import purchase
from core.delivery.billing.low import LowCredits
from core.errors import Forbidden, Invalid, NotFound
from core.practice.words import Role
from tests.conftest import hire
from tests.core.delivery.test_delivery import send


def test_ordered_credits_appear_when_paid_and_only_once(store, anna, system):
    made = store.run(anna, purchase.order, 500)
    assert [one.invoice for one in store.look(system, purchase.unpaid)] == [made.invoice]
    assert store.look(system, credits.balance) == 100
    for said in (made.invoice, f" {made.invoice.lower()} "):
        assert store.run(system, purchase.paid, said).paid_at is not None
    assert store.look(system, credits.balance) == 600
    assert store.look(system, purchase.unpaid) == []


def test_only_owners_and_admins_order_and_only_so_many(store, anna, carl, system):
    with pytest.raises(Forbidden):
        store.run(carl, purchase.order, 500)
    for amount in (0, -5, purchase.MOST + 1):
        with pytest.raises(Invalid):
            store.run(anna, purchase.order, amount)
    with pytest.raises(NotFound):
        store.run(system, purchase.paid, "ABCDEFGH")


def test_another_practices_invoice_is_not_found(store, tom, anna, system):
    foreign = store.run(tom, purchase.order, 500)
    with pytest.raises(NotFound):
        store.run(system, purchase.paid, foreign.invoice)


def test_owners_and_admins_are_told_once_when_credits_run_low_and_again_after_a_top_up(
    store, practice, anna, ben, amara, network, clock, system
):
    hire(store, practice, "Dora Admin", Role.ADMIN)
    letters = lambda name: [  # noqa: E731
        (one.subject, one.text) for one in network.to(f"{name}@elm.example") if "credits left" in one.subject
    ]
    look = LowCredits(store)
    assert look() == 0
    clock.forward(days=10)
    for _ in range(8):
        send(store, anna, Order(Command.SMS, (amara.id,), "x" * 153 * 8))
    for _ in range(3):
        clock.forward(minutes=6)
        network.settle()
    assert letters("anna") == letters("dora") == [
        ("36 SMS credits left",
         "At the pace of the last 30 days they last about 5 days. Without credits no texts and no access codes can go. "
         "Top up: http://127.0.0.1:8000/credits.")
    ]  # fmt: skip
    assert letters("ben") == []
    store.run(system, credits.top_up, 100)
    clock.forward(minutes=6)
    network.settle()
    store.run(system, credits.hold, 130, "sms", amara.id)
    clock.forward(minutes=6)
    assert len(letters("anna")) == 2
