"""Which native control asks a question, and what a browser may fill it in with by itself (F17, F20)."""

from collections.abc import Mapping
from typing import NamedTuple

from core.forms.words import Asked, Item, Kind

RADIOS, LIST = 12, 30  # options: up to here radios, from here a field with suggestions
SUGGEST = "suggest"
FORCED: Mapping[str, str] = {
    "radio-button": "radios",
    "drop-down": "select",
    "check-box": "radios",
    "autocomplete": SUGGEST,
}
BY_KIND: Mapping[Kind, str] = {
    Kind.BOOLEAN: "boolean",
    Kind.DATE: "date",
    Kind.DATE_TIME: "date",
    Kind.TEXT: "text",
    Kind.ATTACHMENT: "file",
    Kind.GROUP: "list",
}
# The last step of an element's path in FHIR, and what a browser calls the same. A telecom may be either.
ELEMENTS: Mapping[str, str] = {
    "Patient.name": "name",
    "name.text": "name",
    "name.given": "given-name",
    "name.family": "family-name",
    "HumanName.given": "given-name",
    "HumanName.family": "family-name",
    "Patient.birthDate": "bday",
    "Patient.gender": "sex",
    "Patient.address": "street-address",
    "address.line": "street-address",
    "address.postalCode": "postal-code",
    "address.city": "address-level2",
    "address.state": "address-level1",
    "address.country": "country-name",
    "Address.line": "street-address",
    "Address.postalCode": "postal-code",
    "Address.city": "address-level2",
    "Address.state": "address-level1",
    "Address.country": "country-name",
}


class _Code(NamedTuple):
    system: str
    code: str


LOINC = "http://loinc.org"
CODES: Mapping[_Code, str] = {
    _Code(LOINC, "54125-0"): "name",
    _Code(LOINC, "45392-8"): "given-name",
    _Code(LOINC, "45394-4"): "family-name",
    _Code(LOINC, "21112-8"): "bday",
    _Code(LOINC, "56799-0"): "street-address",
}


def control(asked: Asked) -> str:
    """`radios checkboxes select suggest boolean date text file list`, or `line` for a field of one line."""
    item = asked.item
    if not asked.options:
        return BY_KIND.get(item.kind, "line")
    if item.repeats:
        return "checkboxes"
    if item.kind is Kind.OPEN_CHOICE:  # where words of one's own must have a place, too
        return "radios" if len(asked.options) <= RADIOS else SUGGEST
    if any(option.picture for option in asked.options):  # only beside a button there is a place for it
        return "radios"
    by_number = "radios" if len(asked.options) <= RADIOS else "select" if len(asked.options) < LIST else SUGGEST
    return FORCED.get(item.look.control, by_number)


def autocomplete(item: Item) -> str:
    """The browser's own word for what is asked: as the builder chose, or by codes or definition; never by its text."""
    if item.look.fills:
        return item.look.fills
    coded = next((found for one in item.codes if (found := CODES.get(_Code(*one)))), "")
    path = item.definition.partition("#")[2].split(".")
    return coded or ELEMENTS.get(".".join(path[-2:]), "off")
