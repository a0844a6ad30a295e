"""The real client libraries against the providers' simulator: every answer is sorted into one of four (P12)."""

from uuid import uuid4

import pytest
from pydantic import SecretStr

from core.config import Settings
from core.delivery.providers.mailjet import Mailjet
from core.delivery.providers.plivo import Plivo
from core.delivery.providers.ports import Refused, TryAgain, Unsure
from core.delivery.words import Parcel
from tests.providers.simulator import ProviderSimulator

KEY = SecretStr("11" * 32)


@pytest.fixture(scope="module")
def simulator():
    with ProviderSimulator(pace=0.01) as running:
        yield running


@pytest.fixture(params=["mailjet", "plivo"])
def channel(request, simulator):
    """A provider, its name, and a parcel it can bring."""
    simulator.clear_faults()
    key, secret = simulator.mailjet_auth
    auth_id, token = simulator.plivo_auth
    settings = Settings(
        secret_key=[KEY], master_key=[KEY], mailjet_api_key=key, mailjet_api_secret=secret,
        mailjet_api_url=simulator.mailjet_url, email_from="messages@example.org", plivo_auth_id=auth_id,
        plivo_auth_token=token, plivo_api_url=simulator.plivo_url, plivo_sender="+15005550006",
    )  # fmt: skip
    simulator.senders, simulator.sources = ["*@example.org"], ["+15005550006"]
    if request.param == "mailjet":
        return request.param, Mailjet(settings), Parcel("amara@example.org", "Hello", subject="Hi", sender_name="Elm")
    return request.param, Plivo(settings), Parcel("+447700900057", "Hello", sender="+15005550006")


def bring(channel):
    _, provider, parcel = channel
    delivery = uuid4()
    return provider.send(parcel, delivery, f"{delivery.hex}.mark")


def test_what_is_accepted_has_the_providers_name_for_it(channel, simulator):
    assert bring(channel)
    assert simulator.doubles() == {}


@pytest.mark.parametrize("fault", ["reset_after", "malformed", "empty", "html_error"])
def test_an_answer_that_was_lost_is_a_doubt_and_never_a_double(channel, simulator, fault):
    before = len(simulator.requests(channel[0], "POST"))
    simulator.fault(kind=fault, provider=channel[0], times=1)
    with pytest.raises(Unsure):
        bring(channel)
    assert len(simulator.requests(channel[0], "POST")) == before + 1
    assert simulator.doubles() == {}


def test_too_many_requests_is_for_later_and_says_when(channel, simulator):
    simulator.fault(kind="rate_limit", provider=channel[0], times=1, retry_after=7)
    with pytest.raises(TryAgain) as later:
        bring(channel)
    assert later.value.after == 7


def test_a_refused_address_is_refused_for_good(channel, simulator):
    simulator.fault(kind="invalid", provider=channel[0], times=1)
    with pytest.raises(Refused):
        bring(channel)


def test_a_redirect_is_not_followed(channel, simulator):
    simulator.fault(kind="redirect", provider=channel[0], times=1)
    with pytest.raises((TryAgain, Unsure)):
        bring(channel)


def test_nobody_at_the_other_end_is_for_later(channel, simulator):
    simulator.down()
    try:
        with pytest.raises((TryAgain, Unsure)) as raised:
            bring(channel)
        assert isinstance(raised.value, TryAgain)
    finally:
        simulator.up()


def test_words_stay_out_of_the_providers_logs_and_links_are_not_tracked(channel, simulator):
    bring(channel)
    kept = simulator.ledger()[-1]
    if channel[0] == "plivo":
        assert kept["log"] == "false"
    else:
        assert "enabled" not in str(kept["tracking"])
