"""Answers as PDF, to be kept or printed: made in memory, the same bytes for the same answers (F72).

Units: millimetres on A4. A staff copy has the score and how it came about; a patient's copy has only what was said.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from core import calendar
from core.errors import LatchkeyError
from core.forms import letters
from core.forms.answered import Answered, Line
from core.forms.scores import Score
from core.practice.words import PracticeCard

MARGIN = 20.0
STEP = 6.0  # further in for each heading above
INK, SOFT = 25, 95  # of 255
ALMOST_FULL = 250.0  # a question does not begin below


class CannotPrint(LatchkeyError):
    """Words in a script that no font at hand has; `scripts` are their names."""

    def __init__(self, scripts: tuple[str, ...]) -> None:
        super().__init__(*scripts)
        self.scripts = scripts


@dataclass(frozen=True, slots=True)
class Words:
    """The sentences of a copy, worded by the face that hands it out."""

    answered: str
    version: str
    open: str
    page: str  # with {page} of {pages}
    score: str = ""
    open_score: str = ""  # with {answered} of {of}


def copy_of(given: Answered, practice: PracticeCard, words: Words, *, for_staff: bool) -> bytes:
    """The PDF. Raises CannotPrint."""
    lines, score = tuple(given.lines()), given.score if for_staff else None
    sheet = _Sheet(practice.name, words.page)
    sheet.use_fonts(_texts(given, practice, words, lines))
    sheet.set_title(given.form.title)
    sheet.set_lang(given.form.language or "en")
    sheet.set_creator("Latchkey")
    sheet.set_creation_date(given.at)
    sheet.add_page()
    sheet.say(practice.name, 10, SOFT)
    sheet.say(given.form.title, 20)
    who = " · ".join(filter(None, (given.patient.name, calendar.birthday(given.patient.date_of_birth))))
    sheet.say(who, 12)
    sheet.say(f"{words.answered} {calendar.moment(given.at, practice.time_zone)} · {words.version}", 10, SOFT)
    sheet.ln(4)
    if score is not None:
        sheet.score(score, words)
    for line in lines:
        sheet.put(line, words.open)
    if given.form.copyright:
        sheet.ln(6)
        sheet.say(given.form.copyright, 8, SOFT)
    return bytes(sheet.output())


def _texts(given: Answered, practice: PracticeCard, words: Words, lines: tuple[Line, ...]) -> Iterator[str]:
    yield from (practice.name, given.form.title, given.patient.name, given.form.copyright)
    yield from (words.answered, words.version, words.open, words.page, words.score, words.open_score)
    for line in lines:
        yield from (line.text, line.answer)


class _Sheet(FPDF):
    """A4, one column; the practice and the number of the page stand at the foot."""

    def __init__(self, practice: str, page: str) -> None:
        super().__init__(format="A4", unit="mm")
        self._practice = practice
        self._page_words = page
        self.set_margins(MARGIN, MARGIN)
        self.set_auto_page_break(auto=True, margin=MARGIN + 4)

    def use_fonts(self, texts: Iterator[str]) -> None:
        """Take along the fonts that these texts need. Raises CannotPrint."""
        others, missing = letters.fonts_for(texts)
        if missing:
            raise CannotPrint(missing)
        for font in (letters.FIRST, *others):
            weight = {"wght": 400.0} if font == "hebrew" else None  # the only one whose file begins with a thin one
            self.add_font(font, fname=letters.file_of(font), variations=weight)
        self.set_fallback_fonts(list(others), exact_match=False)
        self.set_font(letters.FIRST, size=11)
        self.set_text_shaping(use_shaping_engine=True)

    def say(self, text: str, size: float, ink: int = INK, depth: int = 0) -> None:
        """A paragraph."""
        self.set_font(letters.FIRST, size=size)
        self.set_text_color(ink)
        self.set_x(MARGIN + STEP * depth)
        self.multi_cell(0, size * 0.5, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def score(self, score: Score, words: Words) -> None:
        """The score with its range, its meaning, and what it would need where it cannot be told."""
        if score.total is None:
            said = words.open_score.format(answered=score.answered, of=len(score.working))
        else:
            said = f"{words.score} {score.total} / {score.highest}" + (f" · {score.band}" if score.band else "")
        self.say(said, 14)
        if score.total is not None:
            self.say(" + ".join(str(one.points) for one in score.working) + f" = {score.total}", 10, SOFT)
        self.ln(4)

    def put(self, line: Line, nothing: str) -> None:
        """A heading, or a question with its answer; they stay together."""
        if self.get_y() > ALMOST_FULL:
            self.add_page()
        if line.heading:
            self.ln(2)
            self.start_section(line.text, min(line.depth, 5), strict=False)
            self.say(line.text, 14, depth=line.depth)
            self.ln(1)
            return
        self.say(line.text, 9, SOFT, line.depth)
        self.say(line.answer or nothing, 11, INK if line.answer else SOFT, line.depth)
        self.ln(2.5)

    def footer(self) -> None:
        """What stands at the foot of every page."""
        self.set_y(-MARGIN + 4)
        self.set_font(letters.FIRST, size=8)
        self.set_text_color(SOFT)
        said = self._page_words.format(page=self.page_no(), pages=self.str_alias_nb_pages)
        self.cell(0, 4, f"{self._practice} · {said}", align="C")
