"""The unit of work: what every action is handed, and all it may reach for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from core.config import Settings
from core.ids import new_id
from core.store.sealing import Seals


class ActorKind(StrEnum):
    """Who can act."""

    STAFF = "staff"
    PATIENT = "patient"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a staff member with a role, a patient behind an unlocked link, or the system itself."""

    kind: ActorKind
    id: UUID | None = None
    role: str = ""
    name: str = ""


SYSTEM = Actor(ActorKind.SYSTEM)


@dataclass(frozen=True, slots=True)
class Who:
    """The practice a request is confined to and who makes it; found at one of the five doors."""

    practice_id: UUID
    actor: Actor


NOBODYS = Who(UUID(int=0), SYSTEM)  # the installation's own affairs, which belong to no practice


@dataclass(frozen=True, slots=True)
class Told:
    """Something to be known after the commit. `data` holds ids and statuses only: no text ever rides on the bus.

    `carry` is the finished object for listeners of this very process, which saves them reading it back.
    """

    name: str
    conversation_id: UUID | None
    staff_id: UUID | None
    data: Mapping[str, Any]
    carry: Any = None
    kept: bool = True
    seq: int = 0


@dataclass(slots=True)
class Unit:
    """One action's unit of work: confined to a practice, with a clock, a database and keys of its own.

    It grows only by a decision: `seals` because bodies are sealed inside the transaction that stores them,
    `settings` because links and senders are part of what an action writes.
    """

    practice_id: UUID
    actor: Actor
    now: datetime
    db: Connection
    seals: Seals
    settings: Settings
    told: list[Told] = field(default_factory=list)

    @property
    def staff_id(self) -> UUID:
        """The id of the staff member who acts. Raises RuntimeError where none does: a mistake of ours."""
        if self.actor.kind is not ActorKind.STAFF or self.actor.id is None:
            raise RuntimeError("this action is for staff members")
        return self.actor.id

    def new_id(self) -> UUID:
        """A fresh id (UUIDv7)."""
        return new_id()

    def tell(
        self,
        event: str,
        *,
        conversation: UUID | None = None,
        staff: UUID | None = None,
        carry: Any = None,
        kept: bool = True,
        first: bool = False,
        **data: Any,
    ) -> None:
        """Let others know after the commit: all who see `conversation`, or one `staff` member, or the practice.

        `kept=False` is for what nobody needs to catch up on (typing, presence); `first` for what others depend on.
        """
        self.told.insert(0 if first else len(self.told), Told(event, conversation, staff, data, carry, kept))
