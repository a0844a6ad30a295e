"""The address at which staff try a form on the patients' own pages: signed, for an hour, and of an empty form (F78).

The staff's app makes it and the portal reads it; neither knows the other. What is tried out travels with the pages,
signed too, and is kept nowhere.
"""

from collections.abc import Sequence

from core.web.cookies import Signed

LIVES = 3_600  # seconds


def addresses(keys: Sequence[str]) -> Signed:
    """Signs which form is looked at: practice, form or sketch, version, language."""
    return Signed(keys, "a form that is looked at", LIVES)


def drafts(keys: Sequence[str]) -> Signed:
    """Signs what was filled in so far."""
    return Signed(keys, "a form that is tried out", LIVES)
