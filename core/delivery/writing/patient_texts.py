"""Texts that say to patients that an e-mail waits, in their language: exact words of ux.md B1 (T5, T6).

They carry neither code nor link (S9), and nothing of what waits. Days are the practice's.
"""

from datetime import datetime

from core.calendar import short_day
from core.delivery.segments import as_sent
from core.language import say
from core.practice.words import PracticeCard


def heads_up_text(practice: PracticeCard, language: str, until: datetime) -> str:
    """T5: a Direct Message or form is in the mailbox."""
    return as_sent(
        say(
            language,
            "%(practice)s has sent you a secure message by email. Please open it by %(until)s. No email? "
            "Call %(phone)s.",
            practice=practice.name,
            until=short_day(until, practice.time_zone, language),
            phone=practice.phone,
        )
    )


def form_reminder_text(practice: PracticeCard, language: str, until: datetime) -> str:
    """T6: a form has not come back."""
    return as_sent(
        say(
            language,
            "%(practice)s: the form we emailed you is waiting. Please fill it in by %(until)s. Need help? "
            "Call %(phone)s.",
            practice=practice.name,
            until=short_day(until, practice.time_zone, language),
            phone=practice.phone,
        )
    )
