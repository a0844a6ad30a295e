"""A file of patients as other programs write it: how it is encoded, cut up and headed. Pure."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from core.errors import LatchkeyError

if TYPE_CHECKING:
    from _csv import Reader

COLUMNS = tuple("first_name last_name date_of_birth email mobile status external_id prefers language".split())
SAID: Mapping[str, str] = {  # how other programs head a column; folded by `_folded`
    said: column
    for column, all_said in {
        "first_name": "first name|firstname|forename|forenames|given name|given names|christian name|vorname",
        "last_name": "last name|lastname|surname|family name|nachname|familienname",
        "date_of_birth": "date of birth|dob|d o b|birth date|birthdate|birthday|born|geburtsdatum|geboren",
        "email": "email|e mail|email address|e mail address|mail",
        "mobile": "mobile|mobile number|mobile phone|mobile no|mobile tel|cell|cell phone|handy|mobil|mobiltelefon",
        "status": "status",
        "external_id": "external id|patient id|patient number|patient no|id|patientennummer",
        "prefers": "prefers|preferred contact",
        "language": "language|preferred language|sprache",
    }.items()
    for said in all_said.split("|")
}
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # how files of Excel and its like begin
CUTS = ",;\t"


class BadFile(LatchkeyError):
    """The file as a whole cannot be read as patients; `why` is a key, `facts` what is missing."""

    def __init__(self, why: str, **facts: object) -> None:
        super().__init__(why)
        self.why = why
        self.facts = facts


def text_of(data: bytes) -> str:
    """The text of a file in UTF-8, or in UTF-16 as Excel writes its *Unicode text*. Raises BadFile."""
    if data.startswith(WORKBOOKS):
        raise BadFile("workbook")
    try:
        return data.decode("utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadFile("encoding", at=error.start) from error


def table(text: str) -> "Reader":
    """Its rows, cut where its first line is: at commas, semicolons or tabs."""
    first = text.lstrip().split("\n", 1)[0]
    return csv.reader(io.StringIO(text, newline=""), delimiter=max(CUTS, key=first.count))


def columns_of(header: list[str]) -> list[str]:
    """Which of COLUMNS each heading means; empty for one that means none, or one that is there already."""
    return list(_columns_of(header))


def _columns_of(header: list[str]) -> Iterator[str]:
    exact = {one.strip().casefold() for one in header}
    taken: set[str] = set()
    for one in header:
        said = one.strip().casefold()
        column = said if said in COLUMNS else SAID.get(_folded(said), "")
        ours = column not in taken and (said == column or column not in exact)
        yield column if ours else ""
        taken |= {column} if ours else set()


def _folded(said: str) -> str:
    return re.sub(r"[\W_]+", " ", said).strip()
