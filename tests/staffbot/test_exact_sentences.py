"""What staff are told in trouble, word for word where ux.md B2 gives the words (E1 to E30)."""

from datetime import UTC, datetime, timedelta

import pytest

from core.compose.words import Command, MissingBoth, MissingEmail, MissingMobile, OptedOut
from core.delivery.credits import NoCredits
from core.delivery.words import Channel, Status
from core.errors import Forbidden, Invalid, NotFound, TooMany
from core.messages.inspect import FileRefused
from core.messages.tasks import TaskTaken
from core.practice.plans import NotOnTrial, TrialOver
from core.practice.secondfactor import WrongFactor
from core.practice.signin import WrongSignIn
from core.practice.words import Right
from staffbot import delivery_words
from staffbot.commands.errors import Ambiguous, NoOneFits, UnknownCommand
from staffbot.errors import SignedOut
from staffbot.signin_words import not_right
from staffbot.wording import say

NOW = datetime(2026, 3, 3, 10, 0, tzinfo=UTC)
AMARA = "Amara Testwell"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (TooMany("sign-in", 5, 300), "Too many tries. Wait 5 minutes, then try again. Your colleagues are not affected."),
        (WrongFactor(), "That code did not work. Codes change every 30 seconds: enter the one shown now."),
        (SignedOut(), "You were signed out after 30 minutes. Sign in again: what you typed is kept."),
        (Forbidden("take_back", "assistant"), "Your role (assistant) cannot take messages back. Ask an owner or admin."),
        (UnknownCommand("smss", "sms"), 'There is no command "/smss". Did you mean /sms? To send these words as a message, put a space in front.'),
        (Ambiguous("tes", [], 3), '3 people fit "tes". Choose one; nothing has been sent.'),
        (NoOneFits("Tesster"), 'No one fits "Tesster". Check the spelling, or add them under Patients.'),
        (NotFound("message"), "This message is no longer there, or it is not yours to see."),
        (NotOnTrial(Right.SEND_SMS), "SMS and email start with a subscription. On trial you can use Internal and Direct Messages."),
        (TrialOver(), "Your trial is over: nothing new goes to patients. Subscribe to go on. What you wrote is kept."),
        (NoCredits(2, 0), "No SMS credits left; this needs 2. Buy credits, or send it by email. Your text is kept."),
        (MissingEmail(AMARA, Command.DIRECT), "Amara Testwell has no email address, and a Direct Message needs one for the link. Add an address. Your text is kept."),
        (MissingBoth(AMARA), "Amara Testwell has neither email nor mobile. Add both to send a Direct Message, or write a letter."),
        (OptedOut(AMARA, Channel.SMS, NOW), "Amara Testwell asked for no texts on 3 March 2026. Send a Direct Message instead, or call."),
        (Invalid("text", "empty"), "There is no text to send. Write something after the name."),
        (FileRefused("scan.svg", "type"), "scan.svg was not added: only PDF, JPEG and PNG can be sent. Save it as PDF and try again."),
        (FileRefused("x-ray.pdf", "size", size=14 << 20, limit=10 << 20), "x-ray.pdf is 14 MB; the limit is 10 MB. Make it smaller or split it."),
        (TooMany("drafts", 200, 85_000), "That is more than 200 messages in a day. Wait 24 hours; your text is kept."),
        (TooMany("messages", 10, 20), "That is more than 10 messages in a short time. Wait 20 seconds; your text is kept."),
        (TaskTaken("Anna", NOW, NOW + timedelta(minutes=1)), "Anna took this a minute ago. Nothing to do, unless they pass it on."),
    ],
)  # fmt: skip
def test_staff_in_trouble_read_just_this(error, said):
    assert say(error).message == said


def test_what_is_said_where_it_stands():
    assert (
        not_right(WrongSignIn())
        == "That email and password do not match. Check both and try again, or use Forgotten password."
    )
    by_card = say(MissingMobile(AMARA, Command.DIRECT)).message
    assert by_card.startswith(
        "Amara Testwell has no mobile number, and a Direct Message needs one for the code. Add a number"
    )
    sms, email = Channel.SMS, Channel.EMAIL
    assert (
        delivery_words.why(sms, Status.FAILED, "number")
        == "the network says this number does not exist. Check the number with the patient."
    )
    assert (
        delivery_words.why(email, Status.BOUNCED, "mailbox")
        == "the mailbox does not exist. Check the address with the patient."
    )
    assert delivery_words.why(sms, Status.UNKNOWN, "") == (
        "we cannot tell whether this text went. It was not sent again, so that nobody gets it twice. Ask the patient, or "
        "send it again."
    )
