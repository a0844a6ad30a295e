"""Why something planned did not go, as a line in the conversation: there is nobody on the line to word it for then."""

from core.compose.words import MissingEmail, MissingMobile, OptedOut, Undecided
from core.delivery.credits import NoCredits
from core.delivery.suppression import Suppressed
from core.errors import Forbidden, Invalid, LatchkeyError, NotFound
from core.practice.plans import NotOnTrial, TrialOver

WHY: dict[type[LatchkeyError], str] = {
    NotFound: "who should get it is no longer here",
    Forbidden: "whoever wrote it may no longer send it",
    NotOnTrial: "the practice is on trial now",
    TrialOver: "the practice's trial is over",
    NoCredits: "there are not enough SMS credits",
    MissingEmail: "there is no email address any more",
    MissingMobile: "there is no mobile number any more",
    OptedOut: "they asked for no such messages",
    Suppressed: "their address does not take messages any more",
    Undecided: "the patient was archived since then",
    Invalid: "the number cannot be texted, or the text is too long now",
}


def in_words(error: Exception) -> str:
    """The reason, without capital and full stop."""
    return next((why for kind, why in WHY.items() if isinstance(error, kind)), "something went wrong on our side")
