"""`/email`"""

import re

from core.compose.draft import prepare
from core.compose.later import offer
from core.compose.words import Command, Draft, Order
from core.practice.words import Right
from core.store import Unit
from staffbot.commands.addressed import named
from staffbot.commands.grammar import Call, command

BAR = re.compile(r"[|\uff5c\u00a6]+")  # also as other keyboards write it


@command(
    "/email @person… [when] subject | text",
    right=Right.SEND_EMAIL,
    takes="people",
    leaves="Email",
    examples=(
        "/email @Amara Testwell Parking | Please use the rear gate",
        "/email @Ben Example Rota | The new rota is at the desk",
        "/email @Amara Testwell Mon 14:00 Parking | Please use the rear gate",
    ),
)
def email(unit: Unit, call: Call) -> Draft:
    """Write an email to a patient or a colleague; the subject stands before a |."""
    people, rest = named(unit, call, "people")
    subject, text = [part.strip() for part in BAR.split(rest, maxsplit=1)] if BAR.search(rest) else ("", rest)
    order = Order(
        Command.EMAIL,
        tuple(people),
        text,
        subject=subject,
        attachments=call.attachments,
        conversation_id=call.conversation_id,
        client_id=call.client_id,
        later=offer(unit, Command.EMAIL, people, text, subject),
    )
    return prepare(unit, order)
