"""Everything that leaves, as a list: what moved last first, narrowed, a page after the other, from an index (U88)."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, text

from core.audit.trail import entries
from core.delivery import listing
from core.delivery.listing import TROUBLE, Place, Wanted
from core.delivery.tables import DeliveryRow
from core.delivery.words import Channel, Purpose, Status
from core.errors import Forbidden
from core.messages.conversations import of_patient
from core.messages.post import post
from core.messages.words import Direction, Kind, Writing
from core.store.statistics import count


@pytest.fixture
def leaves(store, anna, clock):
    """Something left: about a patient (or nobody), over a channel, and became that a minute ago."""

    def put(unit, patient, channel, status, purpose):
        thread = of_patient(unit, patient.id) if patient else None
        kind = Kind.SMS if channel is Channel.SMS else Kind.EMAIL
        said = post(unit, thread, Writing(kind, Direction.OUTBOUND, "Hello")) if patient else None
        row = {
            "practice_id": unit.practice_id, "id": unit.new_id(), "channel": channel, "purpose": purpose,
            "masked": "number ending 57", "provider": "plivo", "status": status, "status_at": unit.now, "reason": "",
            "created_at": unit.now, "conversation_id": thread, "message_id": said.id if said else None,
        }  # fmt: skip
        unit.db.execute(insert(DeliveryRow), [row])
        return row["id"]

    def leaving(patient=None, channel=Channel.SMS, status=Status.DELIVERED, who=anna, purpose=Purpose.BODY):
        clock.forward(minutes=1)
        return store.run(who, put, patient, channel, status, purpose)

    return leaving


def ids(found):
    return [one.delivery.id for one in found]


def test_it_is_narrowed_by_what_became_of_it_channel_and_patient(store, anna, tom, ben, amara, idris, leaves):
    text_ = leaves(amara)
    letter = leaves(amara, Channel.EMAIL, Status.BOUNCED)
    other = leaves(idris, status=Status.UNKNOWN)
    nobodys = leaves(purpose=Purpose.NUDGE)
    leaves(purpose=Purpose.LINK)  # bait, which tells nobody that it is
    theirs = leaves(who=tom)
    ask = {
        Wanted(): [nobodys, other, letter, text_],
        Wanted(TROUBLE): [other, letter],
        Wanted(channel=Channel.EMAIL): [letter],
        Wanted(patients=frozenset({amara.id})): [letter, text_],
        Wanted(TROUBLE, patients=frozenset({amara.id, idris.id})): [other, letter],
        Wanted((Status.QUEUED,)): [],
        Wanted(patients=frozenset()): [],
    }
    for wanted, found in ask.items():
        assert ids(store.look(anna, listing.page, wanted)) == found, wanted
    assert ids(store.look(tom, listing.page, Wanted(patients=frozenset({amara.id})))) == []
    assert ids(store.look(tom, listing.page, Wanted())) == [theirs]
    first, *_ = store.look(anna, listing.page, Wanted(TROUBLE))
    assert (first.patient, first.delivery.to) == (idris.id, "number ending 57")
    with pytest.raises(Forbidden):
        store.look(ben, listing.page, Wanted())


def test_a_page_begins_behind_the_last_also_among_those_of_the_same_moment(store, anna, leaves, clock):
    at_once = [leaves(status=status) for status in (Status.SENT, Status.FAILED)]
    store.run(anna, _all_at, clock())
    older = sorted(at_once, reverse=True)
    seen, behind = [], None
    while found := store.look(anna, listing.page, Wanted(), behind, 1):
        seen += ids(found)
        behind = Place(found[-1].delivery.at, found[-1].delivery.id)
    assert seen == older


def test_whoever_takes_the_list_away_is_in_the_trail(store, anna, leaves):
    leaves()
    leaves(status=Status.FAILED)
    assert len(store.run(anna, listing.exported, Wanted(TROUBLE))) == 1
    *_, last = store.look(anna, lambda unit: list(entries(unit, 0, 1_000)))
    assert (last["verb"], last["facts"]) == ("deliveries exported", {"rows": 1})


def test_the_database_answers_from_its_indexes_where_much_has_left(store, anna, amara, leaves):
    leaves(amara)
    store.run(anna, _much_leaves)
    _count(store)
    behind = Place(store.clock() - timedelta(days=1), amara.id)

    def plan(unit, wanted):
        asked = listing.question(unit, wanted, behind, 50)
        asked = asked.compile(unit.db, compile_kwargs={"literal_binds": True})
        if store.grouped:
            return " ".join(row[-1] for row in unit.db.execute(text(f"EXPLAIN QUERY PLAN {asked}")))
        unit.db.execute(text("SET LOCAL enable_seqscan = off"))  # eight thousand rows are few: it would read them all
        return " ".join(row[0] for row in unit.db.execute(text(f"EXPLAIN {asked}")))

    everything = store.look(anna, plan, Wanted())
    theirs = store.look(anna, plan, Wanted(TROUBLE, patients=frozenset({amara.id})))
    assert everything.count("ix_delivery_status") == len(Status) and "SCAN delivery" not in everything
    assert "ix_delivery_message" in theirs and "ix_delivery_status" not in theirs


def _much_leaves(unit):
    """A thousand of each status, hour by hour."""
    row = {
        "practice_id": unit.practice_id, "channel": Channel.EMAIL, "purpose": Purpose.NUDGE, "masked": "a…@example.org",
        "provider": "mailjet", "reason": "", "created_at": unit.now,
    }  # fmt: skip
    hours = [unit.now - timedelta(hours=hour) for hour in range(1_000)]
    many = [row | {"id": unit.new_id(), "status": status, "status_at": at} for status in Status for at in hours]
    unit.db.execute(insert(DeliveryRow), many)


def _count(store):
    """As each database does by itself sooner or later: by what it last counted, it takes one way or another."""
    if store.grouped:
        count(store)
    else:
        with store.writer.begin() as db:
            db.execute(text("ANALYZE"))


def _all_at(unit, moment):
    unit.db.execute(DeliveryRow.__table__.update().values(status_at=moment))
