"""When a provider does not answer: nothing is handed over, everybody is told once, and a read sees that it is back."""

from math import inf

import pytest
from sqlalchemy import update

from core.compose.confirm import confirm
from core.compose.draft import prepare
from core.compose.words import Command, Order
from core.delivery import find
from core.delivery.providers import circuit, plivo_calls
from core.delivery.providers.ports import Halted, SenderRefused, TryAgain, Unsure
from core.delivery.reports import hear
from core.delivery.senders.own_number import texts_wait
from core.delivery.words import ENDS_BADLY, Channel, Status
from core.delivery.worker import Worker
from core.practice import doors
from core.practice.tables import PracticeRow
from core.release import sends
from core.release.find import live_link
from core.release.sends import TextsWait
from core.store.unit import NOBODYS, SYSTEM, Who
from staffbot.delivery_words import state
from tests.core.delivery.test_outbox import queue, status


class Away:
    """A provider that fails as it is told until it is back."""

    name = "plivo"
    per_second = inf
    reads_per_second = inf

    def __init__(self, error):
        self.error = error
        self.refuses = set()
        self.sent = self.reads = 0

    def send(self, parcel, delivery_id, reference):
        self.sent += 1
        if self.error:
            raise self.error
        if parcel.sender in self.refuses:
            raise SenderRefused(30)
        return f"ref-{delivery_id}"

    def answers(self, number=""):
        self.reads += 1
        if self.error or number in self.refuses:
            raise TryAgain

    def look_up(self, reference):
        return None

    def search(self, trace):
        raise TryAgain


@pytest.fixture
def away(providers, store):
    """Puts a failing provider of texts into its place, and the worker that meets it."""

    def put(error):
        provider = providers.by_channel[Channel.SMS] = Away(error)
        return provider, Worker(store, providers)

    return put


def test_a_refused_key_opens_at_once_and_no_other_patients_message_is_used_to_try(store, practice, away, clock):
    provider, worker = away(Halted())
    queue(store, practice)
    worker.turn()
    for _ in range(10):
        queue(store, practice)
        clock.forward(minutes=1)
        worker.turn()
    assert provider.sent == 1 and 3 <= provider.reads <= 6


@pytest.mark.parametrize("error", [TryAgain(), Unsure()])
def test_five_failures_in_a_row_open_and_one_success_between_does_not(store, practice, away, error):
    provider, worker = away(error)
    for turn in range(4):
        queue(store, practice)
        worker.turn()
        assert provider.sent == turn + 1
    provider.error = None
    queue(store, practice)
    worker.turn()
    provider.error, provider.sent = error, 0
    for _ in range(8):
        queue(store, practice)
        worker.turn()
    assert provider.sent == 5


def test_it_is_read_after_thirty_seconds_then_less_and_less_often_and_goes_on_by_itself(store, practice, away, clock):
    provider, worker = away(Halted())
    text = queue(store, practice)
    worker.turn()
    reads = []
    for second in range(0, 300, 10):
        before = provider.reads
        worker.turn()
        reads += [second] * (provider.reads - before)
        clock.forward(seconds=10)
    assert reads == [30, 90, 210]
    provider.error = None
    clock.forward(minutes=5)
    worker.turn()
    worker.turn()
    assert status(store, practice, text).status is Status.SENT


def test_what_waits_says_for_whom_and_since_when_and_admins_hear_once_and_once_more(
    store, anna, ben, amara, away, network, clock
):
    provider, worker = away(Halted())
    drafts = [store.run(ben, prepare, Order(Command.SMS, (amara.id,), f"Letter {n}")) for n in range(3)]
    messages = [store.run(ben, confirm, draft.id, hold=0) for draft in drafts]
    for _ in range(3):
        worker.turn()
        clock.forward(seconds=5)
    deliveries = store.look(anna, find.of_messages, [one.id for one in messages])
    assert {state(one) for some in deliveries.values() for one in some} == {"Waiting for Plivo since 10:00"}
    letters = network.to("anna@elm.example")
    assert [one.subject for one in letters] == ["Texts are waiting"] and network.to("ben@elm.example") == []
    assert "Plivo has not answered since 10:00" in letters[0].text
    provider.error = None
    for _ in range(3):
        clock.forward(minutes=1)
        worker.turn()
    assert [one.subject for one in network.to("anna@elm.example")] == ["Texts go again", "Texts are waiting"]
    sent = store.look(anna, find.of_messages, [one.id for one in messages])
    assert {state(one) for some in sent.values() for one in some} == {"Sent"}


def test_the_very_text_that_met_the_trouble_says_at_once_that_it_waits(store, anna, ben, amara, away):
    _, worker = away(Halted(300))
    draft = store.run(ben, prepare, Order(Command.SMS, (amara.id,), "Your letter is ready"))
    message = store.run(ben, confirm, draft.id, hold=0)
    worker.turn()
    worker.turn()
    (one,) = store.look(anna, find.of_messages, [message.id])[message.id]
    assert state(one) == "Waiting for Plivo since 10:00"


def test_while_texts_wait_no_code_is_made_and_the_patient_is_told_what_to_do(
    store, anna, amara, away, network, practice, settings
):
    draft = store.run(anna, prepare, Order(Command.DIRECT, (amara.id,), "Your report"))
    store.run(anna, confirm, draft.id, hold=0)
    link = store.door(doors.link, network.link("amara@example.org").rpartition("/")[2]).link_id
    provider, worker = away(Halted())
    provider.name = settings.sms_provider
    queue(store, practice)
    worker.turn()
    with pytest.raises(TextsWait):
        store.look(anna, lambda unit: sends.check(unit, live_link(unit, link), amara.mobile))


def own_number(store, practice, number):
    """Let a practice text from a number of its own."""
    row = PracticeRow
    store.run(NOBODYS, lambda unit: unit.db.execute(update(row).where(row.id == practice.id).values(sms_sender=number)))


OWN = "+447700900099"


@pytest.fixture
def refused(store, practice, away):
    """Elm Clinic texts from a number of its own, which the provider refuses."""
    provider, worker = away(None)
    own_number(store, practice, OWN)
    provider.refuses = {OWN}
    return provider, worker


def test_a_practices_own_number_that_is_refused_keeps_back_that_practices_texts_alone(
    store, practice, trial_practice, refused, clock
):
    provider, worker = refused
    theirs = [queue(store, practice)]
    worker.turn()
    theirs += [queue(store, practice) for _ in range(6)]
    ours = queue(store, trial_practice)
    for _ in range(10):
        worker.turn()
        clock.forward(seconds=1)
    assert provider.sent == 2  # one met the refusal, the other practice's went
    assert status(store, trial_practice, ours).status is Status.SENT
    provider.refuses = set()
    clock.forward(minutes=2)
    worker.turn()
    worker.turn()
    assert {status(store, practice, one).status for one in theirs} == {Status.SENT}


def test_a_number_the_practice_no_longer_has_keeps_nothing_back(store, practice, refused, clock):
    _, worker = refused
    text = queue(store, practice)
    worker.turn()
    own_number(store, practice, "+447700900098")
    clock.forward(minutes=2)
    worker.turn()
    assert status(store, practice, text).status is Status.SENT and store.door(circuit.open_now) == {}


def test_whose_number_is_refused_hears_once_and_once_more_when_it_has_been_good_for_a_while(
    store, practice, anna, ben, tom, amara, refused, network, clock
):
    provider, worker = refused
    draft = store.run(ben, prepare, Order(Command.SMS, (amara.id,), "Your letter is ready"))
    message = store.run(ben, confirm, draft.id, hold=0)

    def one():
        return store.look(anna, find.of_messages, [message.id])[message.id][0]

    for _ in range(3):
        worker.turn()
    assert state(one()) == "Waiting since 10:00: Plivo refuses our number"
    for _ in range(40):  # good for a moment, then refused again
        provider.refuses ^= {OWN}
        queue(store, practice)
        clock.forward(seconds=20)
        worker.turn()
    assert [one.subject for one in network.to("anna@elm.example")] == ["Your number is refused"]
    provider.refuses = set()
    for _ in range(14):
        clock.forward(minutes=2)
        worker.turn()
    letters = network.to("anna@elm.example")
    assert [one.subject for one in letters] == ["Your number works again", "Your number is refused"]
    assert OWN in letters[1].text and "since 10:00" in letters[1].text
    assert network.to("ben@elm.example") == network.to("tom@oak.example") == []
    assert state(one()) == "Sent"


def test_while_a_number_is_refused_no_code_is_made(store, anna, practice, refused, settings):
    provider, worker = refused
    provider.name = settings.sms_provider
    queue(store, practice)
    worker.turn()
    assert store.look(anna, texts_wait)
    own_number(store, practice, "")
    assert not store.look(anna, texts_wait)


REPORTED = [  # Plivo's error code, the number it went from, and what is kept back then
    ("40", OWN, {f"plivo {OWN}"}),
    ("201", OWN, {f"plivo {OWN}"}),
    ("40", "+447700900011", set()),  # a number of yesterday
    ("40", "", {"plivo"}),
    ("900", OWN, {"plivo"}),
    ("910", OWN, {"plivo"}),
    ("30", OWN, set()),
]


@pytest.mark.parametrize(("code", "own", "shut"), REPORTED)
def test_a_report_may_say_as_well_that_our_number_or_account_is_refused(store, practice, away, code, own, shut):
    _, worker = away(None)
    text = queue(store, practice)
    worker.turn()
    own_number(store, practice, OWN if own else "")
    told = plivo_calls.meaning(
        {"MessageUUID": f"ref-{text}", "Status": "failed", "ErrorCode": code, "From": own.lstrip("+")}, sure=True
    )
    store.run(Who(practice.id, SYSTEM), hear, text, told)
    assert store.door(circuit.open_now).keys() == shut
    store.run(Who(practice.id, SYSTEM), hear, text, told)
    assert status(store, practice, text).status in ENDS_BADLY


def test_what_an_unsigned_report_says_about_us_counts_once_the_provider_said_it(store, practice, away, clock):
    provider, worker = away(None)
    text = queue(store, practice)
    worker.turn()
    fields = {"MessageUUID": f"ref-{text}", "Status": "failed", "ErrorCode": "900", "From": ""}
    provider.look_up = lambda reference: plivo_calls.said(reference, "delivered", "", sure=True)
    store.run(Who(practice.id, SYSTEM), hear, text, plivo_calls.meaning(fields, sure=False))
    worker.turn()
    assert store.door(circuit.open_now) == {}
    provider.look_up = lambda reference: plivo_calls.said(reference, "failed", "900", sure=True)
    clock.forward(minutes=2)
    worker.turn()
    assert store.door(circuit.open_now).keys() == {"plivo"}


def test_the_installations_own_number_that_is_refused_stops_everybody(store, practice, away):
    _, worker = away(SenderRefused())
    queue(store, practice)
    own_number(store, practice, "")
    worker.turn()
    assert store.door(circuit.open_now)["plivo"].why == "halt"
