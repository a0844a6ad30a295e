"""Answers put right by staff: a new response that says `amended`; what it said before is kept and can be read (F67).

What a correction comes to is judged by the engine before the transaction that keeps it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from uuid import UUID

from sqlalchemy import insert, update

from core.audit.trail import append
from core.errors import Invalid
from core.forms import kinds
from core.forms.answering.calling import callees
from core.forms.answering.drafts import keyed
from core.forms.answering.prefill import as_fhir
from core.forms.answering.saving import as_entries, one_by_one
from core.forms.answering.submission import told
from core.forms.answers import cell_of
from core.forms.asking import judging
from core.forms.asking.route import at, put
from core.forms.builder.emitting import sent
from core.forms.engine import evaluate
from core.forms.flags import fired
from core.forms.habits import habits
from core.forms.kinds import Posted
from core.forms.response import Given, dumps, response
from core.forms.responses.answered import Answered, of_message, words
from core.forms.scores import attempt
from core.forms.tables import FormAnswers, FormCorrection
from core.forms.words import Asked, Kind, State, Value
from core.messages import find as messages
from core.messages.notify import notify
from core.messages.post import post
from core.messages.reasons import reason_of
from core.messages.words import Direction, Message, Writing
from core.messages.words import Kind as MessageKind
from core.practice.rights import require
from core.practice.words import Right
from core.seal.envelope import key_of
from core.store.unit import Unit

LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Changed:
    """One question that is answered otherwise now."""

    question: str
    before: str
    after: str


@dataclass(frozen=True)
class Tried:
    """What a correction comes to; `wrong` are the contract's words by the name of the field."""

    given: Answered = field(repr=False)
    state: State = field(repr=False)
    wrong: Mapping[str, str]

    @property
    def asked(self) -> tuple[Asked, ...]:
        """Every question that can be corrected."""
        return tuple(one for one in self.state.asked if can_be_corrected(one))

    @property
    def changed(self) -> tuple[Changed, ...]:
        """What is different, in the order of the form; what is not asked any more comes last."""
        before, after = (_shown(state) for state in (self.given.state, self.state))
        places = dict.fromkeys((*after, *before))
        found = ((after.get(one) or before[one], before.get(one), after.get(one)) for one in places)
        return tuple(
            Changed(one[0], was[1] if was else "", now[1] if now else "")
            for one, was, now in found
            if (was[1] if was else "") != (now[1] if now else "")
        )

    def why(self, asked: Asked) -> str:
        """What is wrong with a question; empty when nothing is."""
        found = (one.why for one in self.state.invalid if one.place == asked.place)
        return self.wrong.get(asked.name, "") or next(found, "")

    @property
    def fits(self) -> bool:
        """Whether it can be kept."""
        return self.state.complete and not self.wrong


def can_be_corrected(asked: Asked) -> bool:
    """Whether staff may put an answer right: what a patient is asked, but for files."""
    item = asked.item
    return item.askable and item.kind is not Kind.ATTACHMENT and bool(asked.options or item.kind is not Kind.REFERENCE)


def tried(given: Answered, posted: Posted, offered: Collection[str], zone: tzinfo) -> Tried:
    """The answers with what was posted to the questions `offered` (names of fields), and to those that this opens."""
    answers = keyed(given.answers, 0)
    wrong: dict[str, str] = {}
    taken: set[str] = set()
    state = evaluate(given.form, answers, now=given.at, patient=as_fhir(given.patient))
    while fresh := [
        one for one in state.asked if can_be_corrected(one) and one.name in offered and one.name not in taken
    ]:
        for asked in fresh:
            taken.add(asked.name)
            try:
                values = _values(asked, posted, zone)
            except kinds.Mistyped as mistyped:
                wrong[asked.name] = mistyped.why
                continue
            answers = keyed(put(answers, asked.place, as_entries(values, at(answers, asked.place))), 1)
        state = evaluate(given.form, answers, now=given.at, patient=as_fhir(given.patient))
    return Tried(given, state, wrong)


def correct(unit: Unit, message_id: UUID, found: Tried, reason: str) -> Message:
    """Keep what was tried as the answers that count from now on; the note that tells of it in the thread.

    Raises Forbidden, NotFound, Erased, Invalid("correction", "incomplete" | "same" | "reason" | "meanwhile").
    """
    require(unit, Right.EDIT_PATIENTS)
    given = of_message(unit, message_id)
    if (given.message_id, given.corrections) != (found.given.message_id, found.given.corrections):
        raise Invalid("correction", "meanwhile")
    if not found.fits:
        raise Invalid("correction", "incomplete")
    if not found.changed:
        raise Invalid("correction", "same")
    if not (why := reason_of(reason, LONGEST_REASON)):
        raise Invalid("correction", "reason")
    flags = set(fired(given.form, found.state.answers)) - set(fired(given.form, given.answers))
    changes = [(one.question, one.after) for one in found.changed]
    original = messages.message(unit, given.message_id)
    writing = Writing(
        MessageKind.INTERNAL,
        Direction.INTERNAL,
        f"Answers to “{given.form.title}” were corrected: {why}",
        reply_to=given.message_id,
        own_key=True,
        form=told(given.form, attempt(given.form, found.state.answers), changes, urgent=bool(flags)),
    )
    note = post(unit, original.conversation_id, writing)
    _keep(unit, found, note.id)
    if flags:
        notify(unit, callees(unit, habits(unit, given.form_id).group), note, "urgent")
        append(unit, "red flag", note.id, rules=sorted(flags), finished=True)
    append(unit, "answers corrected", given.message_id, number=len(given.corrections) + 1, note=note.id)
    return note


def _values(asked: Asked, posted: Posted, zone: tzinfo) -> tuple[Value, ...]:
    """What the fields of a question hold; a question that repeats has its fields once for each answer."""
    if not one_by_one(asked.item):
        values = kinds.answer(asked, posted, zone)
    else:
        mine = {key: held for key, held in posted.items() if key.split("-")[0] == asked.name}
        rows = max(map(len, mine.values()), default=0)
        one = [{key: held[n : n + 1] for key, held in mine.items()} for n in range(rows)]
        values = tuple(value for fields in one for value in kinds.answer(asked, fields, zone))
    if why := next((why for value in values if (why := judging.broken(asked, value))), ""):
        raise kinds.Mistyped(why)
    return values


def _shown(state: State) -> dict[object, tuple[str, str]]:
    """Every answer by its place: the question, and what was said."""
    asked = (one for one in state.asked if one.item.kind.asks and not one.item.hidden)
    return {one.place: (words(one), kinds.shown(one.item, one.values)) for one in asked if one.values}


def _keep(unit: Unit, found: Tried, note_id: UUID) -> None:
    given, number = found.given, len(found.given.corrections) + 1
    mine = (FormAnswers.practice_id == unit.practice_id, FormAnswers.message_id == given.message_id)
    row = unit.db.execute(
        update(FormAnswers)
        .where(*mine, FormAnswers.corrected == number - 1, FormAnswers.response.is_not(None))
        .values(corrected=number)
        .returning(FormAnswers.link_id, FormAnswers.place, FormAnswers.response)
    ).one_or_none()
    if row is None:
        raise Invalid("correction", "meanwhile")
    said = given.response
    facts = Given(
        id=str(unit.new_id()),
        identifier=said["identifier"]["value"],
        questionnaire=said["questionnaire"],
        patient=str(given.patient.id),
        language=said.get("language", ""),
        amends=said["id"],
        corrected_by=(str(unit.actor.id), unit.actor.name),
    )
    made = dumps(response(given.form, sent(given.form, found.state.answers), unit.now, facts))
    cell = cell_of(row.link_id, f"correction {number}", row.place)
    unit.db.execute(
        insert(FormCorrection).values(
            practice_id=unit.practice_id,
            link_id=row.link_id,
            place=row.place,
            number=number,
            response=unit.seals.seal(made, cell, key_id=key_of(row.response)),
            staff_id=unit.staff_id,
            message_id=note_id,
            corrected_at=unit.now,
        )
    )
