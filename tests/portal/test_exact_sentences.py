"""What a patient is told in trouble, word for word (ux.md C2, E31 to E50): each is in the catalogue, which another test
holds to what the pages really say."""

import json
from pathlib import Path

import pytest

import portal

CATALOGUE = json.loads((Path(portal.__file__).parent / "languages" / "de.json").read_text())


@pytest.mark.parametrize(
    "sentence",
    [
        "That code did not work. Type the 8 numbers from the newest text message, or press “Text me a new code”.",
        "That code did not work. You can try %(count)s more times. After that, ask for a new code.",
        "The code has 8 numbers, like 4821 9037. Type or paste them again.",
        "Thank you. We have closed this link and told %(practice)s. You can delete the email.",
        "We have just sent you a code. It can take a minute. You can ask for another one at %(time)s.",
        "You have asked for %(limit)s codes today. Try again tomorrow, or call %(phone)s.",
        "To keep your message safe, this link is now closed. Call %(phone)s and we will send you a new one.",
        "The time to open this message is over. Call %(phone)s and we will send it again.",
        "This link does not open a message. Check that you used the newest email, or call your clinic.",
        "You were away for a while, so we locked your message. Get a new code to go on. What you typed is kept.",
        "Write your answer first, then press “Send”.",  # the button reads “Send my answer”, as in the look
        "Your answer is %(over)s letters too long. Make it shorter, or send it in two parts.",
        "You have already sent this form on %(day)s. You do not need to do it again.",
        "This form could be sent until %(day)s. Call %(phone)s if you still want to fill it in.",
        "Choose an answer to “%(label)s”.",
        "Enter a real date, like 27 3 1985.",
        "Sorry, something went wrong on our side. Nothing you typed is lost. Try again in a minute. If you call us, say"
        " %(reference)s.",
        "We could not text you. Call %(phone)s: we can check your number or send you a paper card with a code.",
        "Your browser did not keep our cookie, so we cannot go on. Open the link from your email in Safari, Chrome or"
        " Firefox.",
    ],
)
def test_a_patient_in_trouble_reads_just_this(sentence):
    assert sentence in CATALOGUE
