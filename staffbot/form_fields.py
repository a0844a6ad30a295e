"""What the pages about forms post, as the core's own values: bands, habits, a question and when it is asked."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from werkzeug.datastructures import MultiDict

from core.errors import Invalid
from core.forms.builder.question import OPERATORS, Choice, Question, Wait
from core.forms.habits import Habits, Prefill
from core.forms.library.naming import slug
from core.forms.own import FILLING, Band, Flag, Method, Rule
from core.forms.responses.proposals import Detail
from core.forms.responses.sheet import Layout
from core.forms.scores import band_trouble, span
from core.forms.words import Questionnaire

Given = MultiDict[str, str]
LONGEST_NUMBER = 12


def layout(given: Given) -> Layout:
    """How choices are to be written into CSV."""
    return Layout(weights="weights" in given, apart="apart" in given)


def seen(given: Given) -> int:
    """Which state of a form somebody saw, by its number of changes; -1 for none."""
    number = given.get("changes", "")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 9 else -1


def rule(given: Given, before: Rule, form: Questionnaire | None) -> Rule:
    """How a form is scored, as typed; which questions count stays. Raises Invalid("bands" | "limits", …)."""
    method, least, urgent = given.get("method", ""), _number(given.get("minimum", "")), _number(given.get("urgent", ""))
    others = [one for one in before.flags if one.question]
    after = replace(
        before,
        method=Method(method) if method in set(Method) else before.method,
        minimum=int(least) if least is not None and least > 0 else None,
        prorate="prorate" in given,
        flags=(*others, *([Flag("", urgent)] if urgent is not None else [])),
    )
    after = replace(after, bands=_bands(given))
    lowest, highest = span(form, after) if form else (0, 0)
    if why := band_trouble(after, lowest, highest):
        raise Invalid("bands", why, value=lowest if why == "start" else highest)
    return after


def _bands(given: Given) -> tuple[Band, ...]:
    """The bands of a score, in order. Raises Invalid("bands", "half")."""
    rows = zip(given.getlist("low"), given.getlist("high"), given.getlist("label"), strict=False)
    typed = (tuple(one.strip() for one in row) for row in rows)
    return tuple(sorted((_band(*row) for row in typed if any(row)), key=lambda band: band.low))


def _band(low: str, high: str, label: str) -> Band:
    if not (low and high and label):
        raise Invalid("bands", "half", value=" ".join(filter(None, (low, high, label)))[:40])
    return Band(_end(low), _end(high), label)


def _end(typed: str) -> int | Decimal:
    found = _number(typed) or Decimal(0)
    return int(found) if found == found.to_integral_value() else found


def habits(given: Given) -> Habits:
    """How a practice wants to use a form."""
    filled = given.get("prefill", "")
    return Habits(
        skip="skip" in given,
        prefill=Prefill(filled) if filled in set(Prefill) else Prefill.SHOWN,
        shows_sums="shows_sums" in given,
        lists_together="lists_together" in given,
        flag_on_save="flag_on_save" in given,
        group=given.get("group", "").strip()[:80] or Habits().group,
        aliases=tuple(dict.fromkeys(_aliases(given.get("aliases", "")))),
    )


def _aliases(typed: str) -> Iterator[str]:
    return filter(None, (slug(word, "") for word in typed.replace(",", " ").split()))


def question(given: Given) -> Question:
    """A question as it was typed. Raises Invalid("limits", "number")."""
    longest = _number(given.get("longest", ""))
    return Question(
        text=given.get("text", ""),
        kind=given.get("kind", ""),
        help=given.get("help", ""),
        required="required" in given,
        repeats="repeats" in given,
        choices=tuple(_choices(given)),
        least=_number(given.get("least", "")),
        most=_number(given.get("most", "")),
        longest=int(longest) if longest and longest > 0 else None,
        unit=given.get("unit", ""),
        waits=tuple(_waits(given)),
        any_of=given.get("behavior") == "any",
        counts="counts" in given,
        reverse="reverse" in given,
        proposes=given.get("proposes", "") if given.get("proposes", "") in set(Detail) else "",
        exact=given.get("exact", ""),
        fills=given.get("fills", "") if given.get("fills", "") in FILLING else "",
        urgent_from=_number(given.get("urgent", "")),
    )


def _choices(given: Given) -> list[Choice]:
    rows = zip(given.getlist("choice"), given.getlist("points"), given.getlist("was"), strict=False)
    return [
        Choice(label.strip(), _number(points), int(was) if was.isascii() and was.isdigit() else None)
        for label, points, was in rows
        if label.strip()
    ]


def _waits(given: Given) -> list[Wait]:
    rows = zip(given.getlist("asked"), given.getlist("operator"), given.getlist("value"), strict=False)
    return [Wait(asked, operator, value) for asked, operator, value in rows if asked and operator in OPERATORS]


def _number(typed: str) -> Decimal | None:
    plain = typed.strip().replace(",", ".")
    if not plain:
        return None
    digits = plain.removeprefix("-").replace(".", "", 1)
    if not (digits.isascii() and digits.isdigit()) or len(plain) > LONGEST_NUMBER:
        raise Invalid("limits", "number", value=typed.strip()[:40])
    return Decimal(plain)
