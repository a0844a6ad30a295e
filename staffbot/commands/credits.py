"""`/credits`"""

import re

from core.delivery import credits as ledger
from core.delivery.billing import purchase
from core.delivery.billing.spending import pace
from core.errors import Invalid
from core.practice.words import Right
from core.store import Unit
from staffbot.commands.grammar import Call, Done, command

BUY = re.compile(r"buy (\d{1,8}|\d{1,3}(?:,\d{3})+)", re.ASCII | re.IGNORECASE)


@command("/credits [buy N]", right=Right.SEE_CREDITS, examples=("/credits", "/credits buy 500"))
def credits(unit: Unit, call: Call) -> Done:
    """Say how many SMS credits are left and how long they last, or order more."""
    if found := BUY.fullmatch(call.rest):
        made = purchase.order(unit, int(found[1].replace(",", "")))
        return Done(f"{made.credits} credits are ordered, invoice {made.invoice}. They appear when it is paid.")
    if call.rest:
        raise Invalid("credits", "nothing_more")
    left = ledger.balance(unit)
    days = pace(unit).lasts(left)
    lasts = "" if days is None else f" At the pace of the last 30 days they last about {days} days."
    return Done(f"{left} SMS credits are left.{lasts} A code or a text costs 1 credit for each 160 letters.")
