"""When nobody's message can go, or nobody's from one number: the account or the number is refused (P12, P35, P70).

A provider says so at once, or afterwards in its report about a text that it had taken.
"""

import structlog

from core.delivery.providers import circuit
from core.delivery.senders.own_number import texting_number
from core.store.unit import Unit

log = structlog.get_logger(__name__)

SENDER, ACCOUNT = "source", "account"  # the reasons of reports


def account_refused(unit: Unit, provider: str) -> None:
    """Hand nothing over to a provider until a read says that it would take something."""
    if circuit.open_up(unit, provider, "halt"):
        log.error("a provider refuses our account", provider=provider)


def sender_refused(unit: Unit, provider: str, sender: str) -> None:
    """Hand over nothing that comes from a number: the installation's stops everybody, a practice's own itself alone."""
    if sender in ("", unit.settings.plivo_sender):
        account_refused(unit, provider)
    elif circuit.open_up(unit, circuit.of_number(provider, sender), "halt"):
        log.error("a provider refuses the number of a practice", provider=provider)


def reported(unit: Unit, provider: str, fault: str, sender: str) -> None:
    """What a report about a text of this practice says is wrong with us. A number it no longer uses is no matter."""
    now = texting_number(unit)
    if fault == ACCOUNT:
        account_refused(unit, provider)
    elif fault == SENDER and sender.lstrip("+") in ("", now.lstrip("+")):
        sender_refused(unit, provider, now)
