"""Signing answers: a typed name and "I sign this"; kept with who, when and a hash of what was signed (F71).

No drawing (`drawing`) is ever needed. A question that wants a picture of a signature takes the typed name as one. The
hash is of the response's items as they are stored, without those that hold the signature itself.
"""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from core.forms.answering.drawing import UNNAMED
from core.forms.builder.building import all_items
from core.forms.extensions import OWN, Extensions
from core.forms.kinds import SIGNATURE, shown
from core.forms.letters import FIRST, file_of, fonts_for
from core.forms.response import dumps
from core.forms.words import Answers, Item, Questionnaire, walk

URL = "http://hl7.org/fhir/StructureDefinition/questionnaireresponse-signature"
HASH = f"{OWN}sha256-of-items"
LONGEST_NAME = 200
AUTHOR = {
    "system": "urn:iso-astm:E1762-95:2013",
    "code": "1.2.840.10065.1.12.1.1",
    "display": "Author's Signature",
}
SIZE, MARGIN = 64, 24  # pixels of a drawn name


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed, when, and whether what stands there is what was signed."""

    name: str
    at: datetime
    holds: bool


def is_signature(item: Item) -> bool:
    """Whether a question asks for a signature."""
    return item.look.control == SIGNATURE


def wanted(form: Questionnaire) -> bool:
    """Whether a form has to be signed: it says so, or asks for a signature."""
    said = Extensions(form.source).has("signatureRequired")
    below = any(Extensions(one).has("signatureRequired") for one, _ in all_items(dict(form.source)))
    return said or below or any(is_signature(item) for item in walk(form.items))


def name_in(form: Questionnaire, answers: Answers) -> str:
    """The name by which a signature was given as an answer; empty where none was."""
    given = ((item, answers.get(item.link_id, ())) for item in walk(form.items) if is_signature(item))
    names = (shown(item, (entry.value,)) for item, entries in given for entry in entries if entry.value)
    return next((name for name in names if name != UNNAMED), "")


def extension(
    form: Questionnaire, items: list[dict[str, Any]], name: str, patient: str, at: datetime
) -> Mapping[str, Any]:
    """The signature of a response whose `items` are these; `at` in UTC, to the second."""
    return {
        "url": URL,
        "valueSignature": {
            "extension": [{"url": HASH, "valueString": digest(form, items)}],
            "type": [AUTHOR],
            "when": at.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z"),
            "who": {"reference": f"Patient/{patient}", "display": name},
        },
    }


def signature(form: Questionnaire, response: Mapping[str, Any]) -> Signature | None:
    """The signature of a response; None where there is none."""
    found = next((one for one in response.get("extension", ()) if one.get("url") == URL), None)
    if found is None:
        return None
    said = found["valueSignature"]
    same = Extensions(said).text("sha256-of-items") == digest(form, response.get("item", []))
    return Signature(str(said["who"].get("display", "")), datetime.fromisoformat(said["when"]), same)


def digest(form: Questionnaire, items: list[dict[str, Any]]) -> str:
    """The SHA-256 of the items of a response but those that hold a signature: hex."""
    left_out = {item.link_id for item in walk(form.items) if is_signature(item)}
    return sha256(dumps(list(_but(items, left_out)))).hexdigest()


def drawn(name: str) -> bytes:
    """A typed name as a picture (PNG), in the font that has most of its letters."""
    needed, _ = fonts_for([name])
    font = ImageFont.truetype(str(file_of(needed[0] if needed else FIRST)), SIZE)
    left, top, right, bottom = font.getbbox(name)
    size = (round(right - left) + 2 * MARGIN, round(bottom - top) + 2 * MARGIN)
    picture = Image.new("RGB", size, "white")
    ImageDraw.Draw(picture).text((MARGIN - left, MARGIN - top), name, font=font, fill="black")
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def _but(items: list[dict[str, Any]], left_out: set[str]) -> Iterator[dict[str, Any]]:
    for one in items:
        if one.get("linkId") in left_out:
            continue
        inside = list(_but(one.get("item", []), left_out))
        answers = [_answer(answer, left_out) for answer in one.get("answer", ())]
        rest = {key: value for key, value in one.items() if key not in ("item", "answer")}
        if inside or answers:
            yield {**rest, **({"item": inside} if inside else {}), **({"answer": answers} if answers else {})}


def _answer(answer: dict[str, Any], left_out: set[str]) -> dict[str, Any]:
    inside = list(_but(answer.get("item", []), left_out))
    rest = {key: value for key, value in answer.items() if key != "item"}
    return {**rest, "item": inside} if inside else rest
