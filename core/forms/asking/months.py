"""The month that letters mean, in the languages forms are written in (F15): `Mar`, `März`, `mars`.

At least three letters; what means two months (`jui` is juin or juillet) means none.
"""

NAMES = (
    "january february march april may june july august september october november december",
    "januar februar märz april mai juni juli august september oktober november dezember",
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "januari februari maart april mei juni juli augustus september oktober november december",
)
SHORTEST = 3


def month(typed: str) -> int | None:
    """1 to 12; None for letters that are no month, or more than one."""
    word = typed.casefold().rstrip(".")
    if len(word) < SHORTEST or not word.isalpha():
        return None
    found = {n for names in NAMES for n, name in enumerate(names.split(), 1) if name.startswith(word)}
    return found.pop() if len(found) == 1 else None
