"""`/revoke`"""

from core.messages.conversations import of_patient
from core.messages.post import post
from core.messages.words import Direction, Kind, Writing
from core.practice.words import Right
from core.release import link
from core.store import Unit
from staffbot import waiting
from staffbot.commands.addressed import named
from staffbot.commands.grammar import Call, Done, command
from staffbot.commands.people import called
from staffbot.commands.released import newest


def says(unit: Unit, call: Call) -> str:
    """The line over the box: what is taken back, from whom, and that nothing asks again."""
    people, _ = named(unit, call, "patients")
    what = waiting.of(unit, newest(unit, people))
    return f"Takes back the {what} to {called(unit, people[0])} at once – its link opens nothing any more"


@command(
    "/revoke [@patient] [reason]",
    right=Right.TAKE_BACK,
    takes="patients",
    says=says,
    examples=("/revoke @Amara Testwell wrong file", "/revoke"),
)
def revoke(unit: Unit, call: Call) -> Done:
    """Take back the newest Direct Message to a patient; a reason is kept as an internal note."""
    people, reason = named(unit, call, "patients")
    message = newest(unit, people)
    link.take_back(unit, message)
    if reason:
        note = Writing(Kind.INTERNAL, Direction.INTERNAL, f"Taken back: {reason}", reply_to=message)
        post(unit, of_patient(unit, people[0]), note)
    return Done(f"Taken back. The link to {called(unit, people[0])} opens nothing any more.")
