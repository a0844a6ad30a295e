"""Setting a page of paper: A4, one column, with the fonts that its words need. `paper` calls it when it prints.

All of it is tagged, so that a screen reader knows a heading from a paragraph and passes over the foot of a page (F72).
fpdf2 tags pictures only and has no public way for text: what is begun here with a leading underscore is its own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fpdf import FPDF
from fpdf.enums import TextMode, XPos, YPos

from core.forms import letters
from core.forms.responses.answered import Line

MARGIN = 20.0  # millimetres
STEP = 6.0  # further in for each heading above
INK, SOFT = 25, 95  # of 255
HEAVIER = 0.011  # millimetres of line for each point of a strong letter's size
ALMOST_FULL = 250.0  # a question does not begin below


class Sheet(FPDF):
    """A4, one column; whose it is and the number of the page stand at the foot."""

    def __init__(self, foot: str, page: str) -> None:
        super().__init__(format="A4", unit="mm")
        self._foot = foot
        self._page_words = page
        self._tag = ""  # what is being said: `/P`, or a heading `/H1` to `/H6`
        self.set_margins(MARGIN, MARGIN)
        self.set_auto_page_break(auto=True, margin=MARGIN + 4)

    def use_fonts(self, others: tuple[str, ...], *, shaped: bool) -> None:
        """Take along the first font and those that these words need beside it; `shaped` where letters join."""
        for font in (letters.FIRST, *others):
            weight = {"wght": 400.0} if font == "hebrew" else None  # the only one whose file begins with a thin one
            self.add_font(font, fname=letters.file_of(font), variations=weight)
        self.set_fallback_fonts(list(others), exact_match=False)
        self.set_font(letters.FIRST, size=11)
        self.set_text_shaping(use_shaping_engine=shaped)

    def say(
        self, text: str, size: float, ink: int = INK, depth: int = 0, *, strong: bool = False, tag: str = "/P"
    ) -> None:
        """A paragraph. `strong` letters are drawn round in their own ink: to make a heavier font takes four seconds."""
        self.text_mode = TextMode.FILL_STROKE if strong else TextMode.FILL
        self.set_line_width(size * HEAVIER)
        self.set_draw_color(ink)
        self.set_font(letters.FIRST, size=size)
        self.set_text_color(ink)
        self.set_x(MARGIN + STEP * depth)
        with self._tagged(tag):
            self.multi_cell(0, size * 0.5, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def put(self, line: Line, nothing: str) -> None:
        """A heading, or a question with its answer; they stay together."""
        if self.get_y() > ALMOST_FULL:
            self.add_page()
        if line.heading:
            self.ln(2)
            self.start_section(line.text, min(line.depth, 5), strict=False)
            self.say(line.text, 14, depth=line.depth, strong=True, tag=f"/H{min(line.depth + 2, 6)}")
            self.ln(1)
            return
        self.say(line.text, 9, SOFT, line.depth)
        self.say(line.answer or nothing, 11, INK if line.answer else SOFT, line.depth)
        self.ln(2.5)

    def footer(self) -> None:
        """What stands at the foot of every page."""
        self.set_y(-MARGIN + 4)
        self.text_mode = TextMode.FILL
        self.set_font(letters.FIRST, size=8)
        self.set_text_color(SOFT)
        said = self._page_words.format(page=self.page_no(), pages=self.str_alias_nb_pages)
        self._out("/Artifact BMC")
        self.cell(0, 4, f"{self._foot} · {said}", align="C")
        self._out("EMC")

    def add_page(self, *args: Any, **more: Any) -> None:
        """Another page; what is being said goes on there, and is tagged there, too."""
        if self._tag:
            self._out("EMC")
        super().add_page(*args, **more)
        if self._tag:
            self._begin()

    @contextmanager
    def _tagged(self, tag: str) -> Iterator[None]:
        self._tag = tag
        self._begin()
        yield
        self._out("EMC")
        self._tag = ""

    def _begin(self) -> None:
        number = self.struct_builder.next_mcid_for_page(self.page)
        self._add_marked_content(struct_type=self._tag, mcid=number)
        self._out(f"{self._tag} <</MCID {number}>> BDC")
