"""What the system writes to patients by itself, in their language: e-mails about a link, the text with a code.

Exact words: ux.md B1 (T2-T10); the German stands beside them in `core/languages`. Nothing here carries a patient's
name, a reason for treatment, or code and link together. Days are the practice's.
"""

from datetime import datetime
from enum import StrEnum

from core.calendar import day
from core.delivery.segments import count
from core.delivery.words import Parcel
from core.delivery.writing.paper import paper
from core.language import say
from core.practice.words import PracticeCard


class Contact(StrEnum):
    """What of a patient's contacts changed."""

    EMAIL = "email"
    MOBILE = "mobile"


def link_email(
    to: str,
    practice: PracticeCard,
    language: str,
    url: str,
    until: datetime,
    form: str = "",
    minutes: int = 0,
    by_card: bool = False,
) -> Parcel:
    """T2 and T3: the link to a Direct Message or a form, opened `by_card` where no text can go."""
    ends = day(until, practice.time_zone, language)
    lines = _form_steps(language, practice, url, by_card) if form else _message_steps(language, practice, url, by_card)
    if form:
        lines += [
            say(language, "It takes about %(minutes)s minutes. You can stop and come back.", minutes=minutes)
            if minutes > 1
            else say(language, "It takes about a minute. You can stop and come back."),
            say(language, "Please send it by %(until)s.", until=ends),
        ]
    else:
        lines.append(say(language, "You can open it until %(until)s. After that, ask us to send it again.", until=ends))
    lines += [
        say(language, "We will never ask for your password or bank details."),
        say(
            language,
            "Not expecting this? Call us on %(phone)s. Please do not reply to this email.",
            phone=practice.phone,
        ),
    ]
    return _letter(to, practice, language, link_subject(practice, language, form=bool(form)), lines, url)


def link_subject(practice: PracticeCard, language: str, *, form: bool = False) -> str:
    """What T2 and T3 are headed; a lock screen shows it, so a quiet practice is not named there."""
    if not practice.named_in_letters:
        return say(language, "You have a form to fill in") if form else say(language, "You have a secure message")
    if form:
        return say(language, "%(practice)s has sent you a form to fill in", practice=practice.name)
    return say(language, "%(practice)s has sent you a secure message", practice=practice.name)


def reminder_email(to: str, practice: PracticeCard, language: str, sent: datetime, until: datetime, url: str) -> Parcel:
    """T7: what was not opened yet."""
    on, by = day(sent, practice.time_zone, language), day(until, practice.time_zone, language)
    lines = [
        say(
            language,
            "Hello, %(practice)s sent you a secure message on %(sent)s. You have not opened it yet.",
            practice=practice.name,
            sent=on,
        ),
        say(language, "Open it by %(until)s: %(url)s", until=by, url=url),
        say(language, "Need help? Call %(phone)s.", phone=practice.phone),
    ]
    return _letter(to, practice, language, say(language, "Your secure message is still waiting"), lines, url)


def form_reminder_email(
    to: str, practice: PracticeCard, language: str, sent: datetime, until: datetime, url: str
) -> Parcel:
    """T6 as a letter: a form that was opened but not sent yet."""
    on, by = day(sent, practice.time_zone, language), day(until, practice.time_zone, language)
    lines = [
        say(
            language,
            "Hello, %(practice)s sent you a form to fill in on %(sent)s. It has not come back yet. What you filled in "
            "is kept.",
            practice=practice.name,
            sent=on,
        ),
        say(language, "Please send it by %(until)s: %(url)s", until=by, url=url),
        say(language, "Need help? Call %(phone)s.", phone=practice.phone),
    ]
    return _letter(to, practice, language, say(language, "Your form is still waiting"), lines, url)


def ended_email(to: str, practice: PracticeCard, language: str) -> Parcel:
    """T8: its time is over."""
    text = say(
        language,
        "Hello, the time to open the message from %(practice)s is over. If you still need it, call us on %(phone)s. "
        "We can send it again.",
        practice=practice.name,
        phone=practice.phone,
    )
    return _letter(to, practice, language, say(language, "Your secure message has ended"), [text])


def taken_back_email(to: str, practice: PracticeCard, language: str, sent: datetime) -> Parcel:
    """T9: a message that the patient may have seen is gone."""
    text = say(
        language,
        "Hello, %(practice)s has taken back a message it sent you on %(sent)s. You do not need to do anything. "
        "Questions? Call %(phone)s.",
        practice=practice.name,
        sent=day(sent, practice.time_zone, language),
        phone=practice.phone,
    )
    return _letter(to, practice, language, say(language, "We have taken back a message"), [text])


def contact_changed_email(to: str, practice: PracticeCard, language: str, what: Contact) -> Parcel:
    """T10: to the old address."""
    facts = {"practice": practice.name, "phone": practice.phone}
    match what:
        case Contact.EMAIL:
            text = say(
                language,
                "Hello, %(practice)s now has a new email address for you. Was this you? Then all is well. If not, call "
                "us today on %(phone)s.",
                **facts,
            )
        case Contact.MOBILE:
            text = say(
                language,
                "Hello, %(practice)s now has a new mobile number for you. Was this you? Then all is well. If not, call "
                "us today on %(phone)s.",
                **facts,
            )
    return _letter(to, practice, language, say(language, "Your contact details have changed"), [text])


def code_text(code: str, portal_host: str, language: str, named: str = "") -> str:
    """T4: the code, and a last line that lets phones offer it on our page only (S24, P69).

    `named` is the practice where it wants to stand in its codes. Always one segment of plain letters: where there is
    too little room the name goes first, then the advice, never the code or the last line.
    """
    spoken = f"{code[:4]} {code[4:]}"
    last = f"@{portal_host.encode('idna').decode()} #{code}"
    whole = say(
        language,
        "%(code)s is your code to open your message. It works for 10 minutes. Not you? Ignore this text.",
        code=spoken,
    )
    short = say(language, "%(code)s is your code.", code=spoken)
    begun = f"{' '.join(named.split())}: " if named else ""
    ways = [f"{words}\n\n{last}" for words in (begun + whole, whole, short)]
    return next((way for way in ways if _is_one_plain(way)), ways[-1])


def _is_one_plain(text: str) -> bool:
    counted = count(text)
    return counted.encoding == "GSM-7" and counted.segments == 1


def _message_steps(language: str, practice: PracticeCard, url: str, by_card: bool) -> list[str]:
    return [
        say(language, "Hello, %(practice)s has sent you a secure message.", practice=practice.name),
        *_way_in(language, url, by_card),
        say(language, "3. Type what is on the card to read your message.")
        if by_card
        else say(language, "3. Type the code to read your message."),
    ]


def _form_steps(language: str, practice: PracticeCard, url: str, by_card: bool) -> list[str]:
    return [
        say(language, "Hello, %(practice)s has sent you a form to fill in.", practice=practice.name),
        *_way_in(language, url, by_card),
        say(language, "3. Type what is on the card to fill in your form.")
        if by_card
        else say(language, "3. Type the code to fill in your form."),
    ]


def _way_in(language: str, url: str, by_card: bool) -> list[str]:
    return [
        say(language, "1. Open this link: %(url)s", url=url),
        say(language, "2. Have the unlock card ready that we gave you.")
        if by_card
        else say(language, "2. Press Text me a code. We will text a code to your mobile phone."),
    ]


def _letter(to: str, practice: PracticeCard, language: str, subject: str, lines: list[str], url: str = "") -> Parcel:
    text = "\n\n".join(lines)
    html = paper(text, language, subject, url=url, practice=practice)
    return Parcel(to=to, subject=subject, text=text, html=html, sender_name=practice.name_in_letters)
