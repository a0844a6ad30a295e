"""`/find`"""

import re
from typing import Any
from urllib.parse import urlencode

from core.audit import seen
from core.calendar import moment
from core.messages import find as messages
from core.messages.search import Hit, search
from core.patients.directory import directory
from core.practice import find as practice
from core.practice.rights import may
from core.practice.words import Right
from core.store import Unit
from staffbot import search_words, shapes
from staffbot.commands.asking import readable, wanted
from staffbot.commands.grammar import Call, Done, command
from staffbot.commands.people import patient

NAME = re.compile(r"\w{2,}(?:[ '-]\w+){0,3}")  # nothing but words that could be one
MOST_PEOPLE = 3


@command(
    "/find words [@person] [kind:] [from:] [to:]",
    right=Right.CHAT,
    takes="people",
    examples=("/find letter @Amara Testwell", "/find kind:dm from:1 mar", "/find from:last week knee"),
)
def find(unit: Unit, call: Call) -> Done:
    """Find what was said, newest first; words by their beginnings, also by person, kind and day."""
    found = search(unit, wanted(unit, call.rest))
    typed = readable(unit, call.rest)
    people = _people(unit, call.rest)
    if not found.hits:
        said = search_words.no_words(typed) if people else search_words.nothing(typed)
        return Done(said, items=people)
    seen.note_all(unit, {hit.message.patient_id for hit in found.hits if hit.message.patient_id})
    zone = practice.card(unit).time_zone
    titles = {
        key: thread.title
        for key, thread in messages.seen(unit, {hit.message.conversation_id for hit in found.hits}).items()
    }
    text = f"{search_words.count(len(found.hits), bool(found.more))} {search_words.PART if found.part else ''}".strip()
    everything = {"text": "All results", "detail": text, "href": f"/search?{urlencode({'q': typed})}"}
    return Done(text, items=(*people, everything, *(_item(hit, zone, titles) for hit in found.hits)))


def _people(unit: Unit, typed: str) -> tuple[dict[str, Any], ...]:
    """Patients of that name: who types nothing but a name may want the person (U21)."""
    if not may(unit.actor.role, Right.SEE_PATIENTS) or not NAME.fullmatch(typed):
        return ()
    return tuple(
        {"text": one.name, "detail": patient(one).detail, "href": f"/patients/{one.id}/messages"}
        for one in directory(unit).starting(typed)[:MOST_PEOPLE]
    )


def _item(hit: Hit, zone: str, titles: dict[Any, str]) -> dict[str, Any]:
    message = hit.message
    title = titles.get(message.conversation_id, "")
    kind = shapes.kind_words(message)
    return {
        "text": hit.context or kind,
        "pieces": shapes.in_pieces(hit.pieces) if hit.context else [],
        "detail": f"{search_words.author(message, title)} · {kind} · {moment(message.created_at, zone)}",
        "href": f"/c/{message.conversation_id}#m-{message.id}",
    }
