"""What the system writes by itself: the e-mail about an unread message, the e-mail with a link, the text with a code.

Exact words: ux.md B1 (T1-T10, T15). Nothing here carries a patient's name, a reason for treatment, or
code and link together.
"""

from html import escape

from core.delivery.segments import count
from core.delivery.words import Parcel
from core.practice.words import PracticeCard


def nudge(to: str, first_name: str, staff_url: str, minutes: int) -> Parcel:
    """T1: a colleague has something unread. Who wrote, what and about whom stays inside."""
    why = f"was not read for {minutes} minutes" if minutes else "has just arrived"
    text = (
        f"Hello {first_name}, a secure message is waiting for you in Latchkey. We do not put messages in emails, so "
        f"that they stay private.\n\nSign in to read it: {staff_url}\n\nYou get this email because the message {why}. "
        "You can change that in your settings."
    )
    return Parcel(to=to, subject="You have a secure message", text=text, html=_paragraphs(text), sender_name="Latchkey")


def provider_down(to: str, provider: str, since: str, waiting: int) -> Parcel:
    """T17: texts wait for a provider that does not answer. `since` is a time in words."""
    one = waiting == 1
    text = (
        f"{provider} has not answered since {since}. {waiting} {'text waits' if one else 'texts wait'} and will go by "
        f"{'itself' if one else 'themselves'}. You will get one more email when it works again."
    )
    return Parcel(to=to, subject="Texts are waiting", text=text, html=_paragraphs(text), sender_name="Latchkey")


def provider_back(to: str, provider: str) -> Parcel:
    """T17, its end."""
    text = f"{provider} answers again. The texts that waited are on their way; you need do nothing."
    return Parcel(to=to, subject="Texts go again", text=text, html=_paragraphs(text), sender_name="Latchkey")


def number_refused(to: str, provider: str, number: str, since: str) -> Parcel:
    """T17 for one practice: its own number is refused. `since` is a time in words."""
    text = (
        f"{provider} has refused to send texts from your number {number} since {since}. Your texts wait and will go by "
        "themselves, and patients get no codes until then. Tell whoever runs Latchkey for you. You will get one more "
        "email when it works again."
    )
    return Parcel(to=to, subject="Your number is refused", text=text, html=_paragraphs(text), sender_name="Latchkey")


def number_good(to: str, provider: str, number: str) -> Parcel:
    """T17 for one practice, its end."""
    text = f"{provider} takes texts from your number {number} again. Those that waited have gone; you need do nothing."
    return Parcel(to=to, subject="Your number works again", text=text, html=_paragraphs(text), sender_name="Latchkey")


def letter_to_staff(to: str, first_name: str, subject: str, said: str, url: str) -> Parcel:
    """A letter to somebody who works here, about their own account; `url` stands in what is said."""
    text = f"Hello {first_name},\n\n{said}"
    return Parcel(to=to, subject=subject, text=text, html=_with_link(text, url), sender_name="Latchkey")


def link_email(
    to: str, practice: PracticeCard, url: str, until: str, form: str = "", minutes: int = 0, by_card: bool = False
) -> Parcel:
    """T2 and T3: the link to a Direct Message or a form, opened `by_card` where no text can go. `until` is a day."""
    what = "a form to fill in" if form else "a secure message"
    goal = "to fill in your form" if form else "to read your message"
    lines = [
        f"Hello, {practice.name} has sent you {what}.",
        f"1. Open this link: {url}",
        "2. Have the unlock card ready that we gave you."
        if by_card
        else "2. Press Text me a code. We will text a code to your mobile phone.",
        f"3. Type {'what is on the card' if by_card else 'the code'} {goal}.",
    ]
    if form:
        lines.append(f"It takes about {minutes} minutes. You can stop and come back.")
        lines.append(f"Please send it by {until}.")
    else:
        lines.append(f"You can open it until {until}. After that, ask us to send it again.")
    lines.append("We will never ask for your password or bank details.")
    lines.append(f"Not expecting this? Call us on {practice.phone}. Please do not reply to this email.")
    text = "\n\n".join(lines)
    subject = f"{practice.name} has sent you {what}"
    return Parcel(to=to, subject=subject, text=text, html=_with_link(text, url), sender_name=practice.name)


def reminder_email(to: str, practice: PracticeCard, sent: str, until: str, url: str) -> Parcel:
    """T7: what was not opened yet; `sent` and `until` are days in words."""
    text = (
        f"Hello, {practice.name} sent you a secure message on {sent}. You have not opened it yet.\n\n"
        f"Open it by {until}: {url}\n\nNeed help? Call {practice.phone}."
    )
    subject = "Your secure message is still waiting"
    return Parcel(to=to, subject=subject, text=text, html=_with_link(text, url), sender_name=practice.name)


def form_reminder_email(to: str, practice: PracticeCard, sent: str, until: str, url: str) -> Parcel:
    """T6: a form that was opened but not sent yet; `sent` and `until` are days in words."""
    text = (
        f"Hello, {practice.name} sent you a form to fill in on {sent}. It has not come back yet. What you filled in "
        f"is kept.\n\nPlease send it by {until}: {url}\n\nNeed help? Call {practice.phone}."
    )
    subject = "Your form is still waiting"
    return Parcel(to=to, subject=subject, text=text, html=_with_link(text, url), sender_name=practice.name)


def ended_email(to: str, practice: PracticeCard) -> Parcel:
    """T8: its time is over."""
    text = (
        f"Hello, the time to open the message from {practice.name} is over. If you still need it, call us on "
        f"{practice.phone}. We can send it again."
    )
    return _plain(to, practice, "Your secure message has ended", text)


def taken_back_email(to: str, practice: PracticeCard, sent: str) -> Parcel:
    """T9: a message that the patient may have seen is gone."""
    text = (
        f"Hello, {practice.name} has taken back a message it sent you on {sent}. You do not need to do anything. "
        f"Questions? Call {practice.phone}."
    )
    return _plain(to, practice, "We have taken back a message", text)


def contact_changed_email(to: str, practice: PracticeCard, what: str) -> Parcel:
    """T10: to the old address; `what` is `email address` or `mobile number`."""
    text = (
        f"Hello, {practice.name} now has a new {what} for you. Was this you? Then all is well. If not, call us today "
        f"on {practice.phone}."
    )
    return _plain(to, practice, "Your contact details have changed", text)


def low_credits(to: str, left: int, days: int | None, url: str) -> Parcel:
    """T15: to owners and admins. `days` is how long they last, None where nothing was sent for a month."""
    lasts = f"about {days} day{'' if days == 1 else 's'}" if days else "less than a day"
    pace = f"At the pace of the last 30 days they last {lasts}." if days is not None else "None were used in 30 days."
    text = f"{pace} Without credits no texts and no access codes can go. Top up: {url}."
    subject = f"{left} SMS credit{'' if left == 1 else 's'} left"
    return Parcel(to=to, subject=subject, text=text, html=_with_link(text, url), sender_name="Latchkey")


def code_text(code: str, portal_host: str) -> str:
    """T4: the code, and a last line that lets phones offer it on our page only (S24, P69).

    Always one segment: where a long host leaves too little room, the advice goes, never the code or the last line.
    """
    spoken = f"{code[:4]} {code[4:]}"
    last = f"@{portal_host.encode('idna').decode()} #{code}"
    whole = f"{spoken} is your code to open your message. It works for 10 minutes. Not you? Ignore this text.\n\n{last}"
    return whole if count(whole).segments == 1 else f"{spoken} is your code.\n\n{last}"


def checkpoint_email(to: str, practice: PracticeCard, note: str) -> Parcel:
    """To somebody outside, who keeps it: the day's signed checkpoint of a practice's trail."""
    text = (
        f"The audit trail of {practice.name}, as it stood today. Keep this email: with it anybody can prove later that "
        f"nothing before it was changed.\n\n{note}"
    )
    return Parcel(to=to, subject="Checkpoint of the audit trail", text=text, html="", sender_name="Latchkey")


def _plain(to: str, practice: PracticeCard, subject: str, text: str) -> Parcel:
    return Parcel(to=to, subject=subject, text=text, html=_paragraphs(text), sender_name=practice.name)


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{escape(part)}</p>" for part in text.split("\n\n"))


def _with_link(text: str, url: str) -> str:
    safe = escape(url, quote=True)
    return _paragraphs(text).replace(safe, f'<a href="{safe}">{safe}</a>')
