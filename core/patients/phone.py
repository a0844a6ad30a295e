"""Telephone numbers: from what people write to E.164, and how they may be shown."""

from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

from core.errors import Invalid


@lru_cache(maxsize=20_000)
def to_e164(text: str, country: str) -> str:
    """A number as E.164, `country` being the one it is dialled in. Raises Invalid("mobile", "number")."""
    try:
        number = phonenumbers.parse(text, country)
    except NumberParseException as error:
        raise Invalid("mobile", "number", value=text, country=country) from error
    e164 = str(phonenumbers.format_number(number, PhoneNumberFormat.E164))
    if not phonenumbers.is_valid_number(number) and not _drama(e164):
        raise Invalid("mobile", "number", value=text, country=country)
    return e164


@lru_cache(maxsize=20_000)
def is_mobile(e164: str) -> bool:
    """Whether texts can reach the number, as far as numbering plans tell. Drama numbers count: demos use them."""
    if _drama(e164):
        return True
    kind = phonenumbers.number_type(phonenumbers.parse(e164, None))
    return kind in (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)


def shown(e164: str) -> str:
    """As people of its country write it."""
    if not e164:
        return ""
    return str(phonenumbers.format_number(phonenumbers.parse(e164, None), PhoneNumberFormat.NATIONAL))


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


def _drama(e164: str) -> bool:
    """Numbers kept for drama in the United Kingdom (Ofcom): nobody's, so demonstrations and tests can use them."""
    return len(e164) == 13 and e164.startswith("+447700900")
