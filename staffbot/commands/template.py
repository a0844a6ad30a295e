"""`/template`"""

from core.compose import write_template
from core.compose.contacts import look_up
from core.compose.template import by_name, every, merge
from core.compose.words import Command
from core.errors import Invalid, NotFound
from core.practice import find as practice
from core.practice.words import Right
from core.store import Unit
from staffbot import template_words
from staffbot.commands.behind import like
from staffbot.commands.errors import NoneCalled
from staffbot.commands.grammar import Call, Done, command
from staffbot.commands.people import implied

QUOTES = " \t\n\"'\u201c\u201d\u201e\u2018\u2019\u201a\u00ab\u00bb\u2039\u203a.!"  # around a name, or behind it


@command(
    "/template [save] name",
    right=Right.CHAT,
    examples=("/template parking", "/template running-late", "/template save sorry Sorry, {first_name}, we are late."),
)
def template(unit: Unit, call: Call) -> Done:
    """Put a template's words into the box, names filled in; or save a text, or your last SMS or email, as your own."""
    first, _, rest = call.rest.strip().partition(" ")
    if not first:
        raise Invalid("template", "none")
    if first.casefold() == write_template.SAVE:
        return _saved(unit, call, rest.strip())
    try:
        found = by_name(unit, call.rest.strip(QUOTES))
    except NotFound as missing:
        offered = {one.name: one.name for one in every(unit) if not one.retired}
        raise NoneCalled("template", call.rest.strip(), like(call.rest.strip(QUOTES), offered)) from missing
    people = implied(unit, call.conversation_id, "patients")
    if not people:
        return Done(insert=found.text)
    return Done(insert=merge(found.text, look_up(unit, people[0], Command.EMAIL), practice.card(unit)))


def _saved(unit: Unit, call: Call, rest: str) -> Done:
    name, _, text = rest.partition(" ")
    if not name:
        raise Invalid("template", "nameless")
    write_template.checked_name(name)
    if not text.strip():  # what went to one patient is kept only after somebody looked at it
        return Done(insert=f"/template {write_template.SAVE} {name} {write_template.sent(unit, call.conversation_id)}")
    found = write_template.keep(unit, None, name, text, own=True)
    kept = {"text": found.name, "detail": found.text, "href": f"/templates/{found.id}"}
    return Done(text=template_words.saved(found.name), items=(kept,))
