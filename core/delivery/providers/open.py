"""Which provider serves which channel, from the settings; a provider's library is loaded only where it is used (P1)."""

from dataclasses import dataclass

from core.clock import Clock
from core.config import Settings
from core.delivery.providers.ports import Provider
from core.delivery.providers.sandbox import Sandbox
from core.delivery.words import Channel


@dataclass(frozen=True, slots=True)
class Providers:
    """One provider a channel, and the pretend network where either ends in it."""

    by_channel: dict[Channel, Provider]
    sandbox: Sandbox | None


def open_providers(settings: Settings, clock: Clock) -> Providers:
    """The providers the settings name."""
    sandbox = Sandbox(settings.sandbox, clock) if settings.sandboxed else None
    return Providers({Channel.EMAIL: _email(settings, sandbox), Channel.SMS: _sms(settings, sandbox)}, sandbox)


def _email(settings: Settings, sandbox: Sandbox | None) -> Provider:
    if sandbox is not None and settings.email_provider == "sandbox":
        return sandbox.channel(Channel.EMAIL)
    from core.delivery.providers.mailjet import Mailjet

    return Mailjet(settings)


def _sms(settings: Settings, sandbox: Sandbox | None) -> Provider:
    if sandbox is not None and settings.sms_provider == "sandbox":
        return sandbox.channel(Channel.SMS)
    from core.delivery.providers.plivo import Plivo

    return Plivo(settings)
