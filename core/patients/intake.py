"""Taking patients in from a CSV file: line by line, the bad ones named, twice the same as once."""

import csv
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, fields, replace
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, insert, select, update

from core.audit.trail import append
from core.errors import Invalid
from core.patients.address import domain_hint
from core.patients.card import columns, identity, mac_of, open_card
from core.patients.directory import directory
from core.patients.headings import COLUMNS, BadFile, columns_of, table, text_of
from core.patients.record import checked, count_change, country_of
from core.patients.tables import PatientRow
from core.patients.words import Patient
from core.store.unit import Unit, Who
from core.store.writer import Store

# Told of a known patient whose address or number a line changes, as they were and as they are; whether the patient was
# told at the address of before. A changed contact is a new key, whichever way it comes in (S27).
Moved = Callable[[Unit, Patient, Patient], bool]
Line = tuple[int, dict[str, str]]  # its number, and what it says by column
BATCH = 500  # lines in one transaction
LONGEST_FIELD = 2_000


@dataclass(slots=True)
class Intake:
    """What came of a file. `rejected` holds line numbers (the header is line 1) and what was wrong.

    `hints` are taken lines whose mail domain looks mistyped: line, what was typed, what it may mean (P65); `told` are
    those of `updated` who were told at their old address that another way to reach them is on file now; `ignored` are
    the headings of columns that mean nothing here.
    """

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    told: int = 0
    rejected: list[tuple[int, Invalid]] = field(default_factory=list)
    hints: list[tuple[int, str, str]] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)

    def add(self, more: "Intake") -> None:
        """Count what came of further lines."""
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(more, one.name))


def import_csv(
    store: Store,
    who: Who,
    data: bytes,
    *,
    moved: Moved,
    dry_run: bool = False,
    progress: Callable[[int], None] = lambda lines: None,
) -> Intake:
    """Import patients from CSV bytes. Good lines go in, bad ones are named. Raises BadFile.

    What a line says nothing of, its column being absent, stays as it is on a card that is there already. `progress` is
    told how many lines are behind us. With `dry_run` everything is checked and nothing kept.
    """
    result = Intake()
    seen = 0
    for batch in _batches(_lines(data, result.ignored)):
        action = store.look if dry_run else store.run
        result.add(action(who, _take, batch, None if dry_run else moved))
        seen += len(batch)
        progress(seen)
    return result


def _take(unit: Unit, batch: list[Line], moved: Moved | None) -> Intake:
    """One batch, one transaction: what is there already is read at once, what is new is written at once."""
    result = Intake()
    good = list(_checked(unit, batch, result))
    known = _known(unit, [patient for _, patient in good])
    fresh: dict[bytes, Patient] = {}
    changed: list[tuple[Patient, Patient]] = []
    for given, patient in good:
        mark = mac_of(unit, "identity", identity(patient)) or b""
        if mark in fresh:
            result.unchanged += fresh[mark] == replace(patient, id=fresh[mark].id)
            continue
        old = known.get(mark)
        if old is None:
            fresh[mark] = patient
            result.added += 1
        elif old == (same := _over(old, patient, given)):
            result.unchanged += 1
        else:
            changed.append((old, same))
            result.updated += 1
    if moved and (fresh or changed):
        _write(unit, list(fresh.values()), [new for _, new in changed])
        elsewhere = [(old, new) for old, new in changed if (old.email, old.mobile) != (new.email, new.mobile)]
        result.told = sum(moved(unit, old, new) for old, new in elsewhere)
        _mark_moved(unit, [new.id for _, new in elsewhere])
    return result


def _checked(unit: Unit, batch: list[Line], result: Intake) -> Iterator[tuple[Collection[str], Patient]]:
    country, familiar = country_of(unit), directory(unit).common_domains
    for line, row in batch:
        try:
            if any(len(value) > LONGEST_FIELD for value in row.values()):
                raise Invalid("line", "too_long", limit=LONGEST_FIELD)
            taken = checked(unit, unit.new_id(), country=country, **row)
            if hint := domain_hint(taken.email, familiar):
                result.hints.append((line, *hint))
            yield row.keys(), taken
        except Invalid as error:
            result.rejected.append((line, error))


def _known(unit: Unit, patients: list[Patient]) -> dict[bytes, Patient]:
    marks = [mac_of(unit, "identity", identity(patient)) for patient in patients]
    row = PatientRow
    rows = unit.db.execute(
        select(row.id, row.status, row.card, row.sms_opt_out_at, row.email_opt_out_at, row.identity_mac).where(
            row.practice_id == unit.practice_id, row.identity_mac.in_(marks)
        )
    )
    return {found.identity_mac: open_card(unit, found) for found in rows}


def _over(old: Patient, new: Patient, given: Collection[str]) -> Patient:
    """What a line that has the fields `given` makes of a patient; where it says no language, the one that was asked for
    here stays.
    """
    kept = {name: getattr(old, name) for name in COLUMNS if name not in given}
    return replace(
        replace(new, **kept),
        id=old.id,
        language=new.language or old.language,
        no_texts_since=old.no_texts_since,
        no_emails_since=old.no_emails_since,
    )


def _write(unit: Unit, fresh: list[Patient], changed: list[Patient]) -> None:
    if fresh:
        rows = [{**columns(unit, patient), "created_at": unit.now, "updated_at": unit.now} for patient in fresh]
        unit.db.execute(insert(PatientRow), rows)
    for patient in changed:
        values: dict[str, Any] = columns(unit, patient)
        unit.db.execute(
            update(PatientRow)
            .where(PatientRow.practice_id == unit.practice_id, PatientRow.id == bindparam("which"))
            .values(**{k: v for k, v in values.items() if k not in ("practice_id", "id")}, updated_at=unit.now),
            {"which": patient.id},
        )
    count_change(unit)
    append(unit, "patients imported", None, added=len(fresh), updated=len(changed))


def _mark_moved(unit: Unit, patient_ids: list[UUID]) -> None:
    """For a day senders are warned (S27)."""
    if patient_ids:
        theirs = (PatientRow.practice_id == unit.practice_id, PatientRow.id.in_(patient_ids))
        unit.db.execute(update(PatientRow).where(*theirs).values(contact_changed_at=unit.now))


def _lines(data: bytes, ignored: list[str]) -> Iterator[Line]:
    """The lines of a file by column. What no column of ours is called is told in `ignored`."""
    rows = table(text_of(data))
    said: list[str] = next(rows, [])
    header = columns_of(said)
    missing = [name for name in ("first_name", "last_name") if name not in header]
    if missing:
        raise BadFile("header", missing=", ".join(missing))
    ignored += [name.strip() for name, column in zip(said, header, strict=True) if not column and name.strip()]
    for row in _read(rows):
        if any(cell.strip() for cell in row):
            yield rows.line_num, {k: v.strip() for k, v in zip(header, row, strict=False) if k}


def _read(rows: Iterable[list[str]]) -> Iterator[list[str]]:
    try:
        yield from rows
    except csv.Error as error:
        raise BadFile("csv", why_not=str(error)) from error


def _batches(lines: Iterator[Line]) -> Iterator[list[Line]]:
    batch = []
    for line in lines:
        batch.append(line)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
