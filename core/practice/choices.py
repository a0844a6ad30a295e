"""What a practice has turned on for itself."""

from sqlalchemy import select, update

from core.audit.trail import append
from core.practice.tables import PracticeRow
from core.store.unit import Unit


def takes_word_documents(unit: Unit) -> bool:
    """Whether Word documents may be sent to and by this practice; off until somebody turns it on (S78)."""
    return bool(unit.db.scalar(select(PracticeRow.word_documents).where(PracticeRow.id == unit.practice_id)))


def take_word_documents(unit: Unit, wanted: bool) -> None:
    """Turn Word documents on or off."""
    unit.db.execute(update(PracticeRow).where(PracticeRow.id == unit.practice_id).values(word_documents=wanted))
    append(unit, "word documents turned on" if wanted else "word documents turned off")
