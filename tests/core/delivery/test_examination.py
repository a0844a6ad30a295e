"""`latchkey check`, against the providers' own APIs: each thing that can be wrong is found and said in a sentence."""

from datetime import timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy import update

from core.cli import checking
from core.cli.commands import check
from core.cli.found import sentence
from core.clock import now
from core.compose.words import Command, Order
from core.delivery.providers.findings import Finding, Level
from core.delivery.providers.mailjet import Mailjet
from core.delivery.providers.open import open_providers
from core.delivery.providers.plivo import Plivo
from core.delivery.providers.ports import Refused
from core.practice.tables import PracticeRow
from tests.core.delivery.test_delivery import send


def bad(found: list[Finding]) -> set[str]:
    """What failed, by code; and every finding has its sentence."""
    assert all(sentence(one).endswith(".") for one in found)
    return {one.code for one in found if one.level is Level.FAILED}


@pytest.fixture
def hooked(simulator, real):
    """Settings of an account that is set up in full."""
    made = real.model_copy(update={"mailjet_webhook_secret": SecretStr("hush"), "portal_url": "http://127.0.0.1:9"})
    base = "http://user:secret@127.0.0.1:9/hooks/mailjet/hush"
    simulator.hooks(mailjet_events=f"{base}/events", mailjet_inbound=f"{base}/inbound")
    return made


def test_an_account_that_is_set_up_in_full_is_well(hooked):
    found = Mailjet(hooked).examine(now()) + Plivo(hooked).examine(now())
    assert bad(found) == set()
    assert {one.code for one in found} == {"key", "clock", "sender", "events", "inbound", "funds", "number"}


@pytest.mark.parametrize(
    ("change", "code"),
    [({"email_from": "messages@elsewhere.example"}, "sender"), ({"mailjet_api_secret": SecretStr("x" * 32)}, "key"),
     ({"portal_url": "https://other.example.org"}, "events")],
)  # fmt: skip
def test_mailjets_side_is_looked_at(hooked, change, code):
    assert code in bad(Mailjet(hooked.model_copy(update=change)).examine(now()))


@pytest.mark.parametrize(
    ("change", "code"),
    [({"plivo_sender": "+447700900002"}, "number"), ({"plivo_auth_token": SecretStr("x" * 40)}, "key"),
     ({"plivo_sender": "Elm", "sms_countries": ["US"]}, "name_refused")],
)  # fmt: skip
def test_plivos_side_is_looked_at(hooked, change, code):
    assert code in bad(Plivo(hooked.model_copy(update=change)).examine(now()))


def test_what_a_practice_texts_from_itself_is_looked_at_for_its_own_countries(hooked, simulator, store, system, clock):
    providers = open_providers(hooked, clock)

    def found_of(number):
        mine = update(PracticeRow).where(PracticeRow.id == system.practice_id)
        store.run(system, lambda unit: unit.db.execute(mine.values(sms_sender=number)))
        found = list(checking.numbers(providers, store))
        assert all(sentence(one).endswith(".") for one in found)
        return [(one.code, one.level) for one in found]

    assert found_of(hooked.plivo_sender) == []
    assert found_of("+447700900002") == [("number", Level.FAILED)]
    simulator.sources += ["+447700900002", "+12025550123"]
    assert found_of("+447700900002") == [("number", Level.OK)]
    assert found_of("+12025550123") == [("number", Level.OK), ("number_abroad", Level.NOTE)]
    assert ("name_malformed", Level.FAILED) in found_of("A far too long name")
    simulator.down()
    try:
        assert found_of("+447700900002") == [("number_unread", Level.FAILED)]
    finally:
        simulator.up()


def test_an_empty_account_and_a_wrong_clock_are_found(hooked, simulator):
    simulator.credit = 0.4
    assert bad(Plivo(hooked).examine(now())) == {"funds"}
    simulator.credit = 50
    assert bad(Plivo(hooked).examine(now() + timedelta(minutes=5))) == {"clock"}
    assert bad(Mailjet(hooked).examine(now() - timedelta(minutes=5))) == {"clock"}


def test_a_provider_that_is_down_is_one_finding(hooked, simulator):
    simulator.down()
    try:
        found = Mailjet(hooked).examine(now()) + Plivo(hooked).examine(now())
    finally:
        simulator.up()
    assert [one.code for one in found] == ["unreachable"] * 2


def test_a_rehearsed_letter_is_looked_at_and_not_sent(hooked, simulator):
    mailjet = Mailjet(hooked)
    assert mailjet.rehearse("ada@example.org") and simulator.ledger() == []
    simulator.fault(kind="invalid", provider="mailjet", times=1)
    with pytest.raises(Refused):
        mailjet.rehearse("ada@example.org")
    assert not Plivo(hooked).rehearse("+447700900057")


def test_a_test_really_goes_when_that_is_asked_for(hooked, simulator, clock):
    providers = open_providers(hooked, clock)
    for address, code in (("ada@example.org", "rehearsed"), ("+447700900057", "needs_really")):
        assert check.tried(providers, hooked, address, really=False).code == code
    assert simulator.ledger() == []
    for address in ("ada@example.org", "+447700900057"):
        assert check.tried(providers, hooked, address, really=True).code == "sent"
    assert len(simulator.ledger()) == 2


def test_the_ground_is_looked_at_too(store, settings, anna, amara, system, clock):
    assert checking.database(settings).level is Level.OK
    assert checking.keys(store).level is Level.OK
    assert checking.waiting(store).level is Level.OK
    send(store, anna, Order(Command.SMS, (amara.id,), "Hello"))
    clock.forward(minutes=11)
    assert bad([checking.waiting(store)]) == {"waiting"}
    assert [one.facts["left"] for one in checking.practices(store)] == [99]
    assert bad([checking.portal(settings.model_copy(update={"portal_url": "http://127.0.0.1:9"}))]) == {"unreachable"}


def test_real_providers_need_an_https_portal(hooked):
    assert bad([checking.portal(hooked)]) == {"https"}
