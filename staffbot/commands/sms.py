"""`/sms`"""

from core.compose.draft import prepare
from core.compose.later import offer
from core.compose.words import Command, Draft, Order
from core.practice.words import Right
from core.store import Unit
from staffbot.commands.addressed import named
from staffbot.commands.grammar import Call, command


@command(
    "/sms @person… [when] text",
    right=Right.SEND_SMS,
    takes="people",
    leaves="SMS",
    examples=(
        "/sms @Amara Testwell Your letter is ready",
        "/sms @Ben Example running late",
        "/sms @Amara Testwell tomorrow 9am See you at 11",
    ),
)
def sms(unit: Unit, call: Call) -> Draft:
    """Text the mobile of a patient or a colleague; one credit for each text of 160 letters."""
    people, text = named(unit, call, "people")
    order = Order(
        Command.SMS,
        tuple(people),
        text,
        attachments=call.attachments,
        conversation_id=call.conversation_id,
        client_id=call.client_id,
        later=offer(unit, Command.SMS, people, text),
    )
    return prepare(unit, order)
