"""What a person may see of a conversation, said once for everything that is asked of messages (S52, S61).

About a patient: all of it, as the record is everyone's who works with patients. Among colleagues: what was said after
they came, which `Member.sees_after` holds as a number of the conversation, 0 for who was there from the beginning.
Whoever writes to a group, is put into it, or is named there comes at that moment; whoever went and comes again, too.
"""

from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from core.messages.tables import Member, MessageRow
from core.store.types import AnySelect
from core.store.unit import ActorKind, Unit


def sees(practice: Any, me: Any, *, thread: Any, seq: Any, patient: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a person sees the message `seq` of a `thread`, which is about a `patient` or not (primary key of member).

    `practice` and `me` are ids or names of what is bound later; the others are columns of what is asked.
    """
    mine = and_(Member.practice_id == practice, Member.staff_id == me, Member.conversation_id == thread)
    return or_(patient, select(Member.sees_after).where(mine, Member.sees_after < seq).exists())


def of_messages(chosen: AnySelect, practice: Any, me: Any) -> AnySelect:
    """Of chosen messages those that a person sees."""
    row = MessageRow
    about_a_patient = row.patient_id.is_not(None)
    return chosen.where(sees(practice, me, thread=row.conversation_id, seq=row.seq, patient=about_a_patient))


def is_bound(unit: Unit) -> bool:
    """Whether the actor is a person whose sight is asked for; the system and a patient's own page have other doors."""
    return unit.actor.kind is ActorKind.STAFF
