"""Which provider serves which channel, from the settings; a provider's library is loaded only where it is used (P1)."""

from dataclasses import dataclass

from core.clock import Clock
from core.config import BadSettings, Settings
from core.delivery.providers.ports import Provider
from core.delivery.providers.sandbox import Sandbox
from core.delivery.words import Channel

NEEDED = {
    "mailjet": ("mailjet_api_key", "mailjet_api_secret", "email_from"),
    "plivo": ("plivo_auth_id", "plivo_auth_token", "plivo_sender"),  # an empty token would verify anything (P41)
}


@dataclass(frozen=True, slots=True)
class Providers:
    """One provider a channel, and the pretend network where either ends in it."""

    by_channel: dict[Channel, Provider]
    sandbox: Sandbox | None


def open_providers(settings: Settings, clock: Clock) -> Providers:
    """The providers the settings name. Raises BadSettings naming what one of them lacks."""
    sandbox = Sandbox(settings.sandbox, clock) if settings.sandboxed else None
    return Providers({Channel.EMAIL: _email(settings, sandbox), Channel.SMS: _sms(settings, sandbox)}, sandbox)


def open_pretence(settings: Settings, clock: Clock) -> Providers:
    """The pretend network for both channels, whatever the settings name: a made-up month must never leave."""
    sandbox = Sandbox(settings.sandbox, clock)
    return Providers({channel: sandbox.channel(channel) for channel in Channel}, sandbox)


def _email(settings: Settings, sandbox: Sandbox | None) -> Provider:
    if sandbox is not None and settings.email_provider == "sandbox":
        return sandbox.channel(Channel.EMAIL)
    _check(settings, "mailjet")
    from core.delivery.providers.mailjet import Mailjet

    return Mailjet(settings)


def _sms(settings: Settings, sandbox: Sandbox | None) -> Provider:
    if sandbox is not None and settings.sms_provider == "sandbox":
        return sandbox.channel(Channel.SMS)
    _check(settings, "plivo")
    from core.delivery.providers.plivo import Plivo

    return Plivo(settings)


def _check(settings: Settings, provider: str) -> None:
    given = settings.model_dump()
    lacking = [key for key in NEEDED[provider] if not _text(given[key])]
    if lacking:
        raise BadSettings([f"{key}: {provider} needs it" for key in lacking])


def _text(value: object) -> str:
    reveal = getattr(value, "get_secret_value", None)
    return str(reveal() if reveal else value)
