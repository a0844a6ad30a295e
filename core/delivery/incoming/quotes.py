"""What of an answer by e-mail is the answer, and what only quotes us (P54). Pure.

First our own line, which every letter of ours carries; then what mail programs write above a quotation, by a library
whose patterns take quadratic time: it is shown only the beginning of a letter (2,000 letters: half a second at worst).
"""

import re

from mailparser_reply import EmailReplyParser

from core.language import NAMES, say

MARKER = "— answer above this line —"  # said in the language of whom the letter goes to
LANGUAGES = ["en", "de", "fr", "es"]
SHOWN = 2_000  # letters
SPANISH = re.compile(
    r"^El [^\n]{5,200}(?:\n[^\n]{0,200})?escribió:[ \t]*$", re.MULTILINE
)  # Gmail's; not in the library


def answer(text: str) -> str:
    """The answer without what it quotes; all of it where no quotation is found."""
    head, marked = text, False
    for line in (say(language, MARKER) for language in NAMES):
        head, found_it, _ = head.partition(line)
        marked = marked or bool(found_it)
    if marked:
        head = head.rstrip("> \t\r\n")
    if found := SPANISH.search(head):
        head = head[: found.start()]
    shown = head[:SHOWN]
    said = str(EmailReplyParser(languages=LANGUAGES).parse_reply(shown) or "").strip()
    if len(head) > SHOWN and len(said) >= len(shown.strip()) - 1:
        said = head.strip()  # no quotation begins in what was shown
    return said or text.strip()
