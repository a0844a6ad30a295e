"""`/help`"""

from core.practice.words import Right
from core.store import Unit
from staffbot.commands.grammar import Call, Done, all_commands, command, parse


@command("/help [command]", right=Right.CHAT, examples=("/help", "/help dm"))
def help_(unit: Unit, call: Call) -> Done:
    """Show what can be typed."""
    found = [parse(f"/{call.rest.lstrip('/')}")[0]] if call.rest else list(all_commands().values())
    items = tuple(
        {"text": one.shape, "detail": one.help, "examples": list(one.examples), "href": f"/manual#{one.name}"}
        for one in found
    )
    return Done("\n".join(f"{one.shape} – {one.help}" for one in found), items=items)
