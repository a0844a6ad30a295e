"""What nobody knows to have gone: asked about, told by a report, decided by a person, and never sent twice by itself."""

from datetime import UTC, datetime, timedelta
from math import inf

import pytest

from core.delivery.providers.mailjet import Mailjet
from core.delivery.providers.plivo import Plivo
from core.delivery.providers.ports import Found, TryAgain, Unsure
from core.delivery.reports import doubt, hear
from core.delivery.words import Channel, Parcel, Purpose, Report, Stage, Status
from core.delivery.worker import Worker
from core.errors import NotFound
from core.store import Who
from core.store.unit import SYSTEM
from tests.core.delivery.test_outbox import queue, stages, status


class Forgetful:
    """A provider that never says whether it took something, and answers searches as it is told."""

    name = "forgetful"
    per_second = inf
    reads_per_second = inf

    def __init__(self, *answers):
        self.answers = list(answers)
        self.sent = 0
        self.searches = 0

    def send(self, parcel, delivery_id, reference):
        self.sent += 1
        raise Unsure

    def search(self, trace):
        self.searches += 1
        answer = self.answers.pop(0) if self.answers else NOTHING
        if isinstance(answer, Exception):
            raise answer
        return answer

    def look_up(self, reference):
        return None


NOTHING = Found((), sure=False)
ONE = Found(("uuid-1",), sure=False)
TWO = Found(("uuid-1", "uuid-2"), sure=False)


@pytest.fixture
def who(practice):
    return Who(practice.id, SYSTEM)


@pytest.fixture
def ask(providers, store, clock):
    """Queue a text with a forgetful provider and let so many minutes pass; the provider and the text."""

    def asking(practice, *answers, minutes=0, purpose=Purpose.BODY):
        provider = providers.by_channel[Channel.SMS] = Forgetful(*answers)
        worker = Worker(store, providers)
        until = clock() + timedelta(minutes=10) if purpose is Purpose.CODE else None
        text = queue(store, practice, purpose=purpose, until=until)
        worker.turn()
        for _ in range(minutes * 2):
            clock.forward(seconds=30)
            worker.turn()
        return provider, text

    return asking


def test_until_it_is_known_it_waits_and_says_so(ask, store, practice):
    provider, text = ask(practice)
    assert status(store, practice, text).status is Status.UNKNOWN and stages(store, practice) == {text: Stage.DOUBT}
    assert (provider.sent, provider.searches) == (1, 0)


def test_found_it_was_taken_and_the_providers_name_for_it_is_kept(ask, store, practice):
    provider, text = ask(practice, ONE, minutes=1)
    assert status(store, practice, text).status is Status.SENT and stages(store, practice) == {}
    assert provider.sent == 1


def test_found_nowhere_twice_and_ten_minutes_apart_it_goes_once_more(ask, store, practice, providers, clock):
    provider, text = ask(practice, NOTHING, NOTHING, NOTHING, minutes=12)
    assert (provider.sent, provider.searches) == (1, 2) and status(store, practice, text).status is Status.UNKNOWN
    clock.forward(seconds=30)
    worker = Worker(store, providers)
    worker.turn()
    assert provider.searches == 3 and status(store, practice, text).status is Status.QUEUED
    worker.turn()
    assert provider.sent == 2


def test_searches_that_fail_prove_nothing(ask, store, practice):
    provider, text = ask(practice, *[TryAgain()] * 100, minutes=30)
    assert provider.sent == 1 and provider.searches > 5
    assert status(store, practice, text).status is Status.UNKNOWN


def test_what_shows_late_in_searches_is_found_and_not_sent_again(ask, store, practice):
    provider, text = ask(practice, NOTHING, NOTHING, ONE, minutes=14)
    assert provider.sent == 1 and status(store, practice, text).status is Status.SENT


def test_what_could_be_either_of_two_is_for_a_person(ask, store, practice):
    provider, text = ask(practice, TWO, TWO, TWO, minutes=14)
    assert provider.sent == 1 and stages(store, practice) == {text: Stage.CASE}


def test_one_text_found_for_two_in_doubt_is_given_to_neither(store, practice, providers, clock):
    provider = providers.by_channel[Channel.SMS] = Forgetful(*[ONE] * 10)
    worker = Worker(store, providers)
    texts = {queue(store, practice), queue(store, practice)}
    for _ in range(30):
        worker.turn()
        clock.forward(seconds=30)
    assert provider.sent == 2 and stages(store, practice) == dict.fromkeys(texts, Stage.CASE)


def test_a_report_that_comes_meanwhile_decides(ask, store, practice, who, worker, clock):
    _, text = ask(practice)
    assert store.run(who, hear, text, Report("uuid-1", Status.DELIVERED))
    clock.forward(minutes=1)
    worker.turn()
    assert status(store, practice, text).status is Status.DELIVERED and stages(store, practice) == {}


def test_a_code_in_doubt_is_never_sent_again(ask, store, practice):
    provider, code = ask(practice, minutes=14, purpose=Purpose.CODE)
    assert provider.sent == 1
    assert status(store, practice, code) == (Status.FAILED, "too_late")


def test_a_person_lets_it_go_once_more_or_says_that_it_went(ask, store, practice, who, worker, providers):
    provider, text = ask(practice)
    store.run(who, doubt.send_again, text)
    assert status(store, practice, text).status is Status.QUEUED
    Worker(store, providers).turn()
    assert provider.sent == 2 and status(store, practice, text).status is Status.UNKNOWN
    store.run(who, doubt.it_went, text)
    assert status(store, practice, text) == (Status.SENT, "told_by_staff") and stages(store, practice) == {}
    for decide in (doubt.send_again, doubt.it_went):
        with pytest.raises(NotFound):
            store.run(who, decide, text)


def test_a_code_is_nobodys_to_send_again(ask, store, practice, who):
    _, code = ask(practice, purpose=Purpose.CODE)
    with pytest.raises(NotFound):
        store.run(who, doubt.send_again, code)


class TestAsked:
    """Through the real clients, against the simulator: what was taken is found, what was not goes once more."""

    @pytest.fixture(params=[Channel.SMS, Channel.EMAIL])
    def channel(self, request):
        return request.param

    @pytest.fixture
    def brought(self, channel, store, practice, providers, clock, simulator, real, who):
        """Queue something, let so many minutes pass after its first answer was lost; how often it arrived."""
        clock.at = datetime.now(UTC)  # searches go by the provider's clock
        providers.by_channel.update({Channel.SMS: Plivo(real), Channel.EMAIL: Mailjet(real)})
        to = {Channel.SMS: "+447700900057", Channel.EMAIL: "amara@example.org"}[channel]

        def bring(fault, minutes=14):
            from core.delivery import outbox

            simulator.fault(kind=fault, times=1)
            made = store.run(
                who, outbox.queue, channel=channel, purpose=Purpose.BODY, masked="",
                parcel=Parcel(to, "Hello", "Hi", sender="+447700900001", sender_name="Elm"),
            )  # fmt: skip
            worker = Worker(store, providers)
            worker.turn()
            assert status(store, practice, made.id).status is Status.UNKNOWN
            for _ in range(minutes * 2):
                clock.forward(seconds=30)
                worker.turn()
            assert simulator.doubles() == {}
            return len(simulator.messages(to)), status(store, practice, made.id).status

        return bring

    @pytest.mark.parametrize("redact", [True, False])
    def test_taken_and_the_answer_lost_it_is_found(self, brought, simulator, redact):
        simulator.redact = redact
        try:
            assert brought("reset_after", minutes=1) == (1, Status.SENT)
        finally:
            simulator.redact = True

    def test_lost_on_the_way_there_it_goes_once_more(self, brought):
        assert brought("reset_before") == (1, Status.SENT)

    def test_searches_that_fail_delay_but_never_double(self, brought, simulator):
        simulator.fault(kind="status", code=500, on="read", times=2)
        assert brought("reset_after") == (1, Status.SENT)
