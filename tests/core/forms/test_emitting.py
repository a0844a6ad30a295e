"""The score of a built form as an item for others: any engine's sum is ours, and nothing while a question is open (F76)."""

import json
from decimal import Decimal
from itertools import product

import pytest

from core.forms.builder import building
from core.forms.builder.emitting import LINK_ID, MARK, sent, with_score, without_score
from core.forms.builder.question import Choice, Question, changed
from core.forms.engine import evaluate
from core.forms.importing.outcome import Result
from core.forms.own import Band, Flag, Method, Rule
from core.forms.questionnaire import read
from core.forms.response import dumps, response
from core.forms.words import Entry
from tests.conftest import START
from tests.core.forms.test_building import built
from tests.core.forms.test_response import judged

THREE = ("q1", "q2", "q3")
POINTS = (Decimal(0), Decimal("1.5"), Decimal(3))

# What fhirpath.js 5.2.2 made of the item's own expressions, for no, the first, second and third choice of either question.
FHIRPATH_JS = [[], [], [], [], [], [3], [1.5], [0], [], [4.5], [3], [1.5], [], [6], [4.5], [3]]


@pytest.fixture
def scored():
    made = built({"type": "choice", "text": "a"}, {"type": "group", "text": "it's"}, {"type": "choice", "text": "b"})
    made = building.moved(made, "q3", building.Way.INTO)
    for link_id in ("q1", "q3"):
        choices = tuple(Choice(f"c{points}", points) for points in POINTS)
        made = changed(made, link_id, Question(link_id, "one", choices=choices))
    return building.scored(made, Rule(("q1", "q3"), (Band(0, 6, "all"),), (Flag("q1", Decimal(3)),), reverse=("q3",)))


def without_mark(form):
    """The form as another engine sees it: the score is an item with an expression, and no more."""
    other = json.loads(dumps(form), parse_float=Decimal)
    other["item"][-1]["extension"] = [one for one in other["item"][-1]["extension"] if one["url"] != MARK]
    return read(dumps(other)).form


def test_the_item_is_plain_r4_and_its_expression_says_the_sum_that_we_make_without_it(scored):
    from fhir.resources.R4B.questionnaire import Questionnaire

    made = with_score(scored)
    Questionnaire.model_validate_json(dumps(made))
    ours, theirs = read(dumps(made)), without_mark(made)
    assert ours.result is Result.FULL and not ours.form.calculates and theirs.calculates
    assert building.all_items(made) and made["item"][-1]["readOnly"] is True
    options = ours.form.items[0].options
    for first, second in product((None, *range(3)), (None, 0, 2)):
        given = {link: (Entry(options[n].value | {"valueCoding": {**options[n].value["valueCoding"]}}),)
                 for link, n in (("q1", first), ("q3", second)) if n is not None}  # fmt: skip
        calculated = evaluate(theirs, given, now=START).calculated
        said = sent(ours.form, evaluate(ours.form, given).answers)
        mine = [one.value["valueDecimal"] for one in said.get(LINK_ID, ())]
        other = [value["valueDecimal"] for values in calculated.values() for value in values]
        assert other == mine, (first, second)
        judged(response(ours.form, said, START))


def test_a_second_engine_made_the_same_of_it(scored):
    form = read(dumps(with_score(scored))).form
    first, second = form.items[0].options, form.items[1].items[0].options
    made = []
    for a, b in product((None, 0, 1, 2), repeat=2):
        given = {link: (Entry(options[n].value),) for link, options, n in (("q1", first, a), ("q3", second, b)) if n is not None}  # fmt: skip
        found = sent(form, evaluate(form, given).answers).get(LINK_ID, ())
        made.append([float(one.value["valueDecimal"]) for one in found])
    assert made == FHIRPATH_JS


ANSWERED = [(None, None, 0), (0, 1, None), (2, 2, None), (0, 1, 2), (2, 2, 2), (1, None, None), (None, 2, 1)]  # choices

OTHERS = {
    # A mean, a number and sums that stand for open questions; what fhirpath.js 5.2.2 made of each, in this order.
    "mean": (Rule(THREE, method=Method.MEAN, minimum=2, reverse=("q2",)), [[], [0.75], [1.5], [1.5], [2], [], [0.75]]),
    "count": (Rule(THREE, method=Method.COUNT, minimum=1), [[0], [1], [2], [2], [3], [1], [2]]),
    "prorated": (Rule(THREE, minimum=2, prorate=True, reverse=("q3",)), [[], [2], [9], [1.5], [6], [], [7]]),
    "at least": (Rule(THREE, minimum=2), [[], [1.5], [6], [4.5], [9], [], [4.5]]),
}  # fmt: skip


@pytest.mark.parametrize("name", OTHERS)
def test_means_counts_and_sums_that_stand_for_open_questions_are_said_to_others_too(name):
    rule, theirs = OTHERS[name]
    made = built(*({"type": "choice", "text": link_id} for link_id in THREE))
    for link_id in THREE:
        choices = tuple(Choice(f"c{points}", points) for points in POINTS)
        made = changed(made, link_id, Question(link_id, "one", choices=choices))
    emitted = with_score(building.scored(made, rule))
    ours, other = read(dumps(emitted)).form, without_mark(emitted)
    for chosen, said in zip(ANSWERED, theirs, strict=True):
        choices = zip(THREE, ours.items, chosen, strict=False)
        given = {q: (Entry(one.options[n].value),) for q, one, n in choices if n is not None}
        mine = [one.value["valueDecimal"] for one in sent(ours, evaluate(ours, given).answers).get(LINK_ID, ())]
        calculated = evaluate(other, given, now=START).calculated.values()
        assert [value["valueDecimal"] for values in calculated for value in values] == mine == said, chosen


def test_building_on_it_does_not_see_the_item_and_publishing_makes_it_anew(scored):
    made = with_score(scored)
    assert without_score(made) == scored and with_score(made) == made
    assert [one["linkId"] for one, _ in building.rows(without_score(made))] == ["q1", "q2", "q3"]


def test_what_an_expression_could_not_say_is_left_to_the_extension(scored):
    building.item_of(scored, "q1")["answerOption"] = [{"valueString": "x"}, {"valueString": "y"}]
    assert with_score(scored) == scored
    assert with_score(building.scored(scored, Rule(()))) == building.scored(scored, Rule(()))
