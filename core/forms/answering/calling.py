"""Calling somebody because an answer wants a look at once (F61): a named group, in the transaction of the answer.

Nothing that is said here carries an answer; it stands in the thread about the patient, behind the sign-in.
"""

from uuid import UUID

from core.audit.trail import append
from core.messages.notify import notify
from core.messages.post import post
from core.messages.words import Direction, Kind, Writing
from core.practice import find as practice
from core.release.find import open_link
from core.store.unit import Unit

UNFINISHED = "“{title}” needs a look now. It is unfinished: the patient has not sent it yet."


def callees(unit: Unit, group: str) -> set[UUID]:
    """Who is called: the group of that name; while nobody is in it the group `admin`, else everyone who works here."""
    working = {one.id for one in practice.staff(unit)}
    members = {one.name: working & set(one.members) for one in practice.groups(unit)}
    return members.get(group) or members.get("admin") or working


def call_unfinished(unit: Unit, link_id: UUID, title: str, group: str, rules: tuple[int, ...]) -> None:
    """Say once that a form which is being filled needs a look. `rules`: the numbers of those that were met."""
    link = open_link(unit, link_id)
    said = UNFINISHED.format(title=title)
    line = post(unit, link.conversation_id, Writing(Kind.EVENT, Direction.INTERNAL, said))
    notify(unit, callees(unit, group), line, "urgent")
    append(unit, "red flag", line.id, rules=list(rules), finished=False)
