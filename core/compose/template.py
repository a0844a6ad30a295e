"""Filling in a text's variables: a fixed list of names, replaced once, no expressions (S94)."""

import re

from core.compose.contacts import Contact
from core.practice.words import PracticeCard

VARIABLE = re.compile(r"\{(first_name|name|practice|phone)\}")


def merge(text: str, contact: Contact, practice: PracticeCard) -> str:
    """The text with `{first_name}`, `{name}`, `{practice}` and `{phone}` filled in; anything else in braces stays."""
    values = {
        "first_name": contact.first_name,
        "name": contact.name,
        "practice": practice.name,
        "phone": practice.phone,
    }
    return VARIABLE.sub(lambda found: values[found[1]], text)
