"""A repeated instrument: its scores over time, how much changed, and where two do not compare (F60)."""

import json

import pytest

from core.forms import find, library
from core.forms.library import OURS
from core.forms.own import Band
from core.forms.responses import trend
from core.forms.responses.trend import Point, Trend
from staffbot.plots import BOTTOM, HIGH, TOP, plot
from tests.conftest import START
from tests.core.forms.sending import answered_by, chosen

ALL = lambda points: lambda form: chosen(form, [points] * 9 + [0])  # noqa: E731


def test_scores_are_told_oldest_first_and_a_version_asked_otherwise_breaks_the_line(
    store, anna, amara, idris, network, clock
):
    for points in (2, 1):
        answered_by(store, anna, amara, network, "phq-9", ALL(points))
        clock.forward(days=30)
    answered_by(store, anna, idris, network, "phq-9", ALL(3))
    form_id = store.look(anna, find.by_key, "phq-9").id
    found = store.look(anna, trend.of_form, amara.id, form_id)
    assert ([one.total for one in found.points], found.change, found.highest) == ([18, 9], -9, 27)
    assert [one.title for one in store.look(anna, trend.of_patient, amara.id)] == [found.title]
    assert store.look(anna, trend.of_patient, idris.id) == []

    other = json.loads((OURS / "phq-9.json").read_bytes())
    other["item"][1]["answerOption"][3]["extension"][0]["valueDecimal"] = 4
    store.run(anna, library.add_form, json.dumps(other).encode(), key="phq-9", accept=True)
    answered_by(store, anna, amara, network, "phq-9", ALL(0))
    found = store.look(anna, trend.of_form, amara.id, form_id)
    assert ([one.breaks for one in found.points], found.change) == ([False, False, True], None)


@pytest.mark.parametrize(("totals", "lines"), [([5], 0), ([0, 27], 1), ([3, 9, 27], 1)])
def test_a_plot_keeps_every_score_inside_its_field(totals, lines, nobody):
    points = tuple(Point(nobody, START.replace(month=n), total, "", "1") for n, total in enumerate(totals, 1))
    drawn = plot(Trend("PHQ-9", 27, (Band(0, 27, "all"),), points))
    assert len(drawn.dots) == len(totals) and len(drawn.lines) == lines
    assert all(TOP <= dot.y <= HIGH - BOTTOM and 0 <= dot.x <= 320 for dot in drawn.dots)
