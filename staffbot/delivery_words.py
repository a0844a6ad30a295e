"""What became of a delivery, as it is told to staff (ux.md E22-E29)."""

from core.delivery.senders.own_number import REFUSED
from core.delivery.words import STATUS_WORDS, Channel, Delivery, Purpose, Status

STATUS = STATUS_WORDS

REASONS: dict[str, str] = {
    "number": "the network says this number does not exist. Check the number with the patient.",
    "mailbox": "the mailbox does not exist. Check the address with the patient.",
    "full": "the mailbox is full. Try again later, or call.",
    "filtered": "the receiving side lets nothing of ours through. Call the patient.",
    "standing": "the receiving side mistrusts our sender. Tell whoever runs Latchkey for you.",
    "stopped": "this phone asked for no more texts.",
    "barred": "this address takes nothing from us any more. The patient's page says why.",
    "trouble": "the network had trouble. You may send it again.",
    "text": "the network did not take these words. Write them differently.",
    "source": "our own number was refused. Tell whoever runs Latchkey for you.",
    "route": "no network leads to this number.",
    "account": "our account with the network has a problem. Tell whoever runs Latchkey for you.",
    "address": "the address cannot be right. Check it with the patient.",
    "country": "texts to this country are not allowed.",
    "too_late": "it could not go in time.",
    "gave_up": "it could not go for a day.",
    "told_by_staff": "a colleague knows that it arrived.",
    "again": "the provider does not have it, or a colleague asked.",
    "late_failure": "afterwards the network said that it could not deliver it. If it matters, ask the patient.",
    "unreadable": "it could not be read back from our own store. Write it again.",
    REFUSED: "it goes by itself once our number is taken again. Your admins were told.",
    "refused": "the provider refused it.",
}

DOUBT: dict[Channel, str] = {  # E29
    Channel.SMS: "we cannot tell whether this text went. It was not sent again, so that nobody gets it twice. "
    "Ask the patient, or send it again.",
    Channel.EMAIL: "we cannot tell whether this email went. It was not sent again, so that nobody gets it twice. "
    "Ask the patient, or send it again.",
}

PURPOSES: dict[Purpose, str] = {
    Purpose.LINK: "Link by email",
    Purpose.CODE: "Code by SMS",
    Purpose.NUDGE: "Notification",
    Purpose.HEADS_UP: "Heads-up by SMS",
    Purpose.REMINDER: "Reminder by SMS",
    Purpose.ANSWER: "Automatic answer",
}

PROVIDERS = {"sandbox": "the pretend network"}  # all others are called by their name


def carries(purpose: Purpose, channel: Channel) -> str:
    """What a delivery brings, and how: `Code by SMS`; a text or letter itself is called by its channel."""
    return PURPOSES.get(purpose) or ("SMS" if channel is Channel.SMS else "Email")


def why(channel: Channel, status: Status, reason: str) -> str | None:
    """Why it is so, and what to do about it; None where there is nothing to say."""
    if status is Status.UNKNOWN:
        return DOUBT[channel]
    own = reason.startswith("code ")  # the network's own, which stands in none of our lists
    return f"the network gives {reason} as the reason." if own else REASONS.get(reason)


def state(one: Delivery) -> str:
    """Where it is: `Delivered`, or `Waiting for Plivo since 10:42`."""
    if one.status is Status.QUEUED and one.waits_since:
        if one.reason == REFUSED:
            return f"Waiting since {one.waits_since:%H:%M}: {one.provider.capitalize()} refuses our number"
        return f"Waiting for {one.provider.capitalize()} since {one.waits_since:%H:%M}"
    return f"{STATUS[one.status]}, no delivery report" if one.silent else STATUS[one.status]
