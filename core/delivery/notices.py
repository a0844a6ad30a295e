"""What the system writes to staff by itself: the e-mail about an unread message, trouble with texts and credits.

Exact words: ux.md B1 (T1, T15, T17). Nothing here carries a patient's name or a reason for treatment.
"""

from core.delivery.words import Parcel
from core.delivery.writing.paper import paper
from core.practice.words import PracticeCard


def nudge(to: str, first_name: str, staff_url: str, minutes: int) -> Parcel:
    """T1: a colleague has something unread. Who wrote, what and about whom stays inside."""
    why = f"was not read for {minutes} minutes" if minutes else "has just arrived"
    text = (
        f"Hello {first_name}, a secure message is waiting for you in Latchkey. We do not put messages in emails, so "
        f"that they stay private.\n\nSign in to read it: {staff_url}\n\nYou get this email because the message {why}. "
        "You can change that in your settings."
    )
    return _to_staff(to, "You have a secure message", text)


def provider_down(to: str, provider: str, since: str, waiting: int) -> Parcel:
    """T17: texts wait for a provider that does not answer. `since` is a time in words."""
    one = waiting == 1
    text = (
        f"{provider} has not answered since {since}. {waiting} {'text waits' if one else 'texts wait'} and will go by "
        f"{'itself' if one else 'themselves'}. You will get one more email when it works again."
    )
    return _to_staff(to, "Texts are waiting", text)


def provider_back(to: str, provider: str) -> Parcel:
    """T17, its end."""
    text = f"{provider} answers again. The texts that waited are on their way; you need do nothing."
    return _to_staff(to, "Texts go again", text)


def number_refused(to: str, provider: str, number: str, since: str) -> Parcel:
    """T17 for one practice: its own number is refused. `since` is a time in words."""
    text = (
        f"{provider} has refused to send texts from your number {number} since {since}. Your texts wait and will go by "
        "themselves, and patients get no codes until then. Tell whoever runs Latchkey for you. You will get one more "
        "email when it works again."
    )
    return _to_staff(to, "Your number is refused", text)


def number_good(to: str, provider: str, number: str) -> Parcel:
    """T17 for one practice, its end."""
    text = f"{provider} takes texts from your number {number} again. Those that waited have gone; you need do nothing."
    return _to_staff(to, "Your number works again", text)


def letter_to_staff(to: str, first_name: str, subject: str, said: str, url: str) -> Parcel:
    """A letter to somebody who works here, about their own account; `url` stands in what is said."""
    text = f"Hello {first_name},\n\n{said}"
    return _to_staff(to, subject, text, url)


def recovery_used(to: str, name: str, url: str) -> Parcel:
    """To owners and admins: somebody signed in with a recovery code (S43)."""
    text = (
        f"{name} signed in with a recovery code instead of their phone or passkey. Ask whether it was them. If not, "
        f"stop their account here: {url}."
    )
    return _to_staff(to, "A recovery code was used", text, url)


def low_credits(to: str, left: int, days: int | None, url: str) -> Parcel:
    """T15: to owners and admins. `days` is how long they last, None where nothing was sent for a month."""
    lasts = f"about {days} day{'' if days == 1 else 's'}" if days else "less than a day"
    pace = f"At the pace of the last 30 days they last {lasts}." if days is not None else "None were used in 30 days."
    text = f"{pace} Without credits no texts and no access codes can go. Top up: {url}."
    subject = f"{left} SMS credit{'' if left == 1 else 's'} left"
    return _to_staff(to, subject, text, url)


def low_room(to: str, percent: int, url: str) -> Parcel:
    """To owners and admins, once the room for files runs low."""
    text = (
        f"{percent} percent of the room for files is used. When it is full, no file can be kept, neither from patients "
        f"nor from you. Ask whoever runs Latchkey for you, or erase what you need no longer. Sign in: {url}."
    )
    return _to_staff(to, "Little room for files is left", text, url)


def emergency_letter(to: str, name: str, url: str) -> Parcel:
    """To owners and admins, at once: somebody reads what is not theirs."""
    text = (
        f"{name} has opened a conversation of colleagues that they are not in, to read it for 30 minutes. The reason "
        f"stands in the audit trail, and in the conversation. Was it needed? Sign in: {url}."
    )
    subject = "Somebody reads a conversation of others"
    return _to_staff(to, subject, text, url)


def checkpoint_email(to: str, practice: PracticeCard, note: str) -> Parcel:
    """To somebody outside, who keeps it: the day's signed checkpoint of a practice's trail."""
    text = (
        f"The audit trail of {practice.name}, as it stood today. Keep this email: with it anybody can prove later that "
        f"nothing before it was changed.\n\n{note}"
    )
    return Parcel(to=to, subject="Checkpoint of the audit trail", text=text, html="", sender_name="Latchkey")


def _to_staff(to: str, subject: str, text: str, url: str = "") -> Parcel:
    """In Latchkey's own name; `url`, where there is one, stands in the text and can be pressed."""
    return Parcel(to=to, subject=subject, text=text, html=paper(text, url=url), sender_name="Latchkey")
