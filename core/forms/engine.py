"""The engine: `(frozen form, answers, now) -> State`, pure. Portal, preview, the final judge and exports call this one.

Conditions follow the tables of forms.md section 3. A disabled question has no answer for any other condition, and what
stands below it is disabled too (F27); repetitions see their own questions first (F28); the result does not depend on
the order of items (F31). Conditions alone settle in one pass, since no form with a circle is imported; with
expressions, conditions and calculations take turns until nothing changes.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from core.forms.asking import judging
from core.forms.asking.conditions import met
from core.forms.asking.places import Layout, Scope, Spot, counting, plan
from core.forms.asking.route import route
from core.forms.fhirpath.expressions import NOTHING_WORKED, Worked, Working
from core.forms.values import equal
from core.forms.words import Answers, Asked, Condition, Entry, Invalid, Kind, Place, Questionnaire, State, Value


def evaluate(
    form: Questionnaire, answers: Answers, *, now: datetime | None = None, patient: Mapping[str, Any] | None = None
) -> State:
    """Which items are enabled, what is calculated, on which pages they are asked, and what is wrong or missing.

    `now` is what `today()` means in expressions, `patient` (a FHIR Patient) what `%patient` does; forms without any do
    not need them. Never raises.
    """
    layout, worked = _settled(form, answers, now, patient)
    shown = tuple(_shown(layout))
    asked = tuple(one for one in shown if not one.shut)
    invalid = [Invalid(place, why) for place, why in _failures(layout, worked)]
    broken, warnings = worked.constraints(form, layout)
    return State(
        asked=asked,
        pages=route(plan(form), shown),
        answers=counting(layout.root),
        calculated={p: v for p, v in worked.calculated.items() if v},
        invalid=(*invalid, *broken),
        warnings=warnings,
        late=worked.late,
    )


def _settled(
    form: Questionnaire, answers: Answers, now: datetime | None, patient: Mapping[str, Any] | None
) -> tuple[Layout, Worked]:
    """Conditions, then calculations, again until nothing changes, at most items + 2 rounds (F31)."""
    layout = _decided(form, answers, NOTHING_WORKED)
    if not form.calculates:
        return layout, NOTHING_WORKED
    working = Working(form, now, patient)
    worked = NOTHING_WORKED
    for _ in range(len(plan(form).items) + 2):
        before, worked = worked, working.work(layout)
        if worked.same_as(before):
            break
        layout = _decided(form, answers, worked)
    return layout, worked


def _decided(form: Questionnaire, answers: Answers, worked: Worked) -> Layout:
    """The form laid out over the answers, each spot enabled or not."""

    def fill(spot: Spot) -> None:
        item = spot.item
        if item.formulas.answers is not None:
            spot.options = worked.options.get(spot.place, ())
        elif off := worked.off.get(spot.place):
            spot.options = tuple(o for o in item.options if not any(equal(o.value, one, loose=True) for one in off))
        if item.formulas.calculated is not None and not (spot.given and item.link_id in form.told):
            spot.entries = tuple(Entry(value) for value in worked.calculated.get(spot.place, ()))
        elif item.kind.asks and spot.given:
            spot.entries = tuple(_countable(spot))
        elif item.initial and (item.hidden or item.read_only):
            spot.entries = tuple(Entry(value) for value in item.initial)

    layout = Layout(form, answers, fill)
    for link_id in layout.plan.settled:
        for spot in layout.by_item[link_id]:
            spot.enabled = _parent_enabled(layout, spot) and _holds(layout, spot, worked)
    return layout


def _countable(spot: Spot) -> Iterator[Entry]:
    for entry in spot.given:
        why = judging.countable(spot.item, spot.options, entry.value or {})
        spot.wrong = spot.wrong or why
        if not why:
            yield entry


def _parent_enabled(layout: Layout, spot: Spot) -> bool:
    parent = layout.plan.parent[spot.item.link_id]
    if not parent:
        return True
    above = spot.scope.spots.get(parent) or spot.scope.owner
    return above is not None and above.enabled


# -- conditions ------------------------------------------------------------------------------------------------------


def _holds(layout: Layout, spot: Spot, worked: Worked) -> bool:
    item = spot.item
    if item.conditions:
        results = (_met(layout, spot, condition) for condition in item.conditions)
        if not (any(results) if item.behavior == "any" else all(results)):
            return False
    return item.formulas.enabled is None or worked.enabled.get(spot.place, True)


def _met(layout: Layout, spot: Spot, condition: Condition) -> bool:
    if condition.broken:
        return False
    seen = layout.seen_from(spot, condition.question)
    values: tuple[Value, ...] = ()
    if isinstance(seen, Spot):
        values = seen.values
    elif isinstance(seen, Entry) and seen.value is not None:
        values = (seen.value,)
    return met(condition, values, layout.plan.items[condition.question].options)


# -- what comes out --------------------------------------------------------------------------------------------------


def _shown(layout: Layout) -> Iterator[Asked]:
    """Every enabled item, each repetition of a group where it begins; and what is shown though it is not enabled."""
    todo: list[Spot | tuple[Spot, Scope]] = list(reversed(layout.root.spots.values()))
    while todo:
        one = todo.pop()
        if isinstance(one, tuple):
            spot, scope = one
            place = Place(spot.item.link_id, spot.scope.under, scope.index)
            yield Asked(place, spot.item, spot.item.name + scope.name, spot.entries)
            todo += reversed(scope.spots.values())
        elif one.enabled and one.item.kind is Kind.GROUP and one.scopes:
            todo += [(one, scope) for scope in reversed(one.scopes)]
        elif one.enabled:
            yield Asked(one.place, one.item, one.name, one.entries, one.options)
            todo += [spot for scope in reversed(one.scopes) for spot in reversed(scope.spots.values())]
        elif _is_protected(layout, one) or _is_dormant(layout, one):
            yield Asked(one.place, one.item, one.name, one.entries, one.options, shut=True)


def _is_protected(layout: Layout, spot: Spot) -> bool:
    """Whether a disabled item is to be seen all the same: it or a disabled one above it says so (F32)."""
    above: Spot | None = spot
    while above is not None and not above.enabled:
        if above.item.look.protected:
            return True
        above = above.scope.spots.get(layout.plan.parent[above.item.link_id])
    return False


def _is_dormant(layout: Layout, spot: Spot) -> bool:
    """Whether a disabled question, or its help, waits under a choice of the question right before it (F36)."""
    link_id = spot.item.link_id
    if spot.item.kind is Kind.DISPLAY:
        link_id = layout.plan.parent[link_id]
    condition = layout.plan.revealed.get(link_id)
    return condition is not None and spot.scope.spots[condition.question].enabled


def _failures(layout: Layout, worked: Worked) -> Iterator[tuple[Place, str]]:
    for link_id in layout.plan.items:
        for spot in layout.by_item[link_id]:
            if spot.enabled and (why := judging.failure(spot) or worked.beyond(spot)):
                yield spot.place, why
