"""Where the points of a plot stand: numbers for the one SVG macro, drawn on the server (ux.md D5)."""

from dataclasses import dataclass

from core.forms.own import Number
from core.forms.responses.trend import Point, Trend

WIDE, HIGH = 320, 150  # of the drawing, in its own units
LEFT, RIGHT, TOP, BOTTOM = 28, 12, 12, 24  # around the field


@dataclass(frozen=True, slots=True)
class Dot:
    """One score and where it stands."""

    x: float
    y: float
    point: Point


@dataclass(frozen=True, slots=True)
class Plot:
    """A drawing: the dots, the lines between those that compare, and a rule at the upper end of each band."""

    dots: tuple[Dot, ...]
    lines: tuple[str, ...]
    rules: tuple[tuple[float, Number], ...]


def plot(trend: Trend) -> Plot:
    """The drawing of a trend; time runs evenly, the scale begins at nothing."""
    start, end = trend.points[0].at, trend.points[-1].at
    span = (end - start).total_seconds() or 1

    def across(point: Point) -> float:
        alone = start == end
        share = 0.5 if alone else (point.at - start).total_seconds() / span
        return round(LEFT + share * (WIDE - LEFT - RIGHT), 1)

    dots = tuple(Dot(across(one), _up(one.total, trend.highest), one) for one in trend.points)
    highs = [band.high for band in trend.bands] or [trend.highest]
    return Plot(dots, tuple(_lines(dots)), tuple((_up(high, trend.highest), high) for high in (0, *highs)))


def _up(value: Number, highest: Number) -> float:
    return round(HIGH - BOTTOM - float(value / (highest or 1)) * (HIGH - TOP - BOTTOM), 1)


def _lines(dots: tuple[Dot, ...]) -> list[str]:
    """One line for each stretch of scores that compare."""
    found: list[list[str]] = []
    for dot in dots:
        if dot.point.breaks or not found:
            found.append([])
        found[-1].append(f"{dot.x},{dot.y}")
    return [" ".join(one) for one in found if len(one) > 1]
