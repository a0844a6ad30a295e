"""A signature drawn with a finger or a mouse: the way it went comes in, and we make the picture of it (F71).

Only numbers are taken, never a picture of somebody else's making; what becomes of them is checked like any other file.
"""

import io
import re

from PIL import Image, ImageDraw

from core.errors import Invalid

WIDE, HIGH = 600, 200  # the sheet that is drawn on, in the units of the way
MOST = 5_000  # points
PEN = 4  # units
FINER = 2  # pixels a unit while it is drawn, so that its edges are smooth in the end
UNNAMED = "Drawn by hand"  # how a drawing is called that came without a typed name
STROKES = re.compile(r"(?:M\d{1,3} \d{1,3}(?:L\d{1,3} \d{1,3})*)+", re.ASCII)
Point = tuple[int, int]


def picture(way: str) -> bytes:
    """A PNG of strokes like `M10 20L30 40M50 60`. Raises Invalid("form", "drawing")."""
    sheet = Image.new("RGB", (WIDE * FINER, HIGH * FINER), "white")
    pen = ImageDraw.Draw(sheet)
    for stroke in _strokes(way):
        points = [(x * FINER, y * FINER) for x, y in stroke]
        if len(points) > 1:
            pen.line(points, fill="black", width=PEN * FINER, joint="curve")
        for x, y in (points[0], points[-1]):  # round ends; a dot is nothing else
            pen.ellipse((x - PEN, y - PEN, x + PEN, y + PEN), fill="black")
    out = io.BytesIO()
    sheet.resize((WIDE, HIGH), Image.Resampling.LANCZOS).save(out, "PNG")
    return out.getvalue()


def _strokes(way: str) -> list[list[Point]]:
    if way.count("M") + way.count("L") > MOST or not STROKES.fullmatch(way):
        raise Invalid("form", "drawing")
    strokes = [[_point(one) for one in stroke.split("L")] for stroke in way.split("M")[1:]]
    if any(x > WIDE or y > HIGH for stroke in strokes for x, y in stroke):
        raise Invalid("form", "drawing")
    return strokes


def _point(said: str) -> Point:
    x, y = said.split()
    return int(x), int(y)
