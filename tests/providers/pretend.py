"""Providers' other end: one simulator over HTTPS, because clients repeat POSTs by themselves there and only there."""

import pytest
from pydantic import SecretStr

from core.config import Settings
from tests.providers.simulator import ProviderSimulator


@pytest.fixture(scope="session")
def _simulator():
    with ProviderSimulator(pace=0.01, tls=True) as running:
        yield running


@pytest.fixture
def simulator(_simulator, monkeypatch):
    """The pretend Mailjet and Plivo, with nothing on their minds."""
    _simulator.reset()
    _simulator.senders, _simulator.sources, _simulator.barred = ["*@example.org"], ["+447700900001"], []
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", _simulator.ca_file)
    yield _simulator
    _simulator.reset()
    _simulator._hooks.clear()  # whoever listened there is gone


@pytest.fixture
def real(simulator):
    """Settings that name both providers, at the simulator's address."""
    return settings_for(simulator)


def settings_for(simulator) -> Settings:
    key, secret = simulator.mailjet_auth
    auth_id, token = simulator.plivo_auth
    return Settings(
        secret_key=["11" * 32], master_key=["11" * 32], email_provider="mailjet", sms_provider="plivo",
        mailjet_api_key=SecretStr(key), mailjet_api_secret=SecretStr(secret), mailjet_api_url=simulator.mailjet_url,
        email_from="messages@example.org", plivo_auth_id=SecretStr(auth_id), plivo_auth_token=SecretStr(token),
        plivo_api_url=simulator.plivo_url, plivo_sender="+447700900001",
        plivo_texts_per_second=1000, mailjet_calls_per_second=1000,
        plivo_reads_per_second=1000, mailjet_reads_per_second=1000, portal_url="https://portal.example.org",
    )  # fmt: skip
