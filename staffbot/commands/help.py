"""`/help`"""

from core.practice import find as practice
from core.practice.words import Right
from core.store import Unit
from staffbot.commands.grammar import Call, Command, Done, all_commands, command, parse
from staffbot.commands.suggest import refused


@command("/help [command]", right=Right.CHAT, examples=("/help", "/help dm"))
def help_(unit: Unit, call: Call) -> Done:
    """Show what can be typed."""
    found = [parse(f"/{call.rest.lstrip('/')}")[0]] if call.rest else list(all_commands().values())
    card = practice.card(unit)
    items = tuple(
        {
            "text": one.shape,
            "detail": _said(one, refused(one, card, unit)),
            "examples": list(one.examples),
            "href": f"/manual#{one.name}",
        }
        for one in found
    )
    return Done("\n".join(f"{one.shape} – {one.help}" for one in found), items=items)


def _said(one: Command, why: str | None) -> str:
    """What it does, and why it is not for whoever asks (U38)."""
    return f"{one.help} {why[:1].upper()}{why[1:]}." if why else one.help
