"""Which questions are asked: every operator for every kind of answer, nesting, repetitions (forms.md section 3)."""

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from core.forms.engine import evaluate
from core.forms.habits import Habits, used_as
from core.forms.response import read as read_response
from core.forms.response import response
from tests.conftest import START
from tests.core.forms.making import (
    answer,
    choice,
    expression,
    extension,
    form,
    given,
    item,
    number,
    repetition,
    string,
    when,
)

YES, NO = {"valueBoolean": True}, {"valueBoolean": False}


def quantity(value, unit):
    return {"valueQuantity": {"value": value, "code": unit, "unit": unit}}


def coding(code, system="http://s"):
    return {"valueCoding": {"code": code, **({"system": system} if system else {})}}


CODED = {"answerOption": [
    {"valueCoding": {"system": "http://s", "code": code, "extension": [
        {"url": "http://hl7.org/fhir/StructureDefinition/ordinalValue", "valueDecimal": n}]}}
    for n, code in enumerate("abc")
]}  # fmt: skip

TABLE = [
    # kind, more, operator, wanted, answers, asked
    ("string", {}, "exists", {"answerBoolean": True}, [], False),
    ("string", {}, "exists", {"answerBoolean": False}, [], True),
    ("string", {}, "exists", {"answerBoolean": False}, [string("x")], False),
    ("string", {}, "=", {"answerString": "x"}, [], False),
    ("string", {}, "!=", {"answerString": "x"}, [], True),
    ("string", {"repeats": True}, "=", {"answerString": "x"}, [string("y"), string("x")], True),
    ("string", {"repeats": True}, "!=", {"answerString": "x"}, [string("y"), string("x")], False),
    ("string", {}, "=", {"answerString": "é"}, [string("e\u0301")], True),
    ("string", {}, "=", {"answerString": "X"}, [string("x")], False),
    ("string", {}, ">", {"answerString": "m"}, [string("n")], True),
    ("boolean", {}, "=", {"answerBoolean": True}, [YES], True),
    ("boolean", {}, "!=", {"answerBoolean": True}, [NO], True),
    ("integer", {}, "=", {"answerDecimal": 1.0}, [number(1)], True),
    ("integer", {"repeats": True}, ">", {"answerInteger": 5}, [number(1), number(6)], True),
    ("integer", {}, "<=", {"answerInteger": 5}, [], False),
    ("integer", {}, "=", {"answerInteger": 1}, [string("1")], False),
    ("date", {}, ">", {"answerDate": "2020-01-01"}, [{"valueDate": "2020-02"}], True),
    ("date", {}, ">", {"answerDate": "2020-01-15"}, [{"valueDate": "2020-01"}], False),
    ("date", {}, "=", {"answerDate": "2020-01-15"}, [{"valueDate": "2020-01"}], False),
    ("date", {}, "!=", {"answerDate": "2020-01-15"}, [{"valueDate": "2020-01"}], True),
    ("dateTime", {}, "=", {"answerDateTime": "2020-01-01T12:00:00Z"}, [{"valueDateTime": "2020-01-01T13:00:00+01:00"}], True),
    ("time", {}, "<", {"answerTime": "12:00:00"}, [{"valueTime": "11:59:59"}], True),
    ("quantity", {}, ">", {"answerQuantity": {"value": 100, "code": "kg"}}, [quantity(221, "[lb_av]")], True),
    ("quantity", {}, ">", {"answerQuantity": {"value": 100, "code": "kg"}}, [quantity(15, "[stone_av]")], False),
    ("quantity", {}, ">=", {"answerQuantity": {"value": 1, "code": "a"}}, [quantity(12, "mo")], True),
    ("quantity", {}, "<", {"answerQuantity": {"value": 2, "code": "wk"}}, [quantity(15, "d")], False),
    ("choice", CODED, "=", {"answerCoding": {"system": "http://s", "code": "a"}}, [coding("a")], True),
    ("choice", CODED, "=", {"answerCoding": {"code": "a"}}, [coding("a")], True),
    ("choice", CODED, "=", {"answerCoding": {"system": "http://t", "code": "a"}}, [coding("a")], False),
    ("choice", CODED, ">", {"answerCoding": {"system": "http://s", "code": "b"}}, [coding("c")], True),
    ("choice", CODED, "!=", {"answerCoding": {"system": "http://s", "code": "b"}}, [coding("zz")], True),
    ("open-choice", {"answerOption": [{"valueCoding": {"code": "a", "display": "Aye"}}]}, "=", {"answerString": "Aye"},
     [{"valueCoding": {"code": "a", "display": "Aye"}}], True),
    ("open-choice", CODED, "=", {"answerString": "other"}, [string("other")], True),
    ("quantity", {}, ">", {"answerQuantity": {"value": 100, "code": "kg"}}, [quantity(70_000, "g")], False),
    ("quantity", {}, "=", {"answerQuantity": {"value": 1, "code": "kg"}}, [quantity(1_000, "g")], True),
    ("quantity", {}, "=", {"answerQuantity": {"value": 37, "code": "Cel"}}, [quantity(98.6, "[degF]")], False),
    ("quantity", {}, "<", {"answerQuantity": {"value": 3, "code": "m"}}, [quantity(1, "kg")], False),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "more", "operator", "wanted", "answers", "asked"), TABLE)
def test_conditions_follow_the_table(kind, more, operator, wanted, answers, asked):
    made = form(item("a", kind, **more), item("b", **when("a", operator, **wanted)))
    assert ("b" in evaluate(made, given(a=answers) if answers else {}).enabled) is asked


def test_fahrenheit_is_compared_exactly():
    from decimal import Decimal

    made = form(item("a", "quantity"), item("b", **when("a", "=", answerQuantity={"value": 37, "code": "Cel"})))
    assert "b" in evaluate(made, given(a=quantity(Decimal("98.6"), "[degF]"))).enabled


@pytest.mark.parametrize(("behavior", "asked"), [("all", False), ("any", True)])
def test_all_or_any_of_several_conditions(behavior, asked):
    both = [*when("a")["enableWhen"], *when("b")["enableWhen"]]
    made = form(item("a"), item("b"), item("c", enableWhen=both, enableBehavior=behavior))
    assert ("c" in evaluate(made, given(a=string("x"))).enabled) is asked


def test_a_disabled_question_has_no_answer_for_others_and_neither_has_what_stands_below_it():
    made = form(
        choice("a", "yes", "no"),
        item("g", "group", item=[choice("b", "yes")], **when("a", "=", answerString="yes")),
        item("c", **when("b", "=", answerString="yes")),
        item("d", **when("b", "exists", answerBoolean=False)),
    )
    state = evaluate(made, given(a=string("no"), b=string("yes")))
    assert state.enabled == {"a", "d"}
    assert "b" not in state.answers  # but the draft keeps it: it comes back with yes


def test_a_condition_that_cannot_be_compared_counts_as_false_and_one_on_nobody_is_left_out():
    made = form(item("a", "integer"), item("b", **when("a", "!=", answerString="x")), item("c", **when("nobody")))
    assert evaluate(made, {}).enabled == {"a", "c"}


def test_questions_under_a_question_exist_once_for_each_answer():
    made = form(choice("illness", "flu", "gout", repeats=True, item=[item("since"), item("help", "display")]))
    assert evaluate(made, {}).enabled == {"illness", "help"}
    state = evaluate(made, given(illness=[string("flu"), string("gout")]))
    assert state.enabled == {"illness", "help", "illness[0]/since", "illness[1]/since"}


def test_an_answer_of_no_counts_as_an_answer_for_what_stands_below():
    assert "a[0]/b" in evaluate(form(item("a", "boolean", item=[item("b")])), given(a=NO)).enabled


REPEATED = (
    item("person", "group", repeats=True, item=[
        item("smokes", "boolean"),
        item("medicine", "group", repeats=True, item=[item("drug"), item("dose", **when("drug"))]),
        item("since", **when("smokes", "=", answerBoolean=True)),
    ]),
    item("after", **when("smokes", "=", answerBoolean=True)),
)  # fmt: skip


def test_each_repetition_sees_its_own_questions_only():
    state = evaluate(form(*REPEATED), given(person=[repetition(smokes=NO), repetition(smokes=YES)]))
    assert "person[1]/since" in state.enabled and "person[0]/since" not in state.enabled


def test_repetitions_in_repetitions_see_the_innermost():
    people = [
        repetition(medicine=[repetition(drug=string("x")), repetition()]),
        repetition(medicine=[repetition(), repetition(drug=string("y"))]),
    ]
    enabled = evaluate(form(*REPEATED), given(person=people)).enabled
    assert {place for place in enabled if place.endswith("dose")} == {
        "person[0]/medicine[0]/dose",
        "person[1]/medicine[1]/dose",
    }


@pytest.mark.parametrize(("last", "asked"), [(YES, True), (NO, False)])
def test_from_outside_a_repeating_group_the_last_repetition_counts(last, asked):
    other = NO if last is YES else YES
    people = [repetition(smokes=other), repetition(smokes=last)]
    assert ("after" in evaluate(form(*REPEATED), given(person=people)).enabled) is asked


def test_before_a_repeating_group_its_first_repetition_counts():
    made = form(item("before", **when("smokes", "=", answerBoolean=True)), REPEATED[0])
    assert "before" in evaluate(made, given(person=[repetition(smokes=YES), repetition(smokes=NO)])).enabled


def test_a_repeating_group_without_answers_has_one_empty_repetition():
    assert evaluate(form(*REPEATED), {}).enabled == {
        "person[0]",
        "person[0]/smokes",
        "person[0]/medicine[0]",
        "person[0]/medicine[0]/drug",
    }


def test_an_ancestor_counts_with_the_one_answer_the_item_stands_under():
    below = [item("which", **when("illness", "=", answerString="other"))]
    made = form(choice("illness", "flu", "other", repeats=True, item=below))
    enabled = evaluate(made, given(illness=[string("flu"), string("other")])).enabled
    assert "illness[1]/which" in enabled and "illness[0]/which" not in enabled


def test_a_group_that_does_not_repeat_is_no_part_of_a_place():
    assert evaluate(form(item("g", "group", item=[item("a")])), {}).enabled == {"g", "a"}


def test_hidden_values_and_calculated_ones_steer_conditions():
    made = form(
        item("mode", "string", initial=[string("long")], extension=[
            {"url": "http://hl7.org/fhir/StructureDefinition/questionnaire-hidden", "valueBoolean": True}]),
        item("a", **when("mode", "=", answerString="long")),
        item("n", "integer"),
        item("twice", "integer", extension=[
            expression("calculatedExpression", "%resource.item.where(linkId='n').answer.value * 2")]),
        item("b", **when("twice", ">", answerInteger=5)),
    )  # fmt: skip
    assert evaluate(made, given(n=number(2))).enabled >= {"a"} and "b" not in evaluate(made, given(n=number(2))).enabled
    assert "b" in evaluate(made, given(n=number(3))).enabled


# -- against a naive reading of section 3 ------------------------------------------------------------------------------

LINKS = ["q0", "q1", "q2", "q3", "q4", "q5"]
OPERATORS = ["exists", "=", "!=", ">", "<", ">=", "<="]


HOLDS = {"=": lambda a, b: a == b, ">": lambda a, b: a > b, "<": lambda a, b: a < b,
         ">=": lambda a, b: a >= b, "<=": lambda a, b: a <= b}  # fmt: skip


def waits(draw, asked):
    """Up to two conditions on earlier questions, as an item carries them."""
    conditions = []
    for _ in range(draw(st.integers(0, 2)) if asked else 0):
        operator = draw(st.sampled_from(OPERATORS))
        exists = operator == "exists"
        wanted = {"answerBoolean": draw(st.booleans())} if exists else {"answerInteger": draw(st.integers(0, 3))}
        conditions.append({"question": draw(st.sampled_from(asked)), "operator": operator, **wanted})
    return {"enableWhen": conditions, "enableBehavior": draw(st.sampled_from(["all", "any"]))} if conditions else {}


def hold(one, values_of):
    """Whether the conditions of an item hold; `values_of` is what counts as the answers of a question."""

    def met(condition):
        values = values_of(condition["question"])
        if condition["operator"] == "exists":
            return bool(values) == condition["answerBoolean"]
        wanted = condition["answerInteger"]
        if condition["operator"] == "!=":
            return wanted not in values
        return any(HOLDS[condition["operator"]](value, wanted) for value in values)

    found = [met(condition) for condition in one.get("enableWhen", ())]
    return not found or (any if one["enableBehavior"] == "any" else all)(found)


@st.composite
def flat_forms(draw):
    """Integer questions that may wait for any earlier or later one, as long as there is no circle."""
    order = draw(st.permutations(LINKS))
    items = [item(link_id, "integer", repeats=True, **waits(draw, order[:n])) for n, link_id in enumerate(order)]
    return draw(st.permutations(items))


def naive(items, answers):
    """The enabled set, read off the tables: a question's answers count only while it is enabled itself."""
    by_id = {one["linkId"]: one for one in items}

    def enabled(link_id):
        return hold(by_id[link_id], lambda asked: answers.get(asked, []) if enabled(asked) else [])

    return {link_id for link_id in by_id if enabled(link_id)}


@settings(max_examples=60)
@drawn(flat_forms(), st.dictionaries(st.sampled_from(LINKS), st.lists(st.integers(0, 3), max_size=2)))
def test_the_enabled_set_equals_a_naive_reading_whatever_the_order_of_questions(items, answers):
    state = evaluate(
        form(*items), given(**{link_id: [number(one) for one in some] for link_id, some in answers.items()})
    )
    assert state.enabled == naive(items, answers)
    assert [page.question.link_id for page in state.pages] == [
        one["linkId"] for one in items if one["linkId"] in state.enabled
    ]


@st.composite
def nested_forms(draw):
    """Questions in groups in groups, some of which repeat, each waiting for any others, and answers to them.

    Answers are numbers by linkId; of a group that repeats its repetitions; groups that do not leave no trace.
    """
    made, asked = [], []

    def some(depth):
        found = []
        for _ in range(draw(st.sampled_from([3, 2, 4]))):
            made.append(link_id := f"n{len(made)}")
            conditions = waits(draw, asked)
            if depth < 3 and len(made) < 12 and draw(st.sampled_from([True, True, False])):
                below = some(depth + 1)
                repeats = draw(st.sampled_from([True, True, False]))
                found.append(item(link_id, "group", repeats=repeats, item=below, **conditions))
            else:
                found.append(item(link_id, "integer", **conditions))
                asked.append(link_id)
        return draw(st.permutations(found))

    def answers(items):
        said = {}
        for one in items:
            if one["type"] == "integer":
                said |= draw(st.sampled_from([{one["linkId"]: draw(st.integers(0, 3))}] * 4 + [{}]))
            elif one["repeats"]:
                said[one["linkId"]] = [answers(one["item"]) for _ in range(draw(st.sampled_from([2, 3, 1, 0])))]
            else:
                said |= answers(one["item"])
        return said

    items = some(1)
    return items, answers(items)


def as_answers(said):
    kinds = {int: number, list: lambda some: [repetition(**as_answers(one)) for one in some]}
    return {link_id: kinds[type(found)](found) for link_id, found in said.items()}


def occurrences(items, said, under=(), above=None):
    """Each item where it stands: itself, its name, the repetitions around it, its answer and what it stands under."""
    for one in items:
        link_id, way = one["linkId"], [f"{group}[{number}]" for group, number in under]
        if one["type"] == "integer":
            yield one, "/".join([*way, link_id]), under, said.get(link_id), above
        elif one["repeats"]:
            for n, inside in enumerate(said.get(link_id) or [{}]):
                name = "/".join([*way, f"{link_id}[{n}]"])
                yield one, name, under, None, above
                yield from occurrences(one["item"], inside, (*under, (link_id, n)), name)
        else:
            name = "/".join([*way, link_id])
            yield one, name, under, None, above
            yield from occurrences(one["item"], said, under, name)


def naive_nested(items, said):
    """The enabled set by F27 and F28: in the smallest repetition that holds both, the nearest before, else the next."""
    all_of_them = list(occurrences(items, said))
    places = {name: place for place, (_, name, *_) in enumerate(all_of_them)}

    def looked_at(place, question):
        scope = all_of_them[place][2]
        found = [n for n, (one, *_) in enumerate(all_of_them) if one["linkId"] == question]
        pairs = zip(scope, all_of_them[found[0]][2], strict=False)
        shared = next((n for n, (a, b) in enumerate(pairs) if a[0] != b[0]), None)
        shared = min(len(scope), len(all_of_them[found[0]][2])) if shared is None else shared
        near = [n for n in found if all_of_them[n][2][:shared] == scope[:shared]]
        before = [n for n in near if n < place]
        return before[-1] if before else near[0]

    def values(place, question):
        there = looked_at(place, question)
        found = all_of_them[there][3]
        return [found] if found is not None and enabled(there) else []

    def enabled(place):
        one, _, _, _, above = all_of_them[place]
        return (above is None or enabled(places[above])) and hold(one, lambda asked: values(place, asked))

    return {name for name, place in places.items() if enabled(place)}


@settings(max_examples=80)
@drawn(nested_forms())
def test_the_enabled_set_equals_a_naive_reading_in_groups_and_their_repetitions_too(made):
    items, said = made
    assert evaluate(form(*items), given(**as_answers(said))).enabled == naive_nested(items, said)


VALUES = st.one_of(
    st.builds(string, st.text(max_size=5)), st.builds(number, st.integers()), st.sampled_from([YES, NO]),
    st.just({"valueCoding": {}}), st.just({}), st.just({"valueDate": "2020-13-01"}), st.just({"valueQuantity": {}}),
)  # fmt: skip
TREES = st.recursive(
    st.dictionaries(st.sampled_from(["person", "smokes", "drug", "x"]), st.lists(st.builds(answer, VALUES), max_size=2).map(tuple)),
    lambda below: st.dictionaries(
        st.sampled_from(["person", "medicine", "smokes"]),
        st.lists(st.builds(lambda inside, value: answer(value, **inside), below, VALUES), max_size=3).map(tuple),
    ),
    max_leaves=6,
)  # fmt: skip


@settings(max_examples=60)
@drawn(TREES)
def test_the_engine_never_fails_and_what_it_counts_is_what_it_counts_again(answers):
    made = form(*REPEATED)
    state = evaluate(made, answers)
    assert evaluate(made, state.answers).answers == state.answers


@settings(max_examples=60)
@drawn(TREES)
def test_whatever_is_answered_the_response_holds_enabled_questions_only_and_reads_back_the_same(answers):
    made = form(*REPEATED)
    state = evaluate(made, answers)
    built = response(made, state.answers, START)
    back = evaluate(made, read_response(made, built).answers)
    assert response(made, back.answers, START) == built
    assert not {one.why for one in back.invalid} & {"type", "option"}


@st.composite
def revealing_forms(draw):
    """Yes-or-no questions, each of which may wait for one answer of an earlier one: some right before, some not."""
    waits = [None, *(draw(st.none() | st.tuples(st.integers(0, n - 1), st.booleans())) for n in range(1, 7))]
    return [
        item(f"q{n}", "boolean", **(when(f"q{wait[0]}", "=", answerBoolean=wait[1]) if wait else {}))
        for n, wait in enumerate(waits)
    ]


@settings(max_examples=60)
@drawn(revealing_forms(), st.dictionaries(st.sampled_from([f"q{n}" for n in range(7)]), st.booleans()))
def test_the_route_visits_each_enabled_question_once_and_what_is_offered_in_place_is_never_sent_unasked(items, answers):
    made = form(*items)
    state = evaluate(made, given(**{link_id: {"valueBoolean": said} for link_id, said in answers.items()}))
    asked = [one.question.link_id for page in state.pages for one in page.questions]
    assert asked == [one["linkId"] for one in items if one["linkId"] in state.enabled]
    dormant = [one.question.link_id for page in state.pages for one in page.dormant]
    assert len(dormant) == len(set(dormant)) and not set(dormant) & (state.enabled | state.answers.keys())


def pages_of(*items):
    state = evaluate(form(*items), {})
    return [[one.question.link_id for one in page.questions] for page in state.pages]


PAGE = {"extension": [extension("questionnaire-itemControl", valueCodeableConcept={"coding": [{"code": "page"}]})]}


ASKS = item("more", **when("a", "=", answerBoolean=True))


@pytest.mark.parametrize(
    ("items", "in_place"),
    [
        ((item("a", "boolean"), ASKS), ["more"]),
        ((choice("a", "x", "y", repeats=True), item("more", "date", **when("a", "=", answerString="y"))), ["more"]),
        ((item("a", "boolean"), item("between"), ASKS), []),  # not right before
        ((item("a", "boolean"), item("more", **when("a", "!=", answerBoolean=True))), []),
        ((item("a", "boolean"), item("more", "attachment", **when("a", "=", answerBoolean=True))), []),
        ((item("a", "boolean"), *(ASKS | {"linkId": f"m{n}"} for n in range(4))), []),  # a page of its own in hiding
        ((choice("a", *"abcdefghijklm"), item("more", **when("a", "=", answerString="b"))), []),  # a list to open
    ],
)  # fmt: skip
def test_what_waits_for_one_choice_of_the_question_before_it_is_offered_under_that_choice(items, in_place):
    made, yes = form(*items, item("last")), given(a=YES)
    asked = evaluate(made, {}).pages
    assert [one.question.link_id for one in asked[0].dormant] == in_place
    if in_place and items[0]["type"] == "boolean":
        assert [one.question.link_id for one in evaluate(made, yes).pages[0].questions] == ["a", "more"]


def test_what_is_not_asked_but_protected_is_read_where_it_would_stand_and_never_asked():
    greyed = {"extension": [extension("questionnaire-disabledDisplay", valueCode="protected")]}
    group = item("g", "group", item=[item("in")], **when("a", "=", answerString="x"), **greyed)
    state = evaluate(form(item("a"), group, item("last")), {})
    assert state.enabled == {"a", "last"}
    assert [(one.item.link_id, one.shut) for one in state.pages[1].before] == [("g", True), ("in", True)]


SAME = {"answerOption": [{"valueString": "never"}, {"valueString": "often"}]}


def test_questions_of_a_list_or_with_the_same_choices_share_a_page_where_the_practice_wants_it():
    grid = {
        "extension": [extension("questionnaire-itemControl", valueCodeableConcept={"coding": [{"code": "gtable"}]})]
    }
    made = form(item("a", "choice", **SAME), item("b", "choice", **SAME), item("c"),
                item("g", "group", **grid, item=[item("d", "text"), item("e", "text")]))  # fmt: skip

    def pages(one):
        return [[q.question.link_id for q in page.questions] for page in evaluate(one, {}).pages]

    assert pages(made) == [["a"], ["b"], ["c"], ["d"], ["e"]]
    assert pages(used_as(made, Habits(lists_together=True))) == [["a", "b"], ["c"], ["d", "e"]]


def test_heads_and_feet_stand_on_every_page():
    def part(name):
        control = extension("questionnaire-itemControl", valueCodeableConcept={"coding": [{"code": name}]})
        return item(name, "group", extension=[control], item=[item(f"{name} words", "display")])

    pages = evaluate(form(item("a"), part("header"), item("b"), part("footer")), {}).pages
    assert [[one.item.link_id for one in page.before] for page in pages] == [["header words"]] * 2
    assert [[one.item.link_id for one in page.after] for page in pages] == [["footer words"]] * 2


@pytest.mark.parametrize(
    ("group", "pages"),
    [
        (item("g", "group", item=[item("a"), item("b", "date")]), [["a", "b"]]),
        (item("g", "group", item=[item("a"), item("b", "text")]), [["a"], ["b"]]),  # not a short field
        (item("g", "group", item=[item(letter) for letter in "abcdef"]), [["a"], ["b"], ["c"], ["d"], ["e"], ["f"]]),
        (item("g", "group", item=[item("a"), item("b", **when("a", "exists", answerBoolean=False)), item("c")]), [["a"], ["b", "c"]]),
        (item("g", "group", **PAGE, item=[item("a", "text"), item("in", "group", item=[item("b", "boolean")]), item("c", "attachment"), item("d")]),
         [["a", "b"], ["c"], ["d"]]),
        (item("g", "group", **PAGE, item=[item(f"q{n}", "text") for n in range(21)]), [[f"q{n}" for n in range(20)], ["q20"]]),
        (item("g", "group", repeats=True, item=[item("a"), item("b")]), [["a", "b"], ["g"]]),
    ],
)  # fmt: skip
def test_questions_share_a_page_where_their_group_is_one_and_none_waits_for_another(group, pages):
    assert pages_of(group) == pages
