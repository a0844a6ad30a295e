"""Conditions (`enableWhen`) as a file writes them: read, and checked against the questions they look at (F24-F26)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from core.forms.asking.circles import circles
from core.forms.importing.findings import Findings
from core.forms.importing.shaping import fits
from core.forms.importing.source import Refused
from core.forms.values import equal, kind, order, score
from core.forms.words import Asked, Condition, Item, Kind, Option, Value, walk

OPERATORS = frozenset({"exists", "=", "!=", ">", "<", ">=", "<="})
ORDERED = frozenset({">", "<", ">=", "<="})
MOST = 100  # conditions of one item
COMPARES: Mapping[Kind, tuple[str, ...]] = {
    Kind.BOOLEAN: ("valueBoolean",),
    Kind.INTEGER: ("valueInteger", "valueDecimal"),
    Kind.DECIMAL: ("valueInteger", "valueDecimal"),
    Kind.DATE: ("valueDate",),
    Kind.DATE_TIME: ("valueDateTime",),
    Kind.TIME: ("valueTime",),
    Kind.STRING: ("valueString",),
    Kind.TEXT: ("valueString",),
    Kind.URL: ("valueUri", "valueString"),
    Kind.CHOICE: ("valueCoding", "valueString"),
    Kind.OPEN_CHOICE: ("valueCoding", "valueString"),
    Kind.QUANTITY: ("valueQuantity",),
    Kind.REFERENCE: ("valueReference",),
}


HOLDS: Mapping[str, Callable[[int], bool]] = {
    ">": lambda sign: sign > 0,
    "<": lambda sign: sign < 0,
    ">=": lambda sign: sign >= 0,
    "<=": lambda sign: sign <= 0,
}


def met(condition: Condition, values: Sequence[Value], options: tuple[Option, ...]) -> bool:
    """Whether the answers that count for a condition meet it; `options` carry what choices count (F24)."""
    if condition.operator == "exists":
        return bool(values) is condition.answer.get("valueBoolean")
    if condition.operator in ("=", "!="):
        same = any(equal(value, condition.answer, loose=True) for value in values)
        return same is (condition.operator == "=")
    holds = HOLDS[condition.operator]
    signs = (order(value, condition.answer, options) for value in values)
    return any(sign is not None and holds(sign) for sign in signs)


def read(raw: Mapping[str, Any], link_id: str, text: str, findings: Findings) -> tuple[Condition, ...]:
    """The conditions of one item."""
    written = raw.get("enableWhen")
    written = written if isinstance(written, list) else []
    if len(written) > MOST:
        findings.refuse(Refused("too_many_conditions", link_id, text, found=len(written), limit=MOST))
        return ()
    found = []
    for one in written:
        if not isinstance(one, dict) or one.get("operator") not in OPERATORS:
            findings.refuse(Refused("unknown_operator", link_id, text))
            continue
        answer = {f"value{key[6:]}": value for key, value in one.items() if key.startswith("answer")}
        found.append(Condition(str(one.get("question", "")), str(one["operator"]), answer))
    said = raw.get("enableBehavior")
    if len(found) > 1 and said not in ("all", "any"):
        why = "unknown_behavior" if said else "no_behavior"
        effect = f"taken_as_{behavior(raw)}"
        findings.problem(link_id, text, "enableBehavior", why, effect, found=said)
    return tuple(found)


def behavior(raw: Mapping[str, Any]) -> str:
    """Whether `all` or `any` conditions must hold, also where FHIR would write it small; `any` where nothing says."""
    return "all" if str(raw.get("enableBehavior") or "").strip().casefold() == "all" else "any"


def chosen_by(condition: Condition, asked: Asked) -> str:
    """Under which choice a question stands that is shown in place: `yes`, `no`, or the number of the option (F36)."""
    if asked.item.kind is Kind.BOOLEAN:
        return "yes" if condition.answer.get("valueBoolean") else "no"
    same = (n for n, option in enumerate(asked.options) if equal(option.value, condition.answer, loose=True))
    return str(next(same, ""))


def checked(items: tuple[Item, ...], findings: Findings) -> tuple[Item, ...]:
    """The same items; conditions that ask for what cannot be are marked, told, or left out."""
    known = {item.link_id: item for item in walk(items)}
    return _checked(items, known, findings)


def _checked(items: tuple[Item, ...], known: Mapping[str, Item], findings: Findings) -> tuple[Item, ...]:
    return tuple(
        replace(
            item,
            conditions=tuple(one for c in item.conditions if (one := _condition(item, c, known, findings))),
            items=_checked(item.items, known, findings),
        )
        if item.conditions or item.items
        else item
        for item in items
    )


def _condition(item: Item, condition: Condition, known: Mapping[str, Item], findings: Findings) -> Condition | None:
    asked = known.get(condition.question)
    if asked is None:
        where = {"question": condition.question}
        findings.problem(item.link_id, item.text, "enableWhen", "unknown_question", "always_asked", **where)
        return None
    if not asked.kind.asks:
        findings.problem(item.link_id, item.text, "enableWhen", "waits_for_group", "no_answer", question=asked.link_id)
        return condition
    why = _not_comparable(condition, asked)
    if why:
        facts = {"kind": asked.kind.value, "answer": kind(condition.answer).replace("value", "answer", 1)}
        facts["question"] = asked.text or asked.link_id
        found = _said(next(iter(condition.answer.values()), ""))
        findings.problem(item.link_id, item.text, "enableWhen", why, "counts_as_false", found=found, **facts)
        return replace(condition, broken=True)
    coding = condition.answer.get("valueCoding")
    if isinstance(coding, dict) and "system" not in coding and condition.operator in ("=", "!="):
        findings.count("coding_by_code")
    if _is_empty(asked) and not met(condition, (), ()):
        findings.note("waits_for_hidden", text=item.text or item.link_id, other=asked.text or asked.link_id)
    if condition.operator in ORDERED and kind(condition.answer) in ("valueString", "valueUri"):
        findings.note("text_order", question=item.link_id)
    return condition


def _is_empty(asked: Item) -> bool:
    """Whether nobody is shown a question and nothing fills it in: another system may have done that."""
    filled = asked.initial or asked.formulas.calculated or asked.formulas.initial
    return (asked.hidden or asked.read_only) and not filled


def _said(found: Any) -> str:
    """What a condition compares with, in words."""
    if not isinstance(found, dict):
        return str(found)
    parts = [found[name] for name in ("value", "unit") if name in found] or [found.get("display") or found.get("code")]
    return " ".join(str(one) for one in parts if one is not None)


def _not_comparable(condition: Condition, asked: Item) -> str:
    """Why a condition can never be decided; empty when it can."""
    written = kind(condition.answer)
    if not written:
        return "condition_empty"
    if condition.operator == "exists":
        return "" if isinstance(condition.answer.get("valueBoolean"), bool) else "condition_type"
    offered = {kind(option.value) for option in asked.options}
    if written not in offered | set(COMPARES.get(asked.kind, ())) or not fits(condition.answer):
        return "condition_type"
    if condition.operator not in ORDERED:
        return ""
    if written in ("valueBoolean", "valueReference"):
        return "condition_order"
    if written == "valueCoding" and score(condition.answer, asked.options) is None:
        return "condition_order"
    return ""


def refuse_circles(items: tuple[Item, ...], reads: Mapping[str, Sequence[str]], findings: Findings) -> None:
    """Questions that wait for each other; whoever stands below another waits for it too. `reads`: by expressions."""
    texts = {item.link_id: item for item in walk(items)}
    for circle in circles(waiting(items, reads)):
        closes = circle[-2]
        text = texts[closes].text
        findings.refuse(Refused("circle", closes, text, circle=" → ".join(circle)))


def waiting(items: tuple[Item, ...], reads: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """What each item waits for: the questions of its conditions and expressions, and the item it stands under."""
    found: dict[str, list[str]] = {}
    level: list[tuple[Item, str]] = [(item, "") for item in reversed(items)]
    while level:
        item, parent = level.pop()
        asked = [one.question for one in item.conditions]
        found[item.link_id] = [*asked, *reads.get(item.link_id, ()), *([parent] if parent else [])]
        level += [(below, item.link_id) for below in reversed(item.items)]
    return found
