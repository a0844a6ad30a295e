"""The pretend network, as a provider."""

from datetime import timedelta
from uuid import uuid4

import pytest

from core.config import BadSettings, Settings
from core.delivery.providers.open import open_pretence, open_providers
from core.delivery.providers.sandbox import Sandbox
from core.delivery.words import Channel, Parcel, Status
from core.errors import NotFound
from tests.conftest import START
from tests.core.delivery.conformance import Conformance


@pytest.fixture
def sandbox(tmp_path, clock):
    opened = Sandbox(f"sqlite:///{tmp_path / 'sandbox.db'}", clock)
    yield opened
    opened.close()


class TestPretence(Conformance):
    """Texts and letters that stay here."""

    @pytest.fixture(params=list(Channel))
    def provider(self, request, sandbox):
        return sandbox.channel(request.param)

    @pytest.fixture
    def parcel(self):
        return Parcel("amara@example.org", "Hello", "Hi", "<p>Hello</p>", "reply+1@example.org", "Elm Clinic")

    @pytest.fixture
    def arrived(self, sandbox):
        return lambda to: [{"text": one.text} for one in sandbox.messages(to=to)]


def keep(sandbox, to="+447700900057", text="Hello"):
    delivery = uuid4()
    sandbox.keep(Channel.SMS, Parcel(to, text, sender="+447700900001"), delivery)
    return delivery


def test_what_arrived_is_told_newest_first_of_one_address_and_after_a_time(sandbox, clock):
    for number in range(3):
        clock.forward(minutes=1)
        keep(sandbox, text=str(number))
    keep(sandbox, to="+447700900058")
    assert [one.text for one in sandbox.messages(to="+447700900057")] == ["2", "1", "0"]
    since = START + timedelta(minutes=2)
    assert [one.text for one in sandbox.messages(to="+447700900057", since=since)] == ["2"]


def test_each_is_reported_once_and_odd_addresses_fail_as_they_say(sandbox):
    fine, gone = keep(sandbox), keep(sandbox, to="+447700900404")
    bounced = keep(sandbox, to="bounce@example.org")
    told = {delivery: said.status for delivery, said in sandbox.reports()}
    assert told == {fine: Status.DELIVERED, gone: Status.FAILED, bounced: Status.BOUNCED}
    assert sandbox.reports() == []


def test_what_was_decided_by_hand_is_not_reported_over(sandbox):
    delivery = keep(sandbox)
    message = sandbox.messages()[0]
    about, said = sandbox.set_status(message.id, Status.FAILED)
    assert (about, said.status, said.reason) == (delivery, Status.FAILED, "number")
    assert sandbox.reports() == [] and sandbox.messages()[0].status == "failed"
    with pytest.raises(NotFound):
        sandbox.set_status(uuid4(), Status.FAILED)


def test_provider_settings_replace_the_pretence_for_their_channel(real, tmp_path, clock):
    providers = open_providers(real, clock)
    assert {one.name for one in providers.by_channel.values()} == {"mailjet", "plivo"} and providers.sandbox is None
    half = open_providers(real.model_copy(update={"sms_provider": "sandbox", "instance": tmp_path}), clock)
    assert [half.by_channel[one].name for one in (Channel.EMAIL, Channel.SMS)] == ["mailjet", "sandbox"]
    made_up = open_pretence(real.model_copy(update={"instance": tmp_path}), clock)
    assert {one.name for one in made_up.by_channel.values()} == {"sandbox"}


@pytest.mark.parametrize("provider", [{"email_provider": "mailjet"}, {"sms_provider": "plivo"}])
def test_a_provider_without_its_keys_says_which_are_missing(provider, tmp_path, clock):
    with pytest.raises(BadSettings) as bad:
        open_providers(Settings(instance=tmp_path, **provider), clock)
    assert len(bad.value.problems) >= 2 and all(" needs it" in one for one in bad.value.problems)
