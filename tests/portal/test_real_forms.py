"""Every real questionnaire through the pages, without script: filled, sent, and stored as the engine has it (F88)."""

import gzip
import json
import re
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import select

from core.forms import answers
from core.forms.answering.drafts import keyed
from core.forms.questionnaire import read
from core.forms.response import dumps, items
from core.forms.tables import FormAnswers
from core.forms.words import Kind, walk
from core.practice import doors
from core.store import Actor, ActorKind, Who
from core.store.sealing import Place
from portal import create_app
from tests.core.forms.filling import fill
from tests.core.forms.making import REAL
from tests.core.forms.test_response import real_forms
from tests.portal.form_filler import before_form
from tests.portal.form_walker import LIGHT, Walker
from tests.portal.visitor import Visitor

FILE = {"valueAttachment"}
SHARES = 6  # the forms are dealt out, so that several workers take a part each
LONG = 6  # pages that are walked of a form; what a longer one still needs is put into its draft at once


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize("share", range(SHARES))
def test_each_real_form_is_filled_page_by_page_and_stored_as_the_engine_alone_has_it(
    settings, store, system, anna, amara, network, clock, share
):
    app = create_app(settings, store)
    visitor = Visitor(app)
    sheet = re.search(r'href="(/static/[^"]+)"', visitor.get("/unlock").text)[1]
    assert len(gzip.compress(visitor.get(sheet).data)) <= LIGHT
    for number, file in enumerate(real_forms()[share::SHARES]):
        clock.forward(days=1)  # nobody is texted so many codes a day
        source = (REAL / file).read_bytes()
        form = read(source).form
        given, state = fill(form, clock())
        visitor = before_form(settings, store, system, anna, amara, network, key=f"f{number}", source=source, app=app)
        walker = Walker(visitor, state)
        if walker.walk(LONG) != "/form/check":
            for page in _put(store, network, form, given):
                walker.fill(f"/form/p/{page}")
        assert visitor.post("/form/submit").headers["Location"] == "/form/done", file
        made = dumps(items(form.items, state.answers))
        kept = json.loads(stored(store, system), parse_float=Decimal).get("item", [])
        assert but_files(dumps(kept)) == but_files(made), file


def _put(store, network, form, given):
    """Put answers into the draft behind the newest link; the pages of files, which must come by their own way."""
    door = store.door(doors.link, network.link("amara@example.org").rsplit("/", 1)[1])
    files = {item.link_id for item in walk(form.items) if item.kind is Kind.ATTACHMENT}
    whole = keyed({link_id: entries for link_id, entries in given.items() if link_id not in files}, 1)

    def make(now):
        return replace(now, draft=replace(now.draft, answers=whole, count=now.draft.count + 1))

    then = answers.change(store, Who(door.practice_id, Actor(ActorKind.PATIENT)), door.link_id, make)
    pages = enumerate(then.state.pages, 1)
    return [n for n, page in pages if page.question.link_id in files and not then.values(page.asked)]


def stored(store, system):
    """The response that was sent just now, as it was sealed: bytes."""

    def look(unit):
        sent = select(FormAnswers.link_id, FormAnswers.response).where(FormAnswers.submitted_at == unit.now)
        link_id, sealed = unit.db.execute(sent).one()
        return unit.seals.open(sealed, Place("form_answers", link_id, "response"))

    return store.look(system, look)


def but_files(made):
    """A response or its items, of files only that there is one: their names and addresses are of the upload."""
    return json.loads(made, parse_float=Decimal, object_hook=lambda one: {**one, **dict.fromkeys(one.keys() & FILE)})
