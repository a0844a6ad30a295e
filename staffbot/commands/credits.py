"""`/credits`"""

from core.delivery import credits as ledger
from core.errors import Invalid
from core.practice.words import Right
from core.store import Unit
from staffbot.commands.grammar import Call, Done, command


@command("/credits", right=Right.SEE_CREDITS, examples=("/credits", "/credits "))
def credits(unit: Unit, call: Call) -> Done:
    """Say how many SMS credits are left."""
    if call.rest:
        raise Invalid("credits", "nothing_more")
    left = ledger.balance(unit)
    return Done(f"{left} SMS credits are left. A code or a text costs 1 credit for each 160 letters.")
