"""Where a text may come from a name instead of a number, by country of the phone (P68). A name cannot be answered.

As of `AS_OF`, from what networks and their resellers publish; rules change, so a country that is not here is pointed
out by `latchkey check` rather than guessed. Countries are ISO 3166 letters.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum

from core.delivery.segments import count

AS_OF = date(2026, 11, 1)
LONGEST = 11  # letters of a name


class Names(StrEnum):
    """What a country does with names."""

    ALLOWED = "allowed"
    REGISTERED = "registered"  # only after registration there
    NUMBER_ONLY = "number only"


BY_COUNTRY: Mapping[str, Names] = {
    **dict.fromkeys("GB GG JE IM AT CH DE DK EE ES FR GR LT LU LV NL NO PL PT SE SI".split(), Names.ALLOWED),
    **dict.fromkeys("AE AU CZ FI IE IN IT RO SA SG TR".split(), Names.REGISTERED),
    **dict.fromkeys("BE CA CN HU NZ PR US ZA".split(), Names.NUMBER_ONLY),
}


def is_name(sender: str) -> bool:
    """Whether texts come from a name; no sender is none."""
    return bool(sender) and not sender.lstrip("+").isdigit()


def is_well_formed(sender: str) -> bool:
    """Whether networks take it as a name: up to 11 plain letters, digits and signs, a letter among them."""
    plain = count(sender).encoding == "GSM-7"
    return plain and 0 < len(sender) <= LONGEST and any(letter.isalpha() for letter in sender)


def arrives(sender: str, country: str) -> bool:
    """Whether a text from this sender can arrive there, as far as the table tells."""
    return not is_name(sender) or BY_COUNTRY.get(country) is not Names.NUMBER_ONLY


def among(countries: Iterable[str], names: Names | None) -> list[str]:
    """Those of the countries that do so with names; None: those not in the table."""
    return sorted(one for one in countries if BY_COUNTRY.get(one) is names)
