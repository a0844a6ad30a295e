"""What providers say about us rather than about a patient: the admins are told, once a day, and nobody is barred."""

import pytest
from sqlalchemy import insert, select

from core.compose.confirm import confirm
from core.compose.draft import prepare
from core.compose.words import Command, Order
from core.delivery import find, suppression
from core.delivery.providers.mailjet_calls import events
from core.delivery.reports import hear, standing
from core.delivery.tables import DeliveryRow
from core.delivery.words import Bar, Channel, Purpose, Report, Status
from core.messages import notify


def told(store, who):
    return [one.text for one in store.look(who, notify.listing)]


def blocked(delivery_id, error):
    return events({"event": "blocked", "CustomID": str(delivery_id), "MessageID": 7, "error": error})[0][1]


@pytest.fixture
def letter(store, ben, amara):
    """A letter of Ben's to Amara; its delivery."""

    def sending():
        draft = store.run(ben, prepare, Order(Command.EMAIL, (amara.id,), "Rear gate", subject="Parking"))
        message = store.run(ben, confirm, draft.id, hold=0)
        return store.look(ben, find.of_messages, [message.id])[message.id][0].id

    return sending


@pytest.fixture
def hears(store, system, providers, worker):
    """Hear that a letter was blocked, and ask the provider, which says the same or otherwise."""

    def hearing(delivery_id, error, status=Status.BLOCKED):
        providers.by_channel[Channel.EMAIL].look_up = lambda reference: Report(reference, status)
        store.run(system, hear, delivery_id, blocked(delivery_id, error))
        worker.turn()

    return hearing


@pytest.mark.parametrize("error", ["sender blocked", "content blocked", "policy issue"])
def test_who_mistrusts_our_sender_alarms_the_admins_and_bars_nobody(
    store, anna, carl, amara, letter, hears, clock, error
):
    for _ in range(2):
        hears(letter(), error)
    assert told(store, anna) == [standing.SAYS[standing.MISTRUSTED]]
    assert store.look(anna, suppression.bars, Channel.EMAIL, amara.email) == ()
    assert told(store, carl) == []
    store.run(anna, notify.done, store.look(anna, notify.listing)[0].id)
    assert told(store, anna) == []
    clock.forward(days=1)
    hears(letter(), error)
    assert len(told(store, anna)) == 1


def test_a_made_up_call_about_our_sender_alarms_nobody(store, anna, letter, hears):
    hears(letter(), "policy issue", Status.DELIVERED)
    assert told(store, anna) == []


def test_a_report_that_fits_nothing_ends_no_turn_of_the_worker(store, anna, letter, worker, providers, monkeypatch):
    delivery = letter()
    worker.turn()
    monkeypatch.setattr(providers.sandbox, "reports", lambda: [(delivery, Report("another's", Status.BOUNCED))])
    worker.turn()
    monkeypatch.undo()
    stands = select(DeliveryRow.status).where(DeliveryRow.practice_id == anna.practice_id, DeliveryRow.id == delivery)
    assert store.look(anna, lambda unit: unit.db.scalar(stands)) is not Status.BOUNCED


def test_what_is_wrong_with_an_address_alarms_nobody(store, anna, letter, hears):
    hears(letter(), "preblocked")
    assert told(store, anna) == []


def letters_of_a_day(unit, count):
    """So many delivered letters, without the way they took."""
    unit.db.execute(
        insert(DeliveryRow),
        [
            {
                "practice_id": unit.practice_id, "id": unit.new_id(), "channel": Channel.EMAIL,
                "purpose": Purpose.BODY, "masked": "a…@example.org", "provider": "mailjet",
                "status": Status.DELIVERED, "status_at": unit.now, "reason": "", "created_at": unit.now,
            }
            for _ in range(count)
        ],
    )  # fmt: skip


def bar(unit, kind, count):
    """So many addresses barred now, as after asking the provider."""
    for number in range(count):
        suppression.suppress_address(unit, Channel.EMAIL, f"p{number}@example.org", kind)
        standing.barred(unit, kind)


@pytest.mark.parametrize(
    ("kind", "letters", "against", "alarmed"),
    [
        (Bar.HARD_BOUNCE, 200, 10, False),  # five in a hundred, not more
        (Bar.HARD_BOUNCE, 200, 11, True),
        (Bar.HARD_BOUNCE, 199, 30, False),  # too few letters to mean anything
        (Bar.COMPLAINT, 1000, 1, False),
        (Bar.COMPLAINT, 1000, 2, True),
        (Bar.BLOCKED, 200, 50, False),
    ],
)
def test_too_many_complaints_or_bounces_in_a_days_letters_alarm_the_admins_once(
    store, anna, system, kind, letters, against, alarmed
):
    store.run(system, letters_of_a_day, letters)
    store.run(system, bar, kind, against)
    store.run(system, bar, kind, against)
    assert told(store, anna) == ([standing.SAYS[kind]] if alarmed else [])


def test_a_complaint_never_says_which_letter_annoyed(store, anna, system):
    store.run(system, letters_of_a_day, 200)
    store.run(system, bar, Bar.COMPLAINT, 1)
    (said,) = told(store, anna)
    addresses = store.look(system, lambda unit: unit.db.scalars(select(DeliveryRow.masked)).all())
    assert not any(address in said for address in addresses)
