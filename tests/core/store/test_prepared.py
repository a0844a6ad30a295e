"""A statement of the hot path answers, counts and fails as SQLAlchemy's own, on both databases."""

from datetime import UTC, datetime
from unittest.mock import Mock
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import String, bindparam, cast, event, func, insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from core.practice.tables import StaffRow
from core.store.prepared import Prepared

COLUMNS = [column.key for column in StaffRow.__table__.columns]
RENAME = (
    update(StaffRow)
    .where(StaffRow.practice_id == bindparam("practice"), StaffRow.id == bindparam("one"))
    .values(name=StaffRow.name + " again", away_until=None)
    .returning(StaffRow.id, StaffRow.name, StaffRow.role, StaffRow.created_at, StaffRow.active, StaffRow.cover_id)
)
# SQLite neither ends a connection nor is waited for.
ON_A_SERVER = pytest.mark.parametrize("settings", ["postgres"], indirect=True)


def test_a_prepared_statement_returns_what_sqlalchemy_does_and_counts_the_same(store, anna, ben):
    def both(unit):
        said = {"practice": unit.practice_id, "one": ben.actor.id}
        (first,), (second,) = Prepared(RENAME).rows(unit.db, said), unit.db.execute(RENAME, said)
        assert second.name == f"{first.name} again"
        assert [first[0], *first[2:]] == [second[0], *second[2:]]
        assert first.created_at.tzinfo is not None
        counted = Prepared(RENAME)
        return [counted.count(unit.db, {**said, "one": one}) for one in (ben.actor.id, unit.new_id())]

    assert store.run(anna, both) == [1, 0]


def test_a_moment_is_kept_as_sqlalchemy_keeps_it_whatever_its_zone(store, anna, ben):
    row = StaffRow.__table__
    away = (
        update(row)
        .where(row.c.practice_id == bindparam("practice"), row.c.id == bindparam("one"))
        .values(away_until=bindparam("until", type_=row.c.away_until.type))
    )
    kept = select(cast(row.c.away_until, String)).where(row.c.id == ben.actor.id)
    moments = (
        datetime(2026, 3, 1, tzinfo=UTC),
        datetime(2026, 7, 1, 9, 30, 5, 120, tzinfo=ZoneInfo("Europe/Berlin")),
        datetime(999, 1, 2, 3, 4, 5, 999_999, tzinfo=UTC),
        None,
    )

    def both(unit):
        for until in moments:
            said = {"practice": unit.practice_id, "one": ben.actor.id, "until": until}
            assert Prepared(away).count(unit.db, said) == 1
            ours = unit.db.scalar(kept)
            unit.db.execute(away, said)
            assert ours == unit.db.scalar(kept)
        with pytest.raises((ValueError, DBAPIError, StatementError)):
            Prepared(away).count(unit.db, {**said, "until": datetime(2026, 3, 1)})  # noqa: DTZ001

    store.run(anna, both)


def test_a_list_may_have_any_length_but_none_may_be_refused(store, anna, ben):
    some = Prepared(
        select(StaffRow.id).where(StaffRow.id.in_(bindparam("some")), StaffRow.practice_id == bindparam("practice"))
    )
    none = Prepared(select(StaffRow.id).where(StaffRow.id.not_in(bindparam("some"))))

    def found(unit, *ids):
        said = {"practice": unit.practice_id, "some": list(ids)}
        return {row.id for row in some.rows(unit.db, said)}, some.value(unit.db, said) in {*ids, None}

    both = anna.actor.id, ben.actor.id
    assert store.look(anna, found, *both) == ({*both}, True)
    assert store.look(anna, found, both[0]) == ({both[0]}, True) and store.look(anna, found) == (set(), True)
    with pytest.raises(TypeError):
        store.look(anna, lambda unit: none.rows(unit.db, {"some": both}))


def test_a_prepared_statement_fails_as_sqlalchemy_does_and_its_values_stay_out_of_the_words(store, anna, ben):
    def same_again(unit):
        found = unit.db.execute(StaffRow.__table__.select().where(StaffRow.id == ben.actor.id)).one()._asdict()
        Prepared(insert(StaffRow), " ".join(COLUMNS)).count(unit.db, found)

    with pytest.raises(IntegrityError) as refused:
        store.run(anna, same_again)
    if store.grouped:
        assert ben.actor.id.hex not in str(refused.value)


@ON_A_SERVER
def test_a_connection_that_the_database_ended_is_said_to_be_gone_and_the_next_action_has_another(store, anna, ben):
    said = {"practice": anna.practice_id, "one": ben.actor.id}

    def cut_off(unit):
        mine = unit.db.scalar(select(func.pg_backend_pid()))
        store.look(anna, lambda other: other.db.scalar(select(func.pg_terminate_backend(mine, 5000))))
        Prepared(RENAME).count(unit.db, said)

    with pytest.raises(DBAPIError) as gone:
        store.run(anna, cut_off)
    assert gone.value.connection_invalidated
    assert store.run(anna, lambda unit: Prepared(RENAME).count(unit.db, said)) == 1


@ON_A_SERVER
def test_who_is_interrupted_leaves_no_answer_for_whoever_has_the_connection_next(store, anna, ben, monkeypatch):
    said = {"practice": anna.practice_id, "one": ben.actor.id}

    def interrupted(unit):
        monkeypatch.setattr(unit.db.connection.dbapi_connection, "wait", Mock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            Prepared(RENAME).count(unit.db, said)
        return unit.db.invalidated

    assert store.look(anna, interrupted)
    assert store.run(anna, lambda unit: Prepared(RENAME).count(unit.db, said)) == 1


def test_values_that_a_column_would_add_by_itself_have_to_be_given(store, anna):
    def without(unit):
        Prepared(insert(StaffRow), " ".join(COLUMNS[:4])).count(unit.db, {})

    with pytest.raises(TypeError):
        store.run(anna, without)


def test_who_listens_to_what_is_asked_hears_prepared_statements_too(store, anna, ben):
    asked, rename = [], Prepared(RENAME)

    def twice(unit):
        said = {"practice": unit.practice_id, "one": ben.actor.id}
        rename.count(unit.db, said)
        event.listen(store.writer, "before_cursor_execute", lambda *call: asked.append(call[2]))
        rename.count(unit.db, said)

    store.run(anna, twice)
    asked.clear()
    store.run(anna, lambda unit: rename.count(unit.db, {"practice": unit.practice_id, "one": ben.actor.id}))
    assert sum("UPDATE staff" in one for one in asked) == 1


def test_what_a_question_writes_is_thrown_away_also_where_that_is_its_first_statement(store, anna, ben):
    said = {"practice": anna.practice_id, "one": ben.actor.id}
    named = select(StaffRow.name).where(StaffRow.practice_id == anna.practice_id, StaffRow.id == ben.actor.id)

    before = store.look(anna, lambda unit: unit.db.scalar(named))
    assert store.look(anna, lambda unit: Prepared(RENAME).count(unit.db, said)) == 1
    assert store.look(anna, lambda unit: unit.db.scalar(named)) == before
