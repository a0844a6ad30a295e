"""Which questions are asked, whatever the form and the answers: held against a naive reading of forms.md section 3."""

from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from core.forms.engine import evaluate
from core.forms.response import read as read_response
from core.forms.response import response
from tests.conftest import START
from tests.core.forms.making import (
    NO,
    REPEATED,
    YES,
    answer,
    form,
    given,
    item,
    number,
    repetition,
    string,
    when,
)

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
    """Questions in groups and under questions, some of which repeat, each waiting for any others, and answers to them.

    Answers by linkId are numbers with what stands under them; of a group that repeats its repetitions; groups that do
    not leave no trace.
    """
    made, asked = [], []

    def some(depth):
        found = []
        for _ in range(draw(st.sampled_from([3, 2, 4]))):
            made.append(link_id := f"n{len(made)}")
            conditions = waits(draw, asked)
            deeper = depth < 3 and len(made) < 12
            kind = draw(st.sampled_from(["group", "group", "integer"])) if deeper else "integer"
            asked.extend([link_id] if kind == "integer" else [])
            below = some(depth + 1) if deeper and (kind == "group" or draw(st.booleans())) else []
            repeats = draw(st.sampled_from([True, True, False] if kind == "group" else [False, False, True]))
            found.append(item(link_id, kind, repeats=repeats, item=below, **conditions))
        return draw(st.permutations(found))

    def answers(items):
        said = {}
        for one in items:
            if one["type"] == "integer":
                many = draw(st.sampled_from([1, 1, 1, 0, 2 if one["repeats"] else 1]))
                said[one["linkId"]] = [(draw(st.integers(0, 3)), answers(one["item"])) for _ in range(many)]
            elif one["repeats"]:
                said[one["linkId"]] = [answers(one["item"]) for _ in range(draw(st.sampled_from([2, 3, 1, 0])))]
            else:
                said |= answers(one["item"])
        return said

    items = some(1)
    return items, answers(items)


def as_answers(said):
    def entry(one):
        return answer(number(one[0]), **as_answers(one[1])) if isinstance(one, tuple) else repetition(**as_answers(one))

    return {link_id: [entry(one) for one in found] for link_id, found in said.items()}


def occurrences(items, said, under=(), above=None):
    """Each item where it stands: itself, its name, the repetitions around it, its answers and what it stands under."""
    for one in items:
        link_id, way = one["linkId"], [f"{group}[{number}]" for group, number in under]
        if one["type"] == "integer":
            name, found = "/".join([*way, link_id]), said.get(link_id, [])
            yield one, name, under, [value for value, _ in found], above
            for n, (_, below) in enumerate(found):
                yield from occurrences(one["item"], below, (*under, (link_id, n)), name)
        elif one["repeats"]:
            for n, inside in enumerate(said.get(link_id) or [{}]):
                name = "/".join([*way, f"{link_id}[{n}]"])
                yield one, name, under, [], above
                yield from occurrences(one["item"], inside, (*under, (link_id, n)), name)
        else:
            name = "/".join([*way, link_id])
            yield one, name, under, [], above
            yield from occurrences(one["item"], said, under, name)


def naive_nested(items, said):
    """The enabled set by F27 and F28: in the smallest repetition that holds both, the nearest before, else the next."""
    all_of_them = list(occurrences(items, said))
    places = {name: place for place, (_, name, *_) in enumerate(all_of_them)}

    def looked_at(place, question):
        scope = all_of_them[place][2]
        found = [n for n, (one, *_) in enumerate(all_of_them) if one["linkId"] == question]
        if not found:
            return None  # it stands under a question that nobody answered
        pairs = zip(scope, all_of_them[found[0]][2], strict=False)
        shared = next((n for n, (a, b) in enumerate(pairs) if a[0] != b[0]), None)
        shared = min(len(scope), len(all_of_them[found[0]][2])) if shared is None else shared
        near = [n for n in found if all_of_them[n][2][:shared] == scope[:shared]]
        before = [n for n in near if n < place]
        return next(iter([*before[-1:], *near]), None)

    def values(place, question):
        there = looked_at(place, question)
        if there is None or not enabled(there):
            return []
        found = all_of_them[there][3]
        above = dict(all_of_them[place][2])  # of a question it stands under only the one answer counts
        return [found[above[question]]] if question in above else found

    def enabled(place):
        one, _, _, _, above = all_of_them[place]
        return (above is None or enabled(places[above])) and hold(one, lambda asked: values(place, asked))

    return {name for name, place in places.items() if enabled(place)}


def links(element):
    """The linkIds of a response, however deep."""
    inside = element if isinstance(element, list) else [one for one in element.values() if isinstance(one, dict | list)]
    below = set().union(*(links(one) for one in inside if isinstance(one, dict | list)))
    return below | ({element["linkId"]} if isinstance(element, dict) and "linkId" in element else set())


@settings(max_examples=60)
@drawn(nested_forms())
def test_the_enabled_set_equals_a_naive_reading_in_groups_and_their_repetitions_too(made):
    items, said = made
    whole = form(*items)
    state = evaluate(whole, given(**as_answers(said)))
    assert state.enabled == naive_nested(items, said)
    # Each enabled question is met once on the way; what is sent says the same when it is read back, and no more.
    on_the_way = [str(one.asked.place) for page in state.pages for one in page.questions if not page.lists]
    assert sorted(on_the_way) == sorted(str(one.place) for one in state.asked if one.item.kind.asks)
    sent = response(whole, state.answers, START)
    back = evaluate(whole, read_response(whole, sent).answers)
    assert response(whole, back.answers, START) == sent and not {one.why for one in back.invalid} - {"occurs"}
    assert links(sent) <= {one.item.link_id for one in state.asked}


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
