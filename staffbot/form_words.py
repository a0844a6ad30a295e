"""What staff read about Smart Forms: what went wrong with one, and the words of a copy on paper."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from core import calendar
from core.errors import LatchkeyError
from core.forms.answering.signing import Signature, is_signature
from core.forms.builder.building import Form
from core.forms.builder.question import conditions
from core.forms.builder.retold import Retold, retold
from core.forms.builder.sketches import NotToBeAltered, SketchChanged
from core.forms.habits import Prefill
from core.forms.importing.outcome import Result
from core.forms.languages import name_of
from core.forms.library import NeedsAccepting, NotAForm, Origin
from core.forms.own import Method
from core.forms.responses.answered import Answered
from core.forms.responses.paper import CannotPrint, Words
from core.forms.responses.proposals import Detail
from core.forms.words import Item, Kind, Questionnaire
from core.practice.words import PracticeCard

CODES: Mapping[type[LatchkeyError], tuple[str, int]] = {
    NotAForm: ("invalid", 422),
    NeedsAccepting: ("invalid", 422),
    CannotPrint: ("invalid", 422),
    SketchChanged: ("stale", 409),
    NotToBeAltered: ("forbidden", 403),
}

SENTENCES: Mapping[type[LatchkeyError], Callable[[Any], str]] = {
    NotAForm: lambda e: "This file cannot be imported as a form.",
    NeedsAccepting: lambda e: "Some questions of this form cannot be asked as written.",
    CannotPrint: lambda e: (
        f"The answers have letters that the PDF cannot show ({', '.join(e.scripts)}). Take the CSV or FHIR copy."
    ),
    SketchChanged: lambda e: "Somebody changed this form meanwhile. Look at it again, then make your change once more.",
    NotToBeAltered: lambda e: "Its owner does not allow other words. You can copy it under a name of its own.",
}

INVALID: Mapping[tuple[str, str], str] = {
    ("title", "empty"): "A form needs a title.",
    ("translation", "long"): "A translation has {have} letters; the most is {most}. Make it shorter.",
    ("form", "many"): "That is more than {limit} forms for one link. Send the rest in a second one.",
    ("form", "answered"): "The patient has sent this form in the meantime. Go back to read the answers.",
    ("due", "first"): "Name the form first, then until when, like phq-9 due friday.",
    ("due", "day"): "Until when? Write a day after due, like due friday or due 3 march.",
    ("due", "over"): "That day is over. Choose a later one.",
    ("alias", "taken"): "“{value}” means another form already, or is this one's key. Choose another word.",
    ("key", "taken"): "There is a form {value} already. Choose another word.",
    ("question", "empty"): "A question needs words.",
    ("question", "unsaid"): "One still has no words of its own: “{value}”. Write them, or remove it.",
    ("unit", "empty"): "Say the unit, like kg: a number alone could be anything.",
    ("urgent", "never"): "No choice has so many points, so nobody would ever be called. Change one of them.",
    ("limits", "range"): "The smallest number is larger than the largest. Change one of them.",
    ("limits", "number"): "“{value}” is no number. Write it in figures, like 3 or 2.5.",
    ("choices", "few"): "Give at least two choices.",
    ("choices", "twice"): "Two choices have the same words. Change one of them.",
    (
        "condition",
        "value",
    ): "“{value}” is no answer to “{asked}”. Write a choice, Yes or No, a number, or a date like 27 3 2026.",
    ("correction", "incomplete"): "Something is missing or cannot be taken. It is marked below.",
    ("correction", "same"): "Nothing is different. Change an answer first.",
    ("correction", "reason"): "Say why. It stands in the conversation with what you changed.",
    ("correction", "meanwhile"): "Somebody corrected these answers meanwhile. Look at them again first.",
    ("bands", "half"): "A band needs a first score, a last score and a meaning. Look at “{value}”.",
    ("bands", "order"): "A band begins after it ends. Put the smaller number first.",
    ("bands", "gap"): "There is a gap between two bands. Every score needs a meaning.",
    ("bands", "overlap"): "Two bands have a score in common. Every score needs one meaning.",
    ("bands", "start"): "The first band begins above the lowest score, {value}.",
    ("bands", "range"): "The last band ends below the highest score, {value}.",
}

DETAILS: Mapping[Detail, str] = {
    Detail.FIRST_NAME: "First name",
    Detail.LAST_NAME: "Last name",
    Detail.BORN: "Date of birth",
    Detail.EMAIL: "Email address",
    Detail.MOBILE: "Mobile number",
    Detail.LANGUAGE: "Language",
}

EXACT: Mapping[str, str] = {"": "Day, month and year", "month": "The month is enough", "year": "The year is enough"}
FILLS: Mapping[str, str] = {
    "name": "Their full name",
    "given-name": "Their first name",
    "family-name": "Their last name",
    "tel": "Their phone number",
    "email": "Their email address",
    "street-address": "Their street",
    "postal-code": "Their postcode",
    "bday": "Their date of birth",
    "sex": "Their sex",
}

METHODS: Mapping[Method, str] = {
    Method.SUM: "All points added up",
    Method.MEAN: "The average of the points",
    Method.COUNT: "How many questions got points",
}

PREFILL: Mapping[Prefill, str] = {
    Prefill.OFF: "Nothing",
    Prefill.SHOWN: "What we know, to be looked at",
    Prefill.SILENT: "What we know, also unseen in hidden questions",
}

PLAIN: Mapping[str, str] = {
    "yes": "Yes or no",
    "one": "Pick one",
    "several": "Pick several",
    "other": "Pick one or write another",
    "short": "Short answer",
    "long": "Long answer",
    "whole": "Whole number",
    "number": "Number",
    "unit": "Number with a unit",
    "date": "Date",
    "time": "Time",
    "file": "File or photo",
    "signature": "Signature, typed or drawn",
    "reading": "Text to read",
    "section": "Section",
}


def asked_already(code: str, facts: Mapping[str, Any]) -> str:
    """That a form waits with somebody already, or was answered lately (F79)."""
    days = int(facts["days"])
    ago = "today" if days == 0 else "yesterday" if days == 1 else f"{days} days ago"
    if code == "form_answered":
        return f"{facts['name']} answered “{facts['title']}” {ago}."
    begun = "begun but not sent" if facts["started"] else "still open"
    return f"“{facts['title']}” went to {facts['name']} {ago} and is {begun}."


def words_behind(facts: Mapping[str, Any]) -> str:
    """That a form's words in a language are older than the form itself, and who reads them (F82)."""
    texts = "1 text" if facts["stale"] == 1 else f"{facts['stale']} texts"
    said = f"{texts} of “{facts['title']}” changed after {'it was' if facts['stale'] == 1 else 'they were'} translated"
    read = f" {facts['name']} reads it so." if facts["name"] else ""
    return f"{said} ({facts['language']}).{read}"


NEW_TEXT: Mapping[bool, str] = {False: "New question", True: "New section"}  # whether it is a section

OPERATORS: Mapping[str, str] = {
    "is": "is",
    "not": "is not",
    "more": "is more than",
    "less": "is less than",
    "answered": "was answered",
    "open": "was not answered",
}


def asked_if(form: Form, item: Form, texts: Mapping[str, str]) -> str:
    """When a question is asked, as a sentence; empty where it always is."""
    waits = conditions(form, item, texts)
    said = [f"“{one.asked}” {OPERATORS.get(one.operator, one.operator)} {one.value}".rstrip() for one in waits]
    return f"Only if {(' or ' if item.get('enableBehavior') == 'any' else ' and ').join(said)}" if said else ""


KINDS: Mapping[Kind, str] = {
    Kind.GROUP: "Section",
    Kind.DISPLAY: "Text to read",
    Kind.BOOLEAN: "Yes or no",
    Kind.INTEGER: "Whole number",
    Kind.DECIMAL: "Number",
    Kind.DATE: "Date",
    Kind.DATE_TIME: "Date and time",
    Kind.TIME: "Time",
    Kind.STRING: "Short answer",
    Kind.TEXT: "Long answer",
    Kind.URL: "Web address",
    Kind.CHOICE: "Pick one",
    Kind.OPEN_CHOICE: "Pick one or write another",
    Kind.ATTACHMENT: "File or photo",
    Kind.REFERENCE: "Pick one",
    Kind.QUANTITY: "Number with a unit",
}

RESULTS: Mapping[Result, str] = {
    Result.FULL: "Everything in it can be asked as written.",
    Result.PART: "Most of it can be asked. What cannot is named below.",
    Result.REFUSED: "This file cannot be imported.",
}

ORIGINS: Mapping[Origin, str] = {
    Origin.LIBRARY: "Latchkey's library",
    Origin.IMPORT: "Imported",
    Origin.BUILDER: "Made here",
}

CHANGES: Mapping[str, str] = {"new": "New", "gone": "Gone", "changed": "Changed", "moved": "Moved"}
CHANGED: Mapping[str, str] = {
    "title": "title",
    "score": "score, bands or who is called",
    "kind": "kind of question",
    "text": "words",
    "required": "whether it must be answered",
    "repeats": "how many answers",
    "options": "choices",
    "points": "points of the choices",
    "limits": "limits",
    "conditions": "when it is asked",
    "formulas": "calculation",
    "hidden": "whether it is shown",
}

DONE: Mapping[str, str] = {
    "published": "It is published. Everybody can send it from the chat as it stands below the title.",
    "imported": "It is imported. Everybody can send it from the chat as it stands below the title.",
    "added": "The form is added. Everybody can send it from the chat.",
    "thrown": "What was being built is gone.",
    "used": "How you use it is kept.",
    "retired": "It is out of use. What was sent can still be answered.",
    "again": "It is in use again.",
}
TRANSLATED: Mapping[str, str] = {
    "new": "Translated now",
    "changed": "Other words",
    "gone": "Not translated any more",
    "left": "Left as it was, though the question changed",
}

LEFT_OUT: tuple[tuple[str, str], ...] = (
    ("PROMIS, SF-36, EQ-5D, EPDS", "copyright: they may be reproduced only under their owners' terms"),
    ("AUDIT, WHO-5", "the World Health Organization's terms (CC BY-NC-SA 3.0 IGO): not for commercial use"),
    ("ASQ, MoCA, ESS, IPSS", "a licence of the owner is needed"),
    ("Friends and Family Test", "a trademark"),
)


def kind(item: Item) -> str:
    """What kind of question it is, in plain words."""
    if item.options and item.repeats:
        return "Pick several"
    if is_signature(item):
        return "Signature"
    return "Pick one" if item.options and item.kind is not Kind.OPEN_CHOICE else KINDS[item.kind]


def on_paper(given: Answered, practice: PracticeCard) -> Words:
    """The words of a staff copy."""
    born, signed = calendar.birthday(given.patient.date_of_birth), given.signature
    return Words(
        practice=practice.name,
        who=f"{given.patient.name}, born {born}" if born else given.patient.name,
        when=f"Answered {calendar.moment(given.at, practice.time_zone)} · Version {given.version}",
        open="Not answered",
        page="Page {page} of {pages}",
        score="Score",
        open_score="No score: {answered} of {of} questions answered",
        part="{answered} of {of} questions answered",
        signed=_signed(signed, practice.time_zone) if signed else "",
    )


def _signed(given: Signature, zone: str) -> str:
    if not given.holds:
        return f"Signed by {given.name}, but these are not the answers that were signed."
    return f"Signed by {given.name}, {calendar.moment(given.at, zone)}"


def translated(versions: Sequence[Questionnaire]) -> list[tuple[str, str, tuple[Retold, ...]]]:
    """What the last of some versions says otherwise in other languages: each by its name and letters."""
    return [(name_of(code), code, changes) for code, changes in retold(versions).items()]
