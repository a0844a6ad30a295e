"""Reports that come before the answer that names what they are about."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update

from core.compose.confirm import confirm
from core.compose.draft import prepare
from core.compose.words import Command, Order
from core.delivery import find, odd_calls
from core.delivery.reports import hear
from core.delivery.status import taken
from core.delivery.tables import DeliveryRow, EarlyReport
from core.delivery.words import Bar, Report, Status
from tests.portal.hooks.calls import MAILJET, signature


def test_a_report_that_beats_the_answer_is_not_undone_by_it(store, anna, amara, system):
    draft = store.run(anna, prepare, Order(Command.SMS, (amara.id,), "Hello"))
    message = store.run(anna, confirm, draft.id, hold=0)
    delivery = store.look(anna, find.of_messages, [message.id])[message.id][0]
    store.run(system, hear, delivery.id, Report("uuid", Status.DELIVERED))
    store.run(system, taken, delivery.id, "uuid")
    assert store.look(anna, find.of_messages, [message.id])[message.id][0].status is Status.DELIVERED


@pytest.fixture
def waiting(store, anna, amara):
    """Something to Amara that is held; a question for its delivery."""

    def held(command):
        draft = store.run(anna, prepare, Order(command, (amara.id,), "Hello", subject="Hello"))
        message = store.run(anna, confirm, draft.id, hold=60)
        return lambda: store.look(anna, find.of_messages, [message.id])[message.id][0]

    return held


def named(unit, delivery_id, provider, reference):
    """As if the provider's answer came now."""
    mine = (DeliveryRow.practice_id == unit.practice_id, DeliveryRow.id == delivery_id)
    unit.db.execute(update(DeliveryRow).where(*mine).values(provider=provider))
    taken(unit, delivery_id, reference)


def test_a_report_without_our_mark_waits_for_the_answer_that_names_it(
    call, store, anna, waiting, worker, settings, system
):
    delivery = waiting(Command.SMS)
    fields = {
        "MessageUUID": "early-bird",
        "From": "1",
        "To": "2",
        "Status": "failed",
        "ErrorCode": "50",
        "SentTime": "2026-11-23 09:59:58",
    }
    for nonce in ("1" * 20, "2" * 20):
        headers = signature(settings, "/hooks/plivo/status", fields, nonce)
        assert call("/hooks/plivo/status", data=fields, headers=headers).status_code == 200
    worker.turn()
    assert delivery().status is Status.QUEUED
    store.run(system, named, delivery().id, "plivo", "early-bird")
    worker.turn()
    assert (delivery().status, delivery().reason) == (Status.FAILED, "number")
    assert store.look(anna, find.steps, delivery().message_id)[-1].shown_at == datetime(2026, 11, 23, 9, 59, 58, 0, UTC)
    assert store.door(odd_calls.totals) == []


def test_an_early_report_about_a_letter_is_heard_too(call, store, waiting, worker, system):
    delivery = waiting(Command.EMAIL)
    event = {"event": "sent", "MessageID": 4611686018427387999}
    assert call(f"{MAILJET}/events", json=event, auth=("post", "horse")).status_code == 200
    store.run(system, named, delivery().id, "mailjet", "4611686018427387999")
    worker.turn()
    assert delivery().status is Status.DELIVERED


def test_of_many_events_in_one_call_each_is_kept_once_with_the_worst_it_says(call, store):
    """In one statement: PostgreSQL changes no row twice in one."""
    told = [("spam", 7), ("sent", 8), ("sent", 7), ("sent", 6), ("sent", 7), ("blocked", 7)]
    events = [{"event": event, "MessageID": name} for event, name in told]
    for _ in range(2):
        assert call(f"{MAILJET}/events", json=[*events, "bad"], auth=("post", "horse")).status_code == 200
    rows = store.door(lambda db: db.execute(select(EarlyReport.reference, EarlyReport.status, EarlyReport.bar)).all())
    kept = [
        ("6", "delivered", None),
        ("7", "blocked", None),
        ("7", "delivered", Bar.COMPLAINT),
        ("8", "delivered", None),
    ]
    assert sorted(rows, key=lambda row: (row.reference, row.status)) == kept


def test_what_nobody_knew_for_a_day_is_dropped_and_counted_once(call, store, worker, settings, clock):
    fields = {"MessageUUID": "a-stranger", "From": "1", "To": "2", "Status": "delivered"}
    call("/hooks/plivo/status", data=fields, headers=signature(settings, "/hooks/plivo/status", fields))
    clock.forward(hours=23)
    worker.turn()
    assert store.door(odd_calls.totals) == []
    clock.forward(hours=2)
    for _ in range(2):
        worker.turn()
    assert [(one.what, one.times) for one in store.door(odd_calls.totals)] == [("unknown", 1)]
