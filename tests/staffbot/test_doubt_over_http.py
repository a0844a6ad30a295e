"""A text of which nobody can tell whether it went: the page says so, and a person ends it (E29)."""

import pytest

from core.compose.words import Command, Order
from core.delivery import find
from core.delivery.providers.ports import Found
from core.delivery.words import Channel, Status
from core.delivery.worker import Worker
from tests.core.delivery.test_delivery import send
from tests.core.delivery.test_doubt import Forgetful
from tests.staffbot.browser import signed_in

DOUBT = "we cannot tell whether this text went. It was not sent again, so that nobody gets it twice. Ask the patient, or send it again."


@pytest.fixture
def provider(providers):
    """Takes what it is given and never says so; a search finds two that it could be."""
    several = Found(("uuid-1", "uuid-2"), sure=False)
    provider = providers.by_channel[Channel.SMS] = Forgetful(*[several] * 9)
    return provider


@pytest.fixture
def worker(store, providers, provider):
    return Worker(store, providers)


@pytest.fixture
def doubted(store, ben, amara, worker, clock):
    """Ben's text, in doubt until a person decides; its page, its delivery, and how it stands now."""
    message = send(store, ben, Order(Command.SMS, (amara.id,), "Your letter is ready"))
    for _ in range(30):
        worker.turn()
        clock.forward(seconds=30)

    def one():
        return store.look(ben, find.of_messages, [message.id])[message.id][0]

    return f"/messages/{message.id}", f"/messages/{message.id}/deliveries/{one().id}", one


@pytest.fixture
def ben_at_work(app, store, ben, clock, doubted):
    return signed_in(app, store, ben, clock)


def test_the_page_says_that_nobody_can_tell_and_offers_both_ways_out(ben_at_work, doubted):
    page = ben_at_work.get(doubted[0]).text
    assert DOUBT in page and '<span class="tag tag-wait">Not sure</span>' in page
    assert f'action="{doubted[1]}/again"' in page and f'formaction="{doubted[1]}/went"' in page


def test_send_again_sends_it_once_more(ben_at_work, doubted, provider, worker):
    page, way, one = doubted
    answer = ben_at_work.post(f"{way}/again", {}, on=page)
    assert (answer.status_code, answer.location) == (303, page) and one().status is Status.QUEUED
    worker.turn()
    assert provider.sent == 2


def test_it_went_ends_the_doubt_and_nothing_is_sent(ben_at_work, doubted, provider, worker):
    page, way, one = doubted
    assert ben_at_work.post(f"{way}/went", {}, on=page).status_code == 303
    worker.turn()
    assert one().status is Status.SENT and provider.sent == 1
    assert f"{way}/again" not in ben_at_work.get(page).text


def test_what_is_decided_cannot_be_decided_again(ben_at_work, doubted, provider, worker):
    page, way, _ = doubted
    ben_at_work.post(f"{way}/went", {}, on=page)
    assert ben_at_work.post(f"{way}/again", {}).status_code == 404
    worker.turn()
    assert provider.sent == 1


@pytest.mark.parametrize("decision", ["again", "went"])
def test_without_the_forms_token_nothing_is_decided(ben_at_work, doubted, decision):
    assert ben_at_work.send(f"{doubted[1]}/{decision}", {}, "0" * 64).status_code == 403
    assert doubted[2]().status is Status.UNKNOWN


@pytest.mark.parametrize("decision", ["again", "went"])
def test_another_practice_finds_neither_the_message_nor_the_decision(app, store, tom, clock, doubted, decision):
    stranger = signed_in(app, store, tom, clock)
    assert stranger.get(doubted[0]).status_code == 404
    assert stranger.post(f"{doubted[1]}/{decision}", {}).status_code == 404
    assert doubted[2]().status is Status.UNKNOWN


def test_a_delivery_of_another_message_is_not_decided_on_this_ones_page(
    ben_at_work, store, ben, idris, worker, doubted
):
    other = send(store, ben, Order(Command.SMS, (idris.id,), "Another"))
    theirs = doubted[1].replace(doubted[0], f"/messages/{other.id}")
    assert ben_at_work.post(f"{theirs}/again", {}).status_code == 404
    assert doubted[2]().status is Status.UNKNOWN
