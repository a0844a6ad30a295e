"""Delivery: what leaves, once; what becomes of it, forward only; what it costs."""

from functools import reduce
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.compose import undo
from core.compose.confirm import cancel, confirm
from core.compose.draft import prepare
from core.compose.words import Command, MissingBoth, MissingEmail, MissingMobile, Order, Stale, TooLate
from core.delivery import credits, find, inbound
from core.delivery.credits import NoCredits
from core.delivery.incoming.letters import letter_arrived
from core.delivery.providers.ports import Refused, TryAgain, Unsure
from core.delivery.segments import count
from core.delivery.status import report
from core.delivery.words import ENDS_BADLY, Channel, Letter, Status, onward
from core.messages import find as messages
from core.messages import notify
from core.messages.search import Wanted, search
from core.patients import record
from core.practice import find as find_practice
from core.practice.plans import NotOnTrial, TrialOver, change
from core.practice.words import Plan
from core.release import link
from tests.conftest import person


def send(store, who, order, hold=0):
    draft = store.run(who, prepare, order)
    return store.run(who, confirm, draft.id, hold=hold)


def ticks(store, who, message):
    return [one.status for one in store.look(who, find.of_messages, [message.id])[message.id]]


@given(st.lists(st.sampled_from(Status)))
@pytest.mark.attack("G04")
@pytest.mark.s("S97")
def test_whatever_the_order_a_delivered_text_never_goes_back_to_sent(reports):
    status = Status.QUEUED
    seen_delivered = False
    for one in reports:
        status = onward(status, one)
        seen_delivered = seen_delivered or status is Status.DELIVERED
        assert not (seen_delivered and status in (Status.QUEUED, Status.SENT, Status.UNKNOWN))


@given(st.sampled_from(sorted(ENDS_BADLY)), st.lists(st.sampled_from(Status)))
@pytest.mark.s("S97")
def test_what_ended_badly_stays_so_whatever_is_said_afterwards(end, reports):
    assert reduce(onward, reports, end) is end


@given(st.lists(st.sampled_from(Status)))
@pytest.mark.s("S97")
def test_reports_twice_are_reports_once(reports):
    doubled = [one for one in reports for _ in range(2)]
    assert reduce(onward, reports, Status.QUEUED) is reduce(onward, doubled, Status.QUEUED)


@pytest.mark.parametrize(
    ("text", "segments", "encoding"),
    [("", 0, "GSM-7"), ("a" * 160, 1, "GSM-7"), ("a" * 161, 2, "GSM-7"), ("a" * 153 * 2, 2, "GSM-7"),
     ("€" * 80, 1, "GSM-7"), ("€" * 81, 2, "GSM-7"), ("’", 1, "UCS-2"), ("я" * 71, 2, "UCS-2"), ("😀" * 35, 1, "UCS-2"),
     ("😀" * 36, 2, "UCS-2")],
)  # fmt: skip
def test_segments_are_counted_as_carriers_do(text, segments, encoding):
    assert (count(text).segments, count(text).encoding) == (segments, encoding)


@pytest.mark.attack("E13")
@pytest.mark.s("S64")
def test_nothing_leaves_before_confirm(store, anna, amara, network):
    draft = store.run(anna, prepare, Order(Command.SMS, (amara.id,), "Your letter is ready"))
    assert draft.credits == 1 and draft.recipients[0].channels == ((Channel.SMS, "number ending 57"),)
    assert network.to("+447700900057") == []
    store.run(anna, cancel, draft.id)
    with pytest.raises(Stale):
        store.run(anna, confirm, draft.id)
    assert network.to("+447700900057") == []


@pytest.mark.attack("E14")
@pytest.mark.s("S64")
def test_a_confirmed_text_goes_once_and_its_tick_moves(store, anna, amara, network):
    draft = store.run(anna, prepare, Order(Command.SMS, (amara.id,), "Your letter is ready"))
    message = store.run(anna, confirm, draft.id, hold=0)
    assert store.run(anna, confirm, draft.id, hold=0).id == message.id
    assert ticks(store, anna, message) == [Status.QUEUED]
    assert [one.text for one in network.to("+447700900057")] == ["Your letter is ready"]
    assert ticks(store, anna, message) == [Status.DELIVERED]
    assert store.look(anna, credits.balance) == 99


def test_a_held_message_can_be_undone_and_its_draft_comes_back(store, anna, amara, network, clock):
    message = send(store, anna, Order(Command.DIRECT, (amara.id,), "Wrong file"), hold=10)
    clock.forward(seconds=9)
    assert network.to("amara@example.org") == []
    assert store.run(anna, undo.undo, message.id).text == "Wrong file"
    assert store.run(anna, undo.undo, message.id).text == "Wrong file"  # asked again: the answer may have been lost
    clock.forward(seconds=60)
    assert network.to("amara@example.org") == []
    assert store.look(anna, credits.balance) == 100


def test_a_search_finds_nothing_of_a_text_that_was_undone(store, anna, amara):
    message = send(store, anna, Order(Command.SMS, (amara.id,), "Wrong time"), hold=10)
    assert [hit.message.id for hit in store.look(anna, search, Wanted("wrong")).hits] == [message.id]
    store.run(anna, undo.undo, message.id)
    assert store.look(anna, search, Wanted("wrong")).hits == ()


def test_what_has_left_cannot_be_undone(store, anna, amara, network):
    message = send(store, anna, Order(Command.SMS, (amara.id,), "Gone"))
    network.settle()
    with pytest.raises(TooLate):
        store.run(anna, undo.undo, message.id)


@pytest.mark.s("S64")
def test_a_number_changed_meanwhile_stops_the_draft_and_shows_it_fresh(store, anna, amara, system):
    draft = store.run(anna, prepare, Order(Command.SMS, (amara.id,), "Hello"))
    store.run(system, record.change, amara.id, mobile="07700 900077")
    with pytest.raises(Stale) as stale:
        store.run(anna, confirm, draft.id)
    assert stale.value.draft.recipients[0].channels[0][1] == "number ending 77"


def test_a_direct_message_says_what_is_missing(store, anna, system):
    for more, error in (
        ({"email": "x@example.org"}, MissingMobile),
        ({"mobile": "07700 900061"}, MissingEmail),
        ({}, MissingBoth),
    ):
        patient = store.run(system, record.add, **person("Lena", error.__name__, **more))
        with pytest.raises(error) as refused:
            store.run(anna, prepare, Order(Command.DIRECT, (patient.id,), "Hello"))
        assert refused.value.patient_id == patient.id  # whose details are to be added to


def test_without_credits_nothing_can_be_prepared(store, anna, amara, system):
    store.run(system, credits.hold, 100, "sms", amara.id)
    for command in (Command.SMS, Command.DIRECT):
        with pytest.raises(NoCredits):
            store.run(anna, prepare, Order(command, (amara.id,), "Hello"))


def test_on_trial_texts_and_emails_are_refused_and_direct_messages_go_until_it_is_over(
    store, tom, trial_practice, network, clock
):
    from core.store import Who
    from core.store.unit import SYSTEM

    patient = store.run(
        Who(trial_practice.id, SYSTEM),
        record.add,
        **person("Uma", "Probe", email="uma@example.org", mobile="07700900062"),
    )
    for command in (Command.SMS, Command.EMAIL):
        with pytest.raises(NotOnTrial):
            store.run(tom, prepare, Order(command, (patient.id,), "Hello", subject="Hello"))
    sent = send(store, tom, Order(Command.DIRECT, (patient.id,), "Hello"))
    assert network.link("uma@example.org")
    clock.forward(days=29, hours=1)
    assert store.look(tom, find_practice.card).trial_days(clock()) == 1
    clock.forward(days=1)
    assert store.look(tom, find_practice.card).trial_days(clock()) == 0
    for command in Command:
        with pytest.raises(TrialOver):
            store.run(tom, prepare, Order(command, (patient.id,), "Hello", subject="Hello"))
    store.run(tom, link.reissue, sent.id)
    store.run(Who(trial_practice.id, SYSTEM), change, Plan.TRIAL)
    send(store, tom, Order(Command.DIRECT, (patient.id,), "Hello again"))


def test_clinical_words_outside_the_lock_are_pointed_out(store, anna, amara):
    draft = store.run(anna, prepare, Order(Command.SMS, (amara.id,), "Your biopsy results are back"))
    assert draft.warnings[0].facts["words"] == ["biopsy"]


class Moody:
    """A provider that answers as it is told."""

    name = "moody"
    per_second = inf
    reads_per_second = inf

    def __init__(self, *moods):
        self.moods = list(moods)
        self.sent = []

    def search(self, trace):
        raise TryAgain

    def send(self, parcel, delivery_id, reference):
        self.sent.append(delivery_id)
        mood = self.moods.pop(0) if self.moods else None
        if mood:
            raise mood
        return f"ref-{delivery_id}"


def test_a_refused_text_gives_its_credits_back_and_is_not_tried_again(store, anna, amara, network, providers):
    moody = providers.by_channel[Channel.SMS] = Moody(Refused("refused"))
    message = send(store, anna, Order(Command.SMS, (amara.id,), "Hello"))
    network.settle()
    assert ticks(store, anna, message) == [Status.FAILED] and len(moody.sent) == 1
    assert store.look(anna, credits.balance) == 100


def test_a_text_that_could_not_go_now_goes_later(store, anna, amara, network, providers, clock):
    moody = providers.by_channel[Channel.SMS] = Moody(TryAgain(), TryAgain())
    message = send(store, anna, Order(Command.SMS, (amara.id,), "Hello"))
    network.settle()
    assert ticks(store, anna, message) == [Status.QUEUED]
    for _ in range(2):
        clock.forward(minutes=2)
        network.settle()
    assert ticks(store, anna, message) == [Status.SENT] and len(moody.sent) == 3


@pytest.mark.s("S99")
def test_an_unsure_answer_is_never_sent_again_by_itself(store, anna, amara, network, providers, clock):
    moody = providers.by_channel[Channel.SMS] = Moody(Unsure())
    message = send(store, anna, Order(Command.SMS, (amara.id,), "Hello"))
    network.settle()
    clock.forward(days=1)
    network.settle()
    assert ticks(store, anna, message) == [Status.UNKNOWN] and len(moody.sent) == 1


@pytest.mark.attack("G04")
@pytest.mark.s("S97")
def test_late_and_repeated_reports_change_nothing(store, anna, amara, network, system):
    message = send(store, anna, Order(Command.SMS, (amara.id,), "Hello"))
    network.settle()
    delivery = store.look(anna, find.of_messages, [message.id])[message.id][0]
    assert not store.run(system, report, delivery.id, Status.SENT).changed
    assert not store.run(system, report, delivery.id, Status.DELIVERED).changed


def test_a_patients_text_comes_into_their_conversation_and_to_who_wrote_last(store, anna, amara, network, practice):
    from sqlalchemy import update

    from core.practice.tables import PracticeRow
    from core.store import Who
    from core.store.unit import SYSTEM

    message = send(store, anna, Order(Command.SMS, (amara.id,), "Can you come at 11?"))
    number = "+447700900001"
    store.run(
        Who(practice.id, SYSTEM),
        lambda unit: (
            unit.db.execute(
                update(PracticeRow).where(PracticeRow.id == unit.practice_id).values(sms_sender=number)
            ).rowcount
        ),
    )
    assert inbound.text_arrived(store, inbound.Text(number, "+447700900057", "Yes")).fate is inbound.Fate.JOINED
    assert store.look(anna, messages.history, message.conversation_id)[-1].text == "Yes"
    assert store.look(anna, notify.listing)[0].text == "Yes"
    assert inbound.text_arrived(store, inbound.Text(number, "+447700900999", "Who?")).fate is inbound.Fate.TRAY


def test_an_answer_by_email_finds_its_conversation_and_a_made_up_address_finds_none(store, anna, amara, network):
    message = send(store, anna, Order(Command.EMAIL, (amara.id,), "Rear gate", subject="Parking"))
    address = network.to("amara@example.org")[0].sender
    assert letter_arrived(store, Letter(address, "amara@example.org", "Re", "Thanks")) is inbound.Fate.JOINED
    assert store.look(anna, messages.history, message.conversation_id)[-1].text == "Thanks"
    forged = address.replace("reply+", "reply+0")
    assert letter_arrived(store, Letter(forged, "x@example.org", "", "Hi")) is inbound.Fate.NOBODYS


def test_an_unread_internal_message_is_mailed_about_once_and_without_a_word_of_it(store, anna, ben, network, clock):
    from core.messages.conversations import open_with_staff
    from core.messages.post import post
    from core.messages.words import Direction, Kind, Writing

    thread = store.run(anna, open_with_staff, ben.actor.id)
    for text in ("Mrs Testwell rang", "Again"):
        message = store.run(anna, post, thread.id, Writing(Kind.INTERNAL, Direction.INTERNAL, text))
        store.run(anna, notify.tell_colleagues, message)
    assert network.to("ben@elm.example") == []
    clock.forward(minutes=15)
    letters = network.to("ben@elm.example")
    assert [one.subject for one in letters] == ["You have a secure message"]
    for word in ("Testwell", "Anna", "rang"):
        assert word not in letters[0].text + letters[0].html
    clock.forward(hours=5)
    assert len(network.to("ben@elm.example")) == 1
