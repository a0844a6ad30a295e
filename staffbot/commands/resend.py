"""`/resend`"""

import re

from core.practice.words import Right
from core.release import link
from core.store import Unit
from staffbot.commands.addressed import named, nothing_more
from staffbot.commands.grammar import Call, Done, command
from staffbot.commands.people import called
from staffbot.commands.released import newest

WHAT = re.compile(r"(link|code)\b\s*", re.IGNORECASE)


@command(
    "/resend [link|code] [@patient]",
    right=Right.SEND_DIRECT,
    takes="patients",
    examples=("/resend link @Amara Testwell", "/resend"),
)
def resend(unit: Unit, call: Call) -> Done:
    """Send the newest waiting Direct Message's link again; the old link ends."""
    what = WHAT.match(call.rest)
    rest = call.rest[what.end() :] if what else call.rest
    people, more = named(unit, Call(rest, call.conversation_id), "patients")
    nothing_more("resend", more, people)
    message = newest(unit, people)
    name = called(unit, people[0])
    if what and what[1].casefold() == "code":
        return Done(f"{name} gets a new code by pressing “Text me a new code”. Nothing was sent.")
    link.reissue(unit, message)
    return Done(f"A new link is on its way to {name}. The old one has ended.")
