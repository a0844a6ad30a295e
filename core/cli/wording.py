"""Errors as sentences on the command line. The one place."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.exc import ArgumentError, InterfaceError, NoSuchModuleError, OperationalError

from core.backup.words import NewerBackup, NoBackupKey, NotABackup
from core.cli.words import (
    AlreadySetUp,
    AskedTooOften,
    DemoDatabase,
    FileThere,
    NoPort,
    NoSuchFile,
    NoSuchPractice,
    NotAResponse,
    NotATrail,
    NotReached,
    NotSetUp,
)
from core.compose.words import MissingBoth, MissingEmail, MissingMobile, NotThen, OptedOut, Stale, TooLate, Undecided
from core.config import BadSettings
from core.delivery.credits import NoCredits
from core.delivery.providers.ports import Halted, Refused, SenderRefused, TooFast, TryAgain, Unsure
from core.delivery.status import UnknownReference
from core.delivery.suppression import Suppressed
from core.errors import Forbidden, Invalid, LatchkeyError, NotFound, TooMany
from core.forms.answering.submission import NotComplete
from core.forms.answers import AlreadySent, StalePage
from core.forms.builder.sketches import NotToBeAltered, SketchChanged
from core.forms.erasing import SharesItsKey
from core.forms.importing import wording as imported
from core.forms.library import NeedsAccepting, NotAForm
from core.forms.responses.paper import CannotPrint
from core.forms.waiting.bringing import AnswersRefused, Fault, NothingWaits
from core.messages.files import FileHeld
from core.messages.inspect import FileRefused
from core.messages.scan import ScannerBlind, ScannerDown
from core.messages.tasks import TaskOver, TaskTaken
from core.patients.headings import BadFile
from core.patients.record import ChangedMeanwhile, KnownAlready
from core.practice.accounts import PasswordLinkOver
from core.practice.enrolling import EnrolmentOver
from core.practice.passkeys import WrongPasskey
from core.practice.plans import NotOnTrial, TrialOver
from core.practice.secondfactor import AlreadyEnrolled, FactorClosed, WrongFactor
from core.practice.signin import WrongSignIn
from core.practice.staff import EmailTaken, LastOwner
from core.practice.tickets import TicketOver
from core.release.birth import BirthMalformed
from core.release.card import CardMalformed
from core.release.code import CodeMalformed, CodeWrong
from core.release.crowd import Busy
from core.release.find import LinkExpired, LinkFrozen, LinkGone
from core.release.pin import MissingPin, PinNotTyped
from core.release.sends import AskLater, DayLimit, NoMobile, TextsWait
from core.seal.envelope import Unreadable
from core.seal.keyring import Erased, WrongMasterKey
from core.store.migrate import OldSchema
from core.web.csrf import ForeignRequest

Say = Callable[[Any], str]

FIELDS: dict[tuple[str, str], str] = {
    ("mobile", "number"): "the mobile {value} is no phone number in {country}",
    ("mobile", "letters"): "the mobile {value} has letters in it",
    ("mobile", "extension"): "the mobile {value} has an extension",
    ("mobile", "dear"): "the mobile {value} is a premium, shared-cost or personal number",
    ("mobile", "fictional"): "the mobile {value} is kept for films: it is nobody's",
    ("email", "empty"): "there is no e-mail address",
    ("phone", "empty"): "there is no phone number",
    ("email", "address"): "the e-mail {value} is no address",
    ("date_of_birth", "date"): "the date of birth {value} is no date",
    ("date_of_birth", "range"): "the date of birth {value} cannot be right",
    ("status", "unknown"): "the status {value} is none of active, prospective, lapsed, archived",
    ("language", "unknown"): "we do not write in the language {value}; we do in {known}",
    ("first_name", "empty"): "there is no name",
    ("name", "empty"): "there is no name",
    ("name", "long"): "the name is too long: use at most {limit} letters",
    ("name", "characters"): "the name has signs that nobody can see",
    ("practice", "taken"): "there is a practice “{value}” already: choose another short name",
    ("practice", "slug"): "the short name {value} cannot be used: take small letters a to z, digits and hyphens, at "
    "most 40",
    ("practice", "name"): "the practice needs a name",
    ("phone", "number"): "the phone number {value} has no digits that a patient could ring",
    ("password", "short"): "the password is too short: use at least {limit} letters",
    ("password", "common"): "the password is too easy to guess: choose a few words that only you would put together",
}

SENTENCES: dict[type[LatchkeyError], Say] = {
    BadSettings: lambda e: "The configuration cannot be used: " + "; ".join(e.problems),
    BadFile: lambda e: _bad_file(e),
    NoSuchFile: lambda e: f"There is no file {e.path}. Check the name.",
    FileThere: lambda e: f"There is a file {e.path} already. Choose another name.",
    NotABackup: lambda e: "This is no backup, or it was changed or cut. Nothing has been restored.",
    NoBackupKey: lambda e: "No key here opens this backup. Give the file with the private half: --key FILE.",
    NewerBackup: lambda e: "This backup was made by a later version of Latchkey. Update first; nothing was restored.",
    NoSuchPractice: lambda e: f"There is no practice “{e.slug}”. `latchkey practice list` shows them.",
    AlreadySetUp: lambda e: f"{e.path} is set up already. `latchkey user add` and `latchkey practice add` add to it.",
    NotATrail: lambda e: f"{e.path} is no exported trail. Write one with `latchkey export audit`.",
    NotSetUp: lambda e: "Nothing is set up here yet. Run `latchkey init` or `latchkey demo` first.",
    DemoDatabase: lambda e: "This is a demonstration database: it has known passwords and is not served to the world.",
    OldSchema: lambda e: "The database is older than this version. Run `latchkey migrate` first.",
    WrongMasterKey: lambda e: "None of the master keys opens the keyring. Check `master_key`: 64 hexadecimal digits.",
    NotAForm: lambda e: " ".join(imported.problem(one) for one in e.found.problems[:3]),
    NeedsAccepting: lambda e: f"{e} things cannot be asked or checked as written. Add --accept to import all the same.",
    CannotPrint: lambda e: f"No font at hand has these letters: {', '.join(e.scripts)}.",
    SketchChanged: lambda e: "Somebody changed the form meanwhile.",
    NotToBeAltered: lambda e: "The owner of this form does not allow other words.",
    NoPort: lambda e: (
        f"Port {e.port} of {e.host} cannot be had: {e.why}. Stop what uses it, or take others: --staff-port and "
        "--portal-port of `latchkey demo`, staff_url and portal_url of `latchkey serve`."
    ),
    AskedTooOften: lambda e: (
        f"{e.url} has been asked too often from here. Nothing is proved: wait {-(-e.wait // 60)} minutes and try again."
    ),
    NotReached: lambda e: f"Nothing answers at {e.url}. Check the address.",
    NothingWaits: lambda e: f"No form {e.key} waits with this patient. Send it first: /form @name {e.key}.",
    AnswersRefused: lambda e: "Nothing was kept: " + "; ".join(answer_fault(one) for one in e.faults[:5]) + ".",
    NotAResponse: lambda e: (
        " ".join(imported.problem(one) for one in e.problems[:3])
        or "This file is no QuestionnaireResponse. Give the answers as FHIR R4 JSON."
    ),
    EmailTaken: lambda e: f"Somebody signs in with {e.email} already.",
    ChangedMeanwhile: lambda e: "Somebody changed the patient meanwhile.",
    KnownAlready: lambda e: "There is such a patient already. Nothing was added.",
    LastOwner: lambda e: "This is the only owner. Make someone else an owner first.",
    NotFound: lambda e: f"There is no such {e.thing}.",
    Forbidden: lambda e: f"The role {e.role} cannot do that.",
    Invalid: lambda e: reason(e)[:1].upper() + reason(e)[1:] + ".",
    TooMany: lambda e: f"Too many tries. Wait {e.wait} seconds.",
    WrongSignIn: lambda e: "That email and password do not match.",
    WrongFactor: lambda e: "That code did not work.",
    WrongPasskey: lambda e: "That passkey did not work.",
    FactorClosed: lambda e: "Too many codes were wrong. `latchkey user reset-2fa` lets the person enrol anew.",
    AlreadyEnrolled: lambda e: "There is a second factor already.",
    EnrolmentOver: lambda e: "That took too long or too many tries.",
    PasswordLinkOver: lambda e: "That link was used or is too old.",
    TicketOver: lambda e: "That took too long or too many tries.",
    NotOnTrial: lambda e: "SMS and email start with a subscription.",
    TrialOver: lambda e: "The practice's trial is over: let it go on by latchkey practice plan.",
    NoCredits: lambda e: f"This needs {e.needed} SMS credits; {e.left} are left.",
    MissingEmail: lambda e: f"{e.name} has no email address.",
    MissingPin: lambda e: f"{e.name} has no PIN.",
    MissingMobile: lambda e: f"{e.name} has no mobile number.",
    MissingBoth: lambda e: f"{e.name} has neither email nor mobile.",
    OptedOut: lambda e: f"{e.name} asked for no messages of this kind.",
    Suppressed: lambda e: f"This address is not written to ({e.barred.bar.value}).",
    Stale: lambda e: "That changed meanwhile.",
    Undecided: lambda e: "A warning needs an answer before this can go.",
    NotThen: lambda e: "That time cannot be kept.",
    TooLate: lambda e: "It has left already.",
    TaskTaken: lambda e: f"{e.by} took it already.",
    TaskOver: lambda e: f"{e.by} ended it already.",
    Refused: lambda e: f"The provider refused: {e.why}.",
    TooFast: lambda e: "The provider is asked too often. Try again in a while.",
    SenderRefused: lambda e: "The provider says that the number texts come from is not ours.",
    Halted: lambda e: "The provider takes nothing: look at its key, sender, money and address.",
    TryAgain: lambda e: "The provider cannot take it now. Try again later.",
    Unsure: lambda e: "The provider did not answer: we cannot tell whether it took it.",
    UnknownReference: lambda e: "No delivery is known by that.",
    AlreadySent: lambda e: "The form was sent before.",
    NotComplete: lambda e: "The form is not complete.",
    StalePage: lambda e: "That page is not where it was.",
    FileHeld: lambda e: f"{e.name} is held back: {e.state.value}.",
    ScannerBlind: lambda e: "The virus scanner at `clamd_address` does not find the test file. Update its signatures.",
    ScannerDown: lambda e: "The virus scanner at `clamd_address` does not answer.",
    FileRefused: lambda e: f"{e.name} cannot be taken: {e.why}.",
    Busy: lambda e: f"Many wrong codes are being typed. Wait {e.wait} seconds.",
    AskLater: lambda e: "A code was just sent.",
    CardMalformed: lambda e: "A card has 16 letters and digits.",
    BirthMalformed: lambda e: "That is no date.",
    PinNotTyped: lambda e: "The PIN is missing.",
    CodeMalformed: lambda e: "A code has 8 digits.",
    CodeWrong: lambda e: "That code did not work.",
    DayLimit: lambda e: "Enough codes for one day.",
    NoMobile: lambda e: "No text can reach that number.",
    TextsWait: lambda e: "Texts cannot go now.",
    LinkExpired: lambda e: "The link has ended.",
    LinkFrozen: lambda e: "The link is closed.",
    LinkGone: lambda e: "There is no such link.",
    Unreadable: lambda e: "Something sealed was changed or moved and cannot be read.",
    SharesItsKey: lambda e: "Only a Direct Message or a form can be erased alone.",
    Erased: lambda e: "It was erased.",
    ForeignRequest: lambda e: "The request came from elsewhere.",
}


def say(error: LatchkeyError) -> str:
    """The sentence for an error."""
    return SENTENCES[type(error)](error)


def outside(error: Exception) -> str | None:
    """What is wrong around us, a file or the database, as a sentence; None when the fault is ours."""
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename} cannot be used: {error.strerror}."
    if isinstance(error, OperationalError | InterfaceError | ArgumentError | NoSuchModuleError):
        return "The database does not answer. Check `database_url`; `latchkey check` says more."
    return None


def reason(error: Invalid) -> str:
    """Why one field cannot be taken, without the capital and the full stop."""
    said = FIELDS.get((error.field, error.why), f"{error.field.replace('_', ' ')} cannot be taken ({error.why})")
    return said.format_map({"value": "", "country": "", "limit": "", "known": "", **error.facts})


def _bad_file(error: BadFile) -> str:
    if error.why == "encoding":
        return "The file is not UTF-8 text. Save it as “CSV UTF-8” and try again."
    if error.why == "header":
        return f"The first line must name the columns; missing: {error.facts['missing']}."
    if error.why == "workbook":
        return "That is a workbook. Save it as “CSV UTF-8” and try again."
    return "The file is no readable CSV: a quotation mark may be open. Save it again as CSV."


FAULTS: Mapping[str, str] = {
    "unknown": "the form has no such question there",
    "twice": "a group that does not repeat stands there twice",
    "disabled": "it is not asked with these answers",
    "file": "files cannot be brought in like this",
}


def answer_fault(one: Fault) -> str:
    """Where an answer is wrong, and how: in words, or in that of the contract."""
    return f"{one.place}: {FAULTS.get(one.why, one.why)}"
