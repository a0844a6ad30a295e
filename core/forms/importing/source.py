"""From bytes to the JSON of one Questionnaire, within the limits of F2; what another thing it is, is said by name (F1).

Numbers keep their digits: decimals are read as `Decimal`, never as float.
"""

import json
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

LARGEST = 2_000_000  # bytes
DEEPEST = 64  # of the JSON
DIGITS = 18
STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
UNWRITABLE = re.compile(r"\\u(0000|[dD][89a-fA-F])")  # may stand for no letter at all: looked at once more
BRACKET = re.compile(r"[\[\]{}]")


class Refused(Exception):
    """The file cannot be imported at all: `why` is the word, `facts` what the sentence tells."""

    def __init__(self, why: str, link_id: str = "", text: str = "", **facts: object) -> None:
        super().__init__(why)
        self.why = why
        self.link_id = link_id
        self.text = text
        self.facts = {name: str(fact) for name, fact in facts.items()}


def questionnaire(data: bytes) -> dict[str, Any]:
    """The Questionnaire in a file. Raises Refused."""
    found = _only_questionnaire(parse(data))
    _refuse_other_releases(found)
    return found


def parse(data: bytes) -> Any:
    """JSON within the limits. Raises Refused."""
    if len(data) > LARGEST:
        raise Refused("too_large", found=f"{len(data) / 1e6:.1f} MB", limit="2 MB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused("not_json", line=data.count(b"\n", 0, error.start) + 1, column=1) from error
    if text.lstrip().startswith("<"):
        raise Refused("xml")
    _refuse_depth(text)
    try:
        found = json.loads(
            text, object_pairs_hook=_no_twins, parse_float=_decimal, parse_int=_integer, parse_constant=_no_number
        )
    except json.JSONDecodeError as error:
        raise Refused("not_json", line=error.lineno, column=error.colno) from error
    except ValueError as error:  # what the standard library says about numbers beyond its own limit
        raise Refused("number", found="", limit=DIGITS) from error
    if UNWRITABLE.search(text):
        _refuse_letters(found)
    return found


def _refuse_depth(text: str) -> None:
    """Before parsing, so that no recursion can be provoked: brackets outside strings."""
    depth = deepest = 0
    for bracket in BRACKET.findall(STRING.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    if deepest > DEEPEST:
        raise Refused("too_deep", found=deepest, limit=DEEPEST)


def _refuse_letters(found: Any) -> None:
    """Half a letter (a lone surrogate) and U+0000 can be kept in no text and no database."""
    todo = [found]
    while todo:
        one = todo.pop()
        if isinstance(one, str) and any(letter == "\0" or "\ud800" <= letter <= "\udfff" for letter in one):
            raise Refused("letters", found=one.encode("ascii", "backslashreplace").decode()[:40])
        todo += [*one, *one.values()] if isinstance(one, dict) else one if isinstance(one, list) else ()


def _no_number(word: str) -> Any:
    """`NaN` and `Infinity`, which Python would take and JSON does not have."""
    raise Refused("no_number", found=word)


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise Refused("twin_keys", key=next(name for name in names if names.count(name) > 1))
    return found


def _integer(digits: str) -> int:
    if len(digits.lstrip("-")) > DIGITS:
        raise Refused("number", found=digits[:40], limit=DIGITS)
    return int(digits)


def _decimal(digits: str) -> Decimal:
    try:
        number = Decimal(digits)
    except InvalidOperation as error:
        raise Refused("number", found=digits[:40], limit=DIGITS) from error
    if len(number.as_tuple().digits) > DIGITS or abs(number.adjusted()) > DIGITS:
        raise Refused("number", found=digits[:40], limit=DIGITS)
    return number


def _only_questionnaire(source: Any) -> dict[str, Any]:
    """The resource itself, or the only Questionnaire of a Bundle or collection."""
    if isinstance(source, list):
        return _one_of([one for one in source if isinstance(one, dict)])
    if not isinstance(source, dict):
        raise Refused("other_resource", found="list" if isinstance(source, list) else "value")
    if source.get("resourceType") == "Bundle":
        entries = source.get("entry")
        entries = entries if isinstance(entries, list) else []
        return _one_of(
            [one["resource"] for one in entries if isinstance(one, dict) and isinstance(one.get("resource"), dict)]
        )
    if source.get("resourceType") != "Questionnaire":
        raise Refused("other_resource", found=source.get("resourceType") or "file without resourceType")
    return source


def _one_of(resources: list[dict[str, Any]]) -> dict[str, Any]:
    forms = [one for one in resources if one.get("resourceType") == "Questionnaire"]
    if len(forms) != 1:
        raise Refused("bundle", found=len(forms))
    return forms[0]


def _refuse_other_releases(form: Mapping[str, Any]) -> None:
    """R5 and STU3 show by words that R4 does not have (F1)."""
    items = [item for item in _items(form.get("item")) if isinstance(item, dict)]
    for item in items:
        link_id = str(item.get("linkId") or "")
        if "option" in item or ("options" in item and isinstance(item["options"], dict)):
            raise Refused("stu3", link_id, found="option")
        if item.get("type") == "coding" or "answerConstraint" in item or "disabledDisplay" in item:
            found = next((word for word in ("answerConstraint", "disabledDisplay") if word in item), item.get("type"))
            raise Refused("r5", link_id, found=found)


def _items(items: Any) -> list[Any]:
    """All items, level by level: no recursion before the nesting is known to be sane."""
    found: list[Any] = []
    level = list(items) if isinstance(items, list) else []
    while level:
        found += level
        below = [item.get("item") for item in level if isinstance(item, dict)]
        level = [one for items in below if isinstance(items, list) for one in items]
    return found
