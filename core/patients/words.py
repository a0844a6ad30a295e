"""Words of patients: their status, and the card that says who they are and how to reach them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class PatientStatus(StrEnum):
    """Where a patient stands with the practice."""

    ACTIVE = "active"
    PROSPECTIVE = "prospective"
    LAPSED = "lapsed"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True)
class Patient:
    """One patient. `mobile` is E.164 or empty, `email` an address or empty; `no_…_since`: told to the practice.

    `language` is one of `core.language.NAMES`, empty where nobody asked.
    """

    id: UUID
    first_name: str
    last_name: str
    date_of_birth: date | None
    email: str
    mobile: str
    status: PatientStatus
    external_id: str = ""
    prefers: str = ""
    language: str = ""
    no_texts_since: datetime | None = None
    no_emails_since: datetime | None = None

    @property
    def name(self) -> str:
        """The full name, as given."""
        return f"{self.first_name} {self.last_name}".strip()
