"""Which questions share a page, which are offered in place, and what stands on every page (F35, F36, F44)."""

import pytest

from core.forms.engine import evaluate
from core.forms.habits import Habits, used_as
from tests.core.forms.making import (
    YES,
    choice,
    extension,
    form,
    given,
    item,
    when,
)


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
