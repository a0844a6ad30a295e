"""`/patient`"""

from core.errors import Invalid
from core.practice.words import Right
from core.store import Unit
from staffbot.commands.grammar import Call, Done, command
from staffbot.commands.people import only_one


@command(
    "/patient name",
    right=Right.SEE_PATIENTS,
    takes="patients",
    examples=("/patient tes am", "/patient @Amara Testwell"),
)
def patient(unit: Unit, call: Call) -> Done:
    """Go to the conversation about a patient."""
    if not call.rest:
        raise Invalid("recipients", "none")
    return Done(go=f"/patients/{only_one(unit, call.rest, 'patients')}/chat")
