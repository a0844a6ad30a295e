"""The answers behind a link: a sealed draft, read, changed by whoever was first, and kept (F34, F43, S91).

What a change comes to is worked out before the transaction that keeps it: expressions may take a second, and the one
writer of SQLite must not wait for them. The draft is kept only if it is still the one that was read.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from functools import cached_property
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, func, select, update

from core.audit.trail import append
from core.errors import LatchkeyError, NotFound
from core.forms import find as forms
from core.forms.answering.calling import call_unfinished
from core.forms.answering.drafts import Draft, packed, unpacked
from core.forms.answering.prefill import as_fhir, offered, silently
from core.forms.asking.places import plan
from core.forms.asking.route import at, because, first_open, remedies, unsent
from core.forms.engine import evaluate
from core.forms.flags import fired
from core.forms.habits import Habits, Prefill, habits, used_as
from core.forms.languages import read_in
from core.forms.response import read
from core.forms.tables import FormAnswers
from core.forms.words import Answers, Asked, Entry, Invalid, Item, Page, Place, Questionnaire, State, Value
from core.patients import find as people
from core.patients.words import Patient
from core.practice import find as practice
from core.release.find import LinkExpired, open_link
from core.seal.envelope import key_of
from core.store.prepared import Prepared
from core.store.sealing import Place as Cell
from core.store.types import AnyRow
from core.store.unit import Unit, Who
from core.store.writer import Store

DRAFT = "form draft"  # what the keys of drafts are made for
POSTED_LATE = timedelta(minutes=30)  # after the link's end a page that was opened before it is still taken (F46)
TRIES = 5  # how often a change is worked out anew because another browser was faster
_ANY = Prepared(
    select(FormAnswers.version)
    .where(FormAnswers.practice_id == bindparam("practice"), FormAnswers.link_id == bindparam("link"))
    .limit(1)
)


class AlreadySent(LatchkeyError):
    """The form was sent before; `at` is when."""

    def __init__(self, at: datetime) -> None:
        super().__init__(at)
        self.at = at


class StalePage(LatchkeyError):
    """The page is not where it was; `page` is where to go on."""

    def __init__(self, page: int) -> None:
        super().__init__(page)
        self.page = page


@dataclass(frozen=True)
class Filling:
    """A form being filled: its frozen version, the draft, and what the engine makes of them.

    Once sent, its draft holds the answers of the response: nothing changes it any more.
    `sealed` is the draft as it was read, by which it is known whether another browser was faster. Of several forms
    behind one link it is the one at `place` `of` them.
    """

    key: str
    form: Questionnaire
    form_id: UUID
    number: int
    draft: Draft
    sealed: bytes | None = field(repr=False)
    until: datetime
    saved_at: datetime | None
    submitted_at: datetime | None
    patient: Patient | None
    zone: tzinfo
    now: datetime
    habits: Habits = field(default_factory=Habits)
    place: int = 0
    of: int = 1

    @property
    def late(self) -> bool:
        """Whether the link's end is past, and only what was begun in time is still taken (F46)."""
        return self.until <= self.now

    @cached_property
    def state(self) -> State:
        """The engine's judgement of the draft, asked for once and outside every transaction."""
        known = None if self.patient is None or self.habits.prefill is Prefill.OFF else as_fhir(self.patient)
        return evaluate(self.form, self.answers, now=self.now, patient=known)

    @cached_property
    def answers(self) -> Answers:
        """What was answered, and what is filled in where nobody can answer (F56)."""
        draft = self.draft.answers
        if self.submitted_at or self.patient is None or self.habits.prefill is Prefill.OFF:
            return draft
        return silently(self.form, draft, self.patient, self.now, hidden=self.habits.prefill is Prefill.SILENT)

    @property
    def next_page(self) -> int:
        """The first page that still needs something, or that somebody was in the middle of; one past the last when all
        is there."""
        first = first_open(plan(self.form), self.state, self.draft.seen)
        needy = {*self.draft.wrong, self.draft.kept.partition(" ")[0]}
        pages = enumerate(self.state.pages, 1)
        return next(
            (n for n, page in pages if n < first and any(one.asked.name in needy for one in page.questions)), first
        )

    @property
    def missing(self) -> tuple[Page, ...]:
        """The pages without which it cannot be sent."""
        return tuple(page for page in self.state.pages if any(self.why(one.asked) for one in page.questions))

    @property
    def complete(self) -> bool:
        """Whether it can be sent. What is wrong with a question that is not asked any more does not count."""
        return self.state.complete and not self.missing

    @cached_property
    def urgent(self) -> bool:
        """Whether an answer wants a look at once, so that its giver is told where to find help (F61)."""
        return bool(self.flags)

    @cached_property
    def flags(self) -> tuple[int, ...]:
        """The numbers of the red flags that the answers raise."""
        return fired(self.form, self.state.answers)

    @property
    def unsent(self) -> tuple[Item, ...]:
        """Questions whose answers are kept but will not be sent, because they are not asked any more (F38)."""
        return tuple(unsent(plan(self.form), self.draft.answers, self.state.answers))

    def because(self, number: int) -> Asked | None:
        """The answered question that opened a page, where that is not plain to see."""
        return because(plan(self.form), self.state, number)

    def page(self, number: int) -> Page:
        """A page by its number, from 1. Raises StalePage."""
        if not 1 <= number <= len(self.state.pages):
            raise StalePage(min(self.next_page, len(self.state.pages)))
        return self.state.pages[number - 1]

    def number_of(self, name: str) -> int:
        """The number of the page that asks a question. Raises StalePage."""
        for number, page in enumerate(self.state.pages, 1):
            if any(one.asked.name == name for one in page.questions):
                return number
        raise StalePage(min(self.next_page, len(self.state.pages)))

    def why(self, asked: Asked) -> Invalid | None:
        """What is wrong with a question, if anything; with a group, at the first question inside it."""
        return self._fault(asked, self._first_faults)

    def insisted(self, asked: Asked) -> Invalid | None:
        """What keeps from going on: of a group only at its last question, since any answer in it will do (F49)."""
        return self._fault(asked, self._last_faults)

    def warning(self, asked: Asked) -> Invalid | None:
        """A check that does not hold but does not block, until it was told once (F52)."""
        return None if asked.name in self.draft.warned else self.doubt(asked)

    def doubt(self, asked: Asked) -> Invalid | None:
        """A check that does not hold but does not block, told or not."""
        return next((one for one in self.state.warnings if one.place == asked.place), None)

    def item(self, place: Place) -> Item | None:
        """The item at a place; None for the form as a whole."""
        return plan(self.form).items.get(place.link_id)

    def _fault(self, asked: Asked, faults: Mapping[str, Invalid]) -> Invalid | None:
        if asked.name in self.draft.wrong:
            return Invalid(asked.place, self.draft.wrong[asked.name])
        return faults.get(asked.name)

    @cached_property
    def _first_faults(self) -> Mapping[str, Invalid]:
        """What is wrong, by the name of the first question that can put it right."""
        return self._faults(0)

    @cached_property
    def _last_faults(self) -> Mapping[str, Invalid]:
        return self._faults(-1)

    def _faults(self, which: int) -> dict[str, Invalid]:
        found: dict[str, Invalid] = {}
        for one in self.state.invalid:
            if questions := remedies(plan(self.form), self.state.pages, one.place):
                found.setdefault(questions[which].name, one)
        return found

    def read_in(self, otherwise: str) -> "Filling":
        """The form in the language that was chosen for it, or `otherwise` in another one, as far as it has them."""
        return replace(self, form=read_in(self.form, self.draft.language or otherwise))

    def offered(self, asked: Asked) -> tuple[Value, ...]:
        """What a page offers where nothing was answered yet (F23, F56)."""
        known = None if self.habits.prefill is Prefill.OFF else self.patient
        return offered(self.form, asked, known, self.now)

    def entries(self, asked: Asked) -> tuple[Entry, ...]:
        """What the draft has at a place, whether it counts or not."""
        return at(self.draft.answers, asked.place)

    def values(self, asked: Asked) -> tuple[Value, ...]:
        """What was answered at a place, whether it counts or not."""
        return tuple(entry.value for entry in self.entries(asked) if entry.value is not None)


def has_form(unit: Unit, link_id: UUID) -> bool:
    """Whether a link carries a form."""
    return _ANY.value(unit.db, {"practice": unit.practice_id, "link": link_id}) is not None


def filling(unit: Unit, link_id: UUID) -> Filling:
    """The form behind a link as far as it is filled. Raises NotFound, LinkGone, LinkExpired, LinkFrozen.

    After the link's end it is shown to nobody but whoever has posted a page since, so that they can check and send.
    """
    row = answers_row(unit, link_id)
    found = _filling(unit, link_id, row, POSTED_LATE)
    if found.late and (row.saved_at is None or row.saved_at < found.until):
        raise LinkExpired(found.until)
    return found


def posting(unit: Unit, link_id: UUID) -> Filling:
    """The same for what is posted from a page. None is shown after the link's end to who had none before it, so
    whichever is posted was opened in time. Raises as `filling` does."""
    return _filling(unit, link_id, answers_row(unit, link_id), POSTED_LATE)


def ahead(unit: Unit, link_id: UUID) -> tuple[int, int]:
    """How many forms of a link were not sent yet, and about how many minutes they take together (F79)."""
    left = [row for row in rows_of(unit, link_id) if not row.submitted_at]
    return len(left), sum(forms.minutes_of(forms.version(unit, row.form_id, row.version)[1]) for row in left)


def last_sent(unit: Unit, link_id: UUID) -> Filling | None:
    """The form behind a link that was sent last; None while none was. Raises as `posting` does: whoever has just sent
    it late still reads that it arrived."""
    sent = [row for row in rows_of(unit, link_id) if row.submitted_at]
    return _filling(unit, link_id, sent[-1], POSTED_LATE) if sent else None


def _filling(unit: Unit, link_id: UUID, row: AnyRow, grace: timedelta) -> Filling:
    link = open_link(unit, link_id, grace=grace)
    key, form = forms.version(unit, row.form_id, row.version)
    chosen = habits(unit, row.form_id)
    return Filling(
        key=key,
        form=used_as(form, chosen),
        form_id=row.form_id,
        number=row.version,
        draft=_sent(unit, link_id, form, row) if row.submitted_at else draft_of(unit, link_id, row),
        sealed=row.draft,
        until=link.expires_at,
        saved_at=row.saved_at,
        submitted_at=row.submitted_at,
        patient=people.patient(unit, link.patient_id) if form.looks_at_the_record else None,
        zone=ZoneInfo(practice.card(unit).time_zone),
        now=unit.now,
        habits=chosen,
        place=row.place,
        of=row.of,
    )


def change(store: Store, who: Who, link_id: UUID, make: Callable[[Filling], Filling]) -> Filling:
    """Change a draft by a post: `make` says what it comes to, and may be asked again if another browser was faster.

    Raises AlreadySent, StalePage, what `make` and what `filling` raise.
    """
    for _ in range(TRIES):
        before = store.look(who, posting, link_id)
        if before.submitted_at:
            raise AlreadySent(before.submitted_at)
        then = _calling(make(before))
        if then.draft == before.draft or store.run(who, keep, link_id, then, calls=not before.draft.called):
            return then
    raise StalePage(1)


def _calling(then: Filling) -> Filling:
    """The draft marked as one that somebody is called for, where the practice wants that before it is sent (F61)."""
    calls = then.habits.flag_on_save and not then.draft.called and then.urgent
    return replace(then, draft=replace(then.draft, called=True)) if calls else then


def keep(unit: Unit, link_id: UUID, then: Filling, *, calls: bool = True) -> bool:
    """Keep a changed draft; False when it is not the draft that was read any more.

    `calls`: nobody was called for it so far, so that whoever is to be called is called now, in this transaction.
    """
    open_link(unit, link_id, grace=POSTED_LATE)
    cell = cell_of(link_id, "draft", then.place)
    kept = unit.db.execute(
        update(FormAnswers)
        .where(
            FormAnswers.practice_id == unit.practice_id,
            FormAnswers.link_id == link_id,
            FormAnswers.place == then.place,
            FormAnswers.version == then.number,
            FormAnswers.submitted_at.is_(None),
            FormAnswers.draft == then.sealed,
        )
        .values(
            draft=unit.seals.seal(packed(then.draft), cell, key_id=draft_key(unit, link_id, then.sealed)),
            saved_at=unit.now,
        )
    )
    if kept.rowcount != 1:
        return False
    if calls and then.draft.called:
        call_unfinished(unit, link_id, then.form.title, then.habits.group, then.flags)
    return True


def draft_key(unit: Unit, link_id: UUID, sealed: bytes | None) -> UUID:
    """The key of a draft: that of the one there is, else a new one. Asked for by no name, so that none is found again
    which ended with the link's time, by whoever still remembers it (S91)."""
    return key_of(sealed) if sealed else unit.seals.own_key(f"{DRAFT}:{link_id}")[0]


def tampered(unit: Unit, link_id: UUID, why: str) -> None:
    """Record that a page came back with what it had not offered; nothing of it was kept (F37, S87)."""
    append(unit, "form page refused", link_id, why=why)


def answers_row(unit: Unit, link_id: UUID) -> AnyRow:
    """The row of the form that is filled now: the first that was not sent, or the last of all. Raises NotFound."""
    rows = rows_of(unit, link_id)
    if not rows:
        raise NotFound("form")
    return next((row for row in rows if not row.submitted_at), rows[-1])


def cell_of(link_id: UUID, column: str, place: int) -> Cell:
    """What the answers of one of a link's forms are sealed for; they cannot be put in another one's place."""
    return Cell("form_answers", link_id, column, part=str(place) if place else "")


def rows_of(unit: Unit, link_id: UUID) -> Sequence[AnyRow]:
    """The forms of a link in their order."""
    return unit.db.execute(
        select(
            FormAnswers.place,
            FormAnswers.form_id,
            FormAnswers.version,
            FormAnswers.draft,
            FormAnswers.response,
            FormAnswers.saved_at,
            FormAnswers.submitted_at,
            func.count().over().label("of"),
        )
        .where(FormAnswers.practice_id == unit.practice_id, FormAnswers.link_id == link_id)
        .order_by(FormAnswers.place)
    ).all()


def draft_of(unit: Unit, link_id: UUID, row: AnyRow) -> Draft:
    """What one of a link's forms holds so far."""
    return unpacked(unit.seals.open(row.draft, cell_of(link_id, "draft", row.place))) if row.draft else Draft()


def _sent(unit: Unit, link_id: UUID, form: Questionnaire, row: AnyRow) -> Draft:
    plain = unit.seals.open(row.response, cell_of(link_id, "response", row.place))
    response = json.loads(plain, parse_float=Decimal)
    return Draft(read(form, response).answers, language=str(response.get("language") or ""))
