"""What a question is filled in with beforehand, as a file writes it (F23); what can be no answer there is told."""

from collections.abc import Mapping
from typing import Any

from core.forms.asking.choices import needed
from core.forms.asking.judging import countable
from core.forms.extensions import content
from core.forms.importing.findings import Findings
from core.forms.values import content as inside
from core.forms.words import Item, Value


def read(raw: Mapping[str, Any], item: Item, findings: Findings) -> tuple[Value, ...]:
    """The answers that are offered for an item, or those of its choices that are marked; only one without repeats."""
    chosen = tuple(option.value for option in item.options if option.chosen)
    values = tuple(value for one in raw.get("initial") or () if (value := content(one)))
    if chosen and values:
        findings.note("initial_twice", question=item.link_id)
    found = chosen or tuple(value for value in values if _is_answer(value, item, findings))
    if len(found) > 1 and not item.repeats:
        findings.note("initial_many", text=item.text or item.link_id)
    return found if item.repeats else found[:1]


def _is_answer(value: Value, item: Item, findings: Findings) -> bool:
    if item.formulas.answers is not None or (needed(item.kind) and not item.options):
        return True  # its choices are not known here
    if isinstance(found := inside(value), dict) and "valueQuantity" in value and "value" not in found:
        findings.note("initial_unit", text=item.text or item.link_id)
        return False
    why = countable(item, item.options, value)
    if why:
        facts = {"found": _said(value), "kind": item.kind.value}
        findings.problem(item.link_id, item.text, "initial", f"initial_{why}", "starts_empty", **facts)
    return not why


def _said(value: Value) -> str:
    found = inside(value)
    if isinstance(found, dict):
        return str(found.get("display") or found.get("code") or found.get("value") or found.get("reference") or "")
    return str(found).lower() if isinstance(found, bool) else str(found)
