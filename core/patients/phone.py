"""Telephone numbers: from what people write to E.164, whether texts reach them, and how they may be shown (P63).

Letters are refused before the library sees them: it reads `07700 9OO123` as another number.
"""

import re
import secrets
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, PhoneNumberType

from core.errors import Invalid

DEAR = frozenset(
    {
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.PERSONAL_NUMBER,
        PhoneNumberType.UAN,
    }
)
REACHED = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
FICTIONAL = re.compile(
    r"\+447700900\d{3}"  # United Kingdom: Ofcom; no valid number for the library
    r"|\+1\d{3}55501\d{2}"  # North America: 555-0100 to 555-0199
    r"|\+3363998\d{4}"  # France: Arcep
    r"|\+614915701(?:10|5[6-9])"  # Australia: ACMA
)

FICTIONAL_IN = {"+44": "GB", "+1": "US", "+33": "FR", "+61": "AU"}


@lru_cache(maxsize=20_000)
def to_e164(text: str, country: str, pretend: bool = True) -> str:
    """A number as E.164, `country` being the one it is dialled in; numbers of nobody only while we `pretend`.

    Raises Invalid("mobile", why): `letters`, `number`, `extension`, `dear` (premium and the like) or `fictional`.
    """
    if any(letter.isalpha() for letter in text):
        raise _refused("extension" if re.search(r"\d\W*(?:x|ext)\W*\d", text.casefold()) else "letters", text, country)
    try:
        number = phonenumbers.parse(text, country)
    except NumberParseException as error:
        raise _refused("number", text, country) from error
    e164 = str(phonenumbers.format_number(number, PhoneNumberFormat.E164))
    if number.extension or ";" in text or "#" in text:
        raise _refused("extension", text, country)
    if FICTIONAL.fullmatch(e164):
        if not pretend:
            raise _refused("fictional", text, country)
        return e164
    if not phonenumbers.is_valid_number(number):
        raise _refused("number", text, country)
    if phonenumbers.number_type(number) in DEAR:
        raise _refused("dear", text, country)
    return e164


@lru_cache(maxsize=20_000)
def is_mobile(e164: str) -> bool:
    """Whether texts can reach the number, as far as numbering plans tell. Fictional ones count: demos use them."""
    if FICTIONAL.fullmatch(e164):
        return True
    return bool(e164) and phonenumbers.number_type(_parsed(e164)) in REACHED


@lru_cache(maxsize=20_000)
def region_of(e164: str) -> str:
    """The country or island a number belongs to: several share a dialling code (+44 7911 may be Guernsey)."""
    if FICTIONAL.fullmatch(e164):
        return next(region for start, region in FICTIONAL_IN.items() if e164.startswith(start))
    return phonenumbers.region_code_for_number(_parsed(e164)) or ""


def dialling_code(e164: str) -> str:
    """What is dialled for its country, like `44`."""
    return str(_parsed(e164).country_code)


def shown(e164: str) -> str:
    """As people of its country write it."""
    if not e164:
        return ""
    return str(phonenumbers.format_number(_parsed(e164), PhoneNumberFormat.NATIONAL))


def nobodys(country: str) -> str:
    """A number that looks like a mobile of a country; whoever has it is never texted."""
    start = phonenumbers.example_number_for_type(country, PhoneNumberType.MOBILE)
    e164 = str(phonenumbers.format_number(start, PhoneNumberFormat.E164)) if start else "+447400123456"
    alike = [number for n in range(100) if is_mobile(number := f"{e164[:-2]}{n:02d}")]
    return secrets.choice(alike)


def ending(e164: str) -> str:
    """The last two digits: all that a page before the lock may show (S23)."""
    return e164[-2:]


def masked_phone(e164: str) -> str:
    """How staff see a number until they ask for it."""
    return f"number ending {ending(e164)}" if e164 else ""


def masked_email(email: str) -> str:
    """How staff see an address until they ask for it."""
    name, _, host = email.partition("@")
    return f"{name[:1]}•••@{host}" if host else ""


def _parsed(e164: str) -> PhoneNumber:
    return phonenumbers.parse(e164, None)


def _refused(why: str, text: str, country: str) -> Invalid:
    return Invalid("mobile", why, value=text, country=country)
