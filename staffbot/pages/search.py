"""Search as a page: one box, its filters as chips, what was found with the words marked; without script (U114)."""

import re
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request

from core.errors import Invalid
from core.messages import find as messages
from core.messages.search import Found, Hit, search
from core.practice.words import Right
from core.store import Unit
from staffbot import search_words, shapes
from staffbot.commands.asking import asked, of_kind, readable
from staffbot.commands.errors import Ambiguous, NoOneFits
from staffbot.visit import look, need, saw_all, stay
from staffbot.wording import say

pages = Blueprint("search", __name__)
LONGEST = 500  # letters of a question
LETTERS, BEFORE = 280, 90  # of an excerpt; before the first word found
KIND = re.compile(r"\bkind:\s*\S*\s*", re.IGNORECASE)


@pages.get("/search")
def show() -> Response:
    """What fits the question, newest first."""
    need(Right.CHAT)
    stay()
    typed = request.args.get("q", "")[:LONGEST].strip()
    if not typed:
        return make_response(_page(""))
    try:
        facts, patients = look(_results, typed, _before())
    except (Invalid, Ambiguous, NoOneFits) as error:
        said = say(error)
        problem = search_words.which(error.typed, error.count) if isinstance(error, Ambiguous) else said.message
        return make_response(_page(typed, problem=problem, choices=_choices(typed, error)), said.status)
    saw_all(patients)
    return make_response(_page(**facts))


def _before() -> UUID | None:
    try:
        return UUID(request.args.get("before", ""))
    except ValueError:
        return None


def _page(typed: str, **more: Any) -> str:
    nothing: dict[str, Any] = {"problem": "", "choices": [], "filters": [], "rows": [], "earlier": "", "said": ""}
    rest = KIND.sub("", typed).strip()
    kinds = [(words, address(f"{rest} kind:{kind}".strip())) for kind, words in search_words.KINDS]
    return render_template("search.html", **{**nothing, "kinds": kinds, "typed": typed, **more})


def address(typed: str, before: UUID | None = None) -> str:
    """The page of a question, or of what is older than a place in its results."""
    return "/search?" + urlencode({"q": typed} | ({"before": before} if before else {}))


def _results(unit: Unit, typed: str, before: UUID | None) -> tuple[dict[str, Any], set[UUID]]:
    """What the page shows, and about whom."""
    question = asked(unit, readable(unit, typed))
    found = search(unit, replace(question.wanted, before=before), LETTERS, BEFORE)
    facts = {
        "typed": question.text,
        "rows": _rows(unit, found),
        "said": _said(question.text, found, before),
        "earlier": address(question.text, found.more) if found.more else "",
        "filters": [(one.said, one.means, address(question.without(one))) for one in question.filters],
        "kinds": [
            (words, address(question.of_kind(kind)))
            for kind, words in search_words.KINDS
            if question.wanted != of_kind(replace(question.wanted, kinds=frozenset(), forms=False), kind)
        ],
    }
    return facts, {hit.message.patient_id for hit in found.hits if hit.message.patient_id}


def _said(typed: str, found: Found, before: UUID | None) -> str:
    """How much was found, and whether only part was looked through."""
    if not found.hits and not found.more:
        return search_words.NO_EARLIER if before else search_words.nothing(typed)
    count = search_words.EARLIER if before else search_words.count(len(found.hits), bool(found.more))
    return f"{count} {search_words.PART}" if found.part else count


def _rows(unit: Unit, found: Found) -> list[dict[str, Any]]:
    threads = messages.seen(unit, {hit.message.conversation_id for hit in found.hits})
    return [
        _row(hit, threads[hit.message.conversation_id].title)
        for hit in found.hits
        if hit.message.conversation_id in threads
    ]


def _row(hit: Hit, title: str) -> dict[str, Any]:
    message = shapes.message(hit.message)
    return {
        "message": message,
        "who": search_words.author(hit.message, title),
        "title": title,
        "pieces": hit.pieces if hit.context else (),
        "href": f"/c/{message['conversation']}#m-{message['id']}",
    }


def _choices(typed: str, error: Exception) -> list[tuple[str, str, str]]:
    """Whom a name may mean: each one's name, what tells them apart, and the question with them in it."""
    if not isinstance(error, Ambiguous | NoOneFits):
        return []
    return [
        (one["name"], one["detail"], address(typed.replace(f"@{error.typed}", one["insert"].strip(), 1)))
        for one in error.choices
    ]
