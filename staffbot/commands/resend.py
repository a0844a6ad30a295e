"""`/resend`"""

import re
from uuid import UUID

from core.practice.words import Right
from core.release import link
from core.store import Unit
from staffbot import waiting
from staffbot.commands.addressed import named, nothing_more
from staffbot.commands.grammar import Call, Done, command
from staffbot.commands.people import called
from staffbot.commands.released import newest

WHAT = re.compile(r"(link|code)\b\s*", re.IGNORECASE)


def says(unit: Unit, call: Call) -> str:
    """The line over the box: to whom, what, and that nothing asks again."""
    person, message, code = _meant(unit, call)
    name = called(unit, person)
    if code:
        return f"{name} asks for a new code by a button – nothing is sent"
    return f"Email to {name} with a new link to the {waiting.of(unit, message)} – it leaves the building at once"


@command(
    "/resend [link|code] [@patient]",
    right=Right.SEND_DIRECT,
    takes="patients",
    says=says,
    examples=("/resend link @Amara Testwell", "/resend"),
)
def resend(unit: Unit, call: Call) -> Done:
    """Send the newest waiting Direct Message's link again; the old link ends."""
    person, message, code = _meant(unit, call)
    name = called(unit, person)
    if code:
        return Done(f"{name} gets a new code by pressing “Text me a new code”. Nothing was sent.")
    link.reissue(unit, message)
    return Done(f"A new link is on its way to {name}. The old one has ended.")


def _meant(unit: Unit, call: Call) -> tuple[UUID, UUID, bool]:
    """Of which patient which message is meant, and whether it is about its code. Raises as `named` and `newest`."""
    what = WHAT.match(call.rest)
    rest = call.rest[what.end() :] if what else call.rest
    people, more = named(unit, Call(rest, call.conversation_id), "patients")
    nothing_more("resend", more, people)
    return people[0], newest(unit, people), bool(what and what[1].casefold() == "code")
