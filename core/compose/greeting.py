"""A text that greets somebody else than it goes to: typed in the wrong place, or for whoever cares for them (U49)."""

import re

from core.compose.words import Warning
from core.patients.directory import Directory, words
from core.patients.nicknames import NICKNAMES

GREETING = re.compile(
    r"\s*(?P<hello>(?:dear|hi|hello|hey|good\s(?:morning|afternoon|evening))\b[\s,]*)?"
    r"(?P<title>(?:mr|mrs|ms|miss|mx|dr|prof)\b\.?\s+)?(?P<name>[^\W\d_][\w'\u2019-]*)(?P<sign>\s*[,!:])?",
    re.IGNORECASE,
)
ALSO_WORDS = frozenset(  # that a text may well begin with; before a sign or in capitals, behind a greeting, names
    "april art autumn bill chance dawn drew faith frank grace hope jack joy june mark may pat ray rob rose sky sue "
    "summer victor will".split()
)


def greets(patients: Directory, names: list[str], text: str) -> list[Warning]:
    """The warning that a text begins with the name of a patient, and not that of all `names` it goes to. Pure.

    A name is one behind a greeting or a title or before a sign: `Mrs Okafor, your letter`, `Hi Ada`; and a first name
    by itself, in capitals: `Ada your letter`.
    """
    found = GREETING.match(text)
    if found is None or found["name"] in ALSO_WORDS:
        return []
    alone = not (found["hello"] or found["title"] or found["sign"])
    if alone and (found["name"].islower() or found["name"].casefold() in ALSO_WORDS):
        return []
    said = set(words(found["name"]))
    wrong = [name for name in names if not _called(said, set(words(name)))]
    if not said or not wrong:
        return []
    bearing = patients.bearing(said)
    called = [one.name for one in bearing if not alone or said <= set(words(one.first_name))]
    if not called:
        return []
    facts = {"typed": found["name"], "names": wrong, "called": called[0] if len(called) == 1 else ""}
    return [Warning("greets", facts, ("right_one",))]


def _called(said: set[str], name: set[str]) -> bool:
    short = {full for word in said for full in NICKNAMES.get(word, ())}
    long = {full for word in name for full in NICKNAMES.get(word, ())}
    return bool((said | short) & name or said & long)
