"""What staff read about the details of a patient: what is wrong with one, and who is there already."""

from core.calendar import birthday
from core.patients.headings import BadFile
from core.patients.intake import Intake
from core.patients.record import ChangedMeanwhile, KnownAlready

INVALID: dict[tuple[str, str], str] = {
    ("first_name", "empty"): "There is no name. Write a first name, a last name, or both.",
    ("first_name", "characters"): "The name has signs that nobody can see or type. Type it anew.",
    ("first_name", "too_long"): "The name is too long. Use at most {limit} letters.",
    ("date_of_birth", "date"): "“{value}” is no date of birth. Write it like 14 March 1985 or 14/03/1985.",
    ("date_of_birth", "range"): "“{value}” cannot be a date of birth. Check the year.",
    ("mobile", "number"): "“{value}” is no phone number in {country}. Check it; a number abroad begins with +.",
    ("mobile", "letters"): "“{value}” has letters in it. Type the number alone.",
    ("mobile", "extension"): "“{value}” has an extension, and texts cannot reach one. Type a mobile number.",
    ("mobile", "dear"): "“{value}” costs extra to reach. Ask the patient for an ordinary mobile number.",
    ("mobile", "fictional"): "“{value}” is a number for films: it is nobody's. Ask the patient for theirs.",
    ("mobile", "fixed"): "{value} is not a mobile number. Texts cannot reach it. Change the number.",
    ("email", "address"): "“{value}” is no email address. Check it for a missing @ or full stop.",
    ("email", "empty"): "There is no email address. Write one.",
    ("email", "characters"): "The email address has signs that nobody can see. Type it anew.",
    ("status", "unknown"): "“{value}” is none of active, prospective, lapsed and archived.",
    ("line", "too_long"): "A field has more than {limit} letters. Is a quotation mark open?",
}
PROVE = "This needs your password again."
IGNORED = 8  # columns that are named
FILE = {
    "empty": "Choose a file first.",
    "size": "The file is larger than 5 MB. Split it, and bring in the parts one after the other.",
    "encoding": "The file is not UTF-8 text. Save it as “CSV UTF-8” and try again.",
    "workbook": "That is a workbook. In Excel or the like, save it as “CSV UTF-8”, then bring that in.",
    "csv": "The file is no readable CSV: a quotation mark may be open. Save it again as CSV.",
}


def known_already(error: KnownAlready) -> str:
    """That somebody like this is there, and what to do."""
    born = birthday(error.patient.date_of_birth)
    said = f"{error.patient.name}{f', born {born},' if born else ''} is a patient already."
    if error.certain:
        return f"{said} Nothing was changed. If this is somebody else, a date of birth tells them apart."
    return f"{said} Is it the same person? If not, say so below and press the button again."


FIELDS = {
    "first_name": "the first name",
    "last_name": "the last name",
    "date_of_birth": "the date of birth",
    "status": "the status",
    "external_id": "the number elsewhere",
    "email": "the email address",
    "mobile": "the mobile number",
}


def changed_meanwhile(error: ChangedMeanwhile) -> str:
    """What a colleague changed while the page was open, and what to do."""
    now = ", ".join(f"{FIELDS[name]} is {value or 'empty'}" for name, value in error.fields.items())
    return f"A colleague changed this while the page was open: {now} now. What you typed stands below. Look, then save."


def bad_file(error: BadFile) -> str:
    """Why a whole file could not be read."""
    if error.why == "header":
        return f"The first line must name the columns; missing: {error.facts['missing']}."
    return FILE[error.why]


def brought(found: Intake, *, only_checked: bool) -> str:
    """What came of a file, in one sentence."""
    counted = ((found.added, "new"), (found.updated, "changed"), (found.unchanged, "as they were"))
    said = ", ".join(f"{count:,} {word}" for count, word in counted if count) or "none"
    left = len(found.rejected)
    not_taken = f" {left:,} {'line' if left == 1 else 'lines'} could not be taken: see below." if left else ""
    were = "patient was" if found.told == 1 else "patients were"
    told = f" {found.told:,} {were} told at the old address." if found.told else ""
    columns = ", ".join(f"“{name[:40]}”" for name in found.ignored[:IGNORED])
    unread = f" Nothing was taken from the columns {columns}." if columns else ""
    return f"{'Only checked, nothing is kept' if only_checked else 'The file is in'}: {said}.{told}{not_taken}{unread}"
