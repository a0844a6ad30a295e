"""`/email`"""

from core.compose.draft import prepare
from core.compose.words import Command, Draft, Order
from core.practice.words import Right
from core.store import Unit
from staffbot.commands.grammar import Call, command
from staffbot.commands.people import named


@command(
    "/email @person… subject | text",
    right=Right.SEND_EMAIL,
    takes="people",
    leaves="Email",
    examples=(
        "/email @Amara Testwell Parking | Please use the rear gate",
        "/email @Ben Example Rota | The new rota is at the desk",
    ),
)
def email(unit: Unit, call: Call) -> Draft:
    """Write an email to a patient or a colleague; the subject stands before a |."""
    people, rest = named(unit, call, "people")
    subject, bar, text = rest.partition("|")
    order = Order(
        Command.EMAIL,
        tuple(people),
        text.strip() if bar else rest,
        subject=subject.strip() if bar else "",
        attachments=call.attachments,
        conversation_id=call.conversation_id,
        client_id=call.client_id,
    )
    return prepare(unit, order)
