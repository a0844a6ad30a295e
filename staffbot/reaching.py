"""What keeps an address from being written to, for the pages of a patient (P67)."""

from typing import Any

from core.delivery import suppression
from core.delivery.words import Channel
from core.patients.words import Patient
from core.practice.rights import may
from core.store import Unit
from staffbot import addresses


def channel_of(unit: Unit, found: Patient, channel: Channel) -> dict[str, Any]:
    """What the patient and the network say about one way to write to them."""
    sms = channel is Channel.SMS
    since = found.no_texts_since if sms else found.no_emails_since
    barred = suppression.bars(unit, channel, found.mobile if sms else found.email)
    return {
        "channel": channel.value,
        "name": "Texts" if sms else "Emails",
        "wish": since,
        "bars": [
            {
                "bar": one.bar.value,
                "said": addresses.barred(one),
                "may": may(unit.actor.role, suppression.LIFTED_BY[one.bar]),
            }
            for one in barred
        ],
    }
