"""Answers as PDF, to be kept or printed: made in memory, the same bytes for the same answers (F72).

Units: millimetres on A4. A staff copy has the score and how it came about; a patient's copy has only what was said.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import shorten
from typing import TYPE_CHECKING

from core.errors import LatchkeyError
from core.forms.own import Method
from core.forms.responses.answered import Answered, Line
from core.forms.scores import Score

if TYPE_CHECKING:
    from core.forms.responses.typesetting import Sheet


LONGEST_FOOT = 40  # letters of a title or name at the foot, so that all of it stands on one line


class CannotPrint(LatchkeyError):
    """Words in a script that no font at hand has; `scripts` are their names."""

    def __init__(self, scripts: tuple[str, ...]) -> None:
        super().__init__(*scripts)
        self.scripts = scripts


@dataclass(frozen=True, slots=True)
class Words:
    """The sentences of a copy, worded by the face that hands it out: whose it is, who answered, when."""

    practice: str
    who: str
    when: str
    open: str
    page: str  # with {page} of {pages}
    score: str = ""
    open_score: str = ""  # with {answered} of {of}
    part: str = ""  # likewise
    signed: str = ""  # who signed it and when; empty where nobody did
    language: str = "en"


def copy_of(given: Answered, words: Words, *, for_staff: bool) -> bytes:
    """The PDF. Raises CannotPrint."""
    from core.forms import letters  # at first use: the fonts and the typesetter take long to load,
    from core.forms.responses.typesetting import SOFT, Sheet  # and most processes never print

    lines, score = tuple(given.lines(words.language)), given.score if for_staff else None
    texts = tuple(_texts(given, words, lines))
    others, missing = letters.fonts_for(texts)
    if missing:
        raise CannotPrint(missing)
    sheet = Sheet(_foot(given, words), words.page)
    sheet.use_fonts(others, shaped=letters.join(texts))
    sheet.set_title(given.form.title)
    sheet.set_lang(given.form.reads or given.form.language or words.language)
    sheet.set_creator("Latchkey")
    sheet.set_creation_date(given.at)
    sheet.add_page()
    sheet.say(words.practice, 10, SOFT)
    sheet.say(given.form.title, 20, strong=True, tag="/H1")
    sheet.say(words.who, 12)
    sheet.say(words.when, 10, SOFT)
    sheet.ln(4)
    if score is not None:
        _say_score(sheet, score, words, SOFT)
    for line in lines:
        sheet.put(line, words.open)
    if words.signed:
        sheet.ln(2)
        sheet.say(words.signed, 11)
    if given.form.copyright:
        sheet.ln(6)
        sheet.say(given.form.copyright, 8, SOFT)
    return bytes(sheet.output())


def _foot(given: Answered, words: Words) -> str:
    """What every sheet says of whose it is, so that one found by itself can be put back."""
    parts = (given.form.title, given.patient.name)
    return " · ".join((words.practice, *(shorten(one, LONGEST_FOOT, placeholder="…") for one in parts)))


def _texts(given: Answered, words: Words, lines: tuple[Line, ...]) -> Iterator[str]:
    yield from (words.practice, words.who, words.when, words.open, words.page)
    yield from (words.score, words.open_score, words.part)
    yield from (given.form.title, given.form.copyright, given.patient.name, words.signed)
    for line in lines:
        yield from (line.text, line.answer)


def _say_score(sheet: "Sheet", score: Score, words: Words, soft: int) -> None:
    """The score with its range, its meaning and how it came about, or what it would need where it cannot be told."""
    if score.total is None:
        sheet.say(words.open_score.format(answered=score.answered, of=len(score.working)), 14, strong=True)
    else:
        meaning = f" · {score.band}" if score.band else ""
        sheet.say(f"{words.score} {score.total} / {score.highest}{meaning}", 14, strong=True)
        if score.answered < len(score.working):
            sheet.say(words.part.format(answered=score.answered, of=len(score.working)), 10, soft)
        known = [str(one.points) for one in score.working if one.points is not None]
        added_up = score.method is Method.SUM and not score.prorated
        sheet.say(f"{' + '.join(known)} = {score.total}" if added_up else "; ".join(known), 10, soft)
    sheet.ln(4)
