"""Notifications: a person's pointers to what wants them, one for each thread, answered in place (U53-U56)."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, case, func, insert, null, or_, select, update

from core.errors import Invalid, NotFound
from core.messages import attention, find, sight, tasked, unopened
from core.messages.blank import is_blank
from core.messages.conversations import join
from core.messages.post import post
from core.messages.tables import Member, MessageRow, NotificationRow
from core.messages.whom import covering, mentioned, who_hears
from core.messages.words import (
    Author,
    Conversation,
    Direction,
    Kind,
    Message,
    Notification,
    Writing,
)
from core.practice import find as practice
from core.practice.preferences import MAILED
from core.practice.tables import StaffRow
from core.store.prepared import Prepared
from core.store.types import AnyRow, MomentType
from core.store.unit import Unit

EXCERPT = 140  # letters of a message shown in the list
WITHOUT_WORDS = {"opened": "The patient opened your Direct Message."}  # reasons that show nothing of the message

_PEOPLE = (
    select(
        StaffRow.id,
        StaffRow.notify_minutes,
        StaffRow.unmailed,
        StaffRow.away_until,
        Member.staff_id.label("follows"),
        Member.sees_after,
    )
    .outerjoin(
        Member,
        (Member.practice_id == StaffRow.practice_id)
        & (Member.staff_id == StaffRow.id)
        & (Member.conversation_id == bindparam("thread")),
    )
    .where(StaffRow.practice_id == bindparam("practice"), StaffRow.active, StaffRow.id.in_(bindparam("people")))
    .order_by(StaffRow.name)
)
_MOVE_UP = (
    update(NotificationRow)
    .where(
        NotificationRow.practice_id == bindparam("practice"),
        NotificationRow.staff_id.in_(bindparam("people")),
        NotificationRow.conversation_id == bindparam("thread"),
        NotificationRow.done_at.is_(None),
    )
    .values(
        read_at=None,
        mail_due_at=case(
            (
                NotificationRow.read_at.is_(None)  # about what came before and is still unread one waits, or went
                & or_(NotificationRow.mail_due_at.is_not(None), NotificationRow.mailed_at.is_not(None)),
                NotificationRow.mail_due_at,
            ),
            else_=bindparam("due", type_=MomentType),
        ),
        mailed_at=case((NotificationRow.read_at.is_(None), NotificationRow.mailed_at), else_=null()),
        message_id=bindparam("message"),
        from_id=bindparam("author"),
        reason=bindparam("why"),
        created_at=bindparam("now"),
    )
    .returning(NotificationRow.id, NotificationRow.staff_id)
)
_POINTERS = select(
    NotificationRow.id,
    NotificationRow.staff_id,
    NotificationRow.conversation_id,
    NotificationRow.message_id,
    NotificationRow.from_id,
    NotificationRow.reason,
    NotificationRow.created_at,
    NotificationRow.read_at,
    NotificationRow.done_at,
).where(NotificationRow.practice_id == bindparam("practice"), NotificationRow.staff_id == bindparam("me"))
_ONE = _POINTERS.where(NotificationRow.id == bindparam("notification"))
_WAITING_THERE = Prepared(
    select(NotificationRow.id, NotificationRow.read_at).where(
        NotificationRow.practice_id == bindparam("practice"),
        NotificationRow.staff_id == bindparam("me"),
        NotificationRow.conversation_id == bindparam("thread"),
        NotificationRow.done_at.is_(None),
    )
)
_POINT = Prepared(
    insert(NotificationRow),
    "practice_id id staff_id conversation_id message_id from_id reason created_at mail_due_at",
)
_WAITING = Prepared(
    _POINTERS.where(NotificationRow.done_at.is_(None))
    .order_by(NotificationRow.created_at.desc())
    .limit(bindparam("most"))
)
_UNREAD = sight.of_messages(
    select(func.count())
    .select_from(NotificationRow)
    .join(
        MessageRow,
        and_(MessageRow.practice_id == NotificationRow.practice_id, MessageRow.id == NotificationRow.message_id),
    )
    .where(
        NotificationRow.practice_id == bindparam("practice"),
        NotificationRow.staff_id == bindparam("me"),
        NotificationRow.done_at.is_(None),
        NotificationRow.read_at.is_(None),
    ),
    bindparam("practice"),
    bindparam("me"),
)


def notify(unit: Unit, staff_ids: Iterable[UUID], message: Message, reason: str, *, by: UUID | None = None) -> None:
    """Point these people to a message, and whoever covers for them; never whoever did what it is about: `by`, else
    its author.

    A thread that already waits for them moves up instead. A new message lets whoever it is for into its thread, from it
    on. What somebody did about one later (`by`) lets nobody in: it is told to those who see the message.
    """
    author = by or (message.author.id if message.author else None)
    wanted = {staff_id for staff_id in staff_ids if staff_id != author}
    if not wanted:
        return
    thread = {"practice": unit.practice_id, "thread": message.conversation_id}
    people = unit.db.execute(_PEOPLE, {**thread, "people": list(wanted)}).all()
    covers: set[UUID] = set()
    if any(person.away_until is not None for person in people):
        covers = covering(unit, wanted, message) - {author}
        wanted |= covers
        people = unit.db.execute(_PEOPLE, {**thread, "people": list(wanted)}).all()
    people = _let_in(unit, people, message, covers, only_who_sees=by is not None)
    waiting = _moved_up(unit, people, message, author, reason)
    _add(unit, [person for person in people if person.id not in waiting], message, author, reason)


def _let_in(
    unit: Unit, people: Sequence[AnyRow], message: Message, covers: set[UUID], *, only_who_sees: bool
) -> Sequence[AnyRow]:
    """Those of these people who see a message; whoever does not follow its thread does from now on, if they may, and
    whoever `covers` for as long as they do.
    """
    newcomers = {person.id for person in people if person.follows is None}
    if message.patient_id is not None:
        join(unit, message.conversation_id, newcomers, read_up_to=message.seq - 1)
        return people
    if only_who_sees:
        newcomers = set()
    behind = message.seq - 1
    for some, as_cover in ((newcomers - covers, False), (newcomers & covers, True)):
        join(unit, message.conversation_id, some, read_up_to=behind, sees_after=behind, as_cover=as_cover)
    return [
        person
        for person in people
        if person.id in newcomers or (person.follows is not None and person.sees_after < message.seq)
    ]


def point_author(unit: Unit, author: UUID, message_id: UUID, conversation_id: UUID, reason: str) -> None:
    """Point its author to what became of their message, without a letter; what waits for them there unread stays."""
    row = NotificationRow
    there = {"practice": unit.practice_id, "me": author, "thread": conversation_id}
    waiting = _WAITING_THERE.one(unit.db, there)
    if waiting is not None and waiting.read_at is None:
        return
    told = {"message_id": message_id, "from_id": None, "reason": reason, "created_at": unit.now, "mail_due_at": None}
    if waiting is not None:
        here = (row.practice_id == unit.practice_id, row.id == waiting.id)
        unit.db.execute(update(row).where(*here).values(read_at=None, mailed_at=None, **told))
        unit.tell("notification.updated", staff=author, notification=waiting.id)
        return
    new = {"practice_id": unit.practice_id, "id": unit.new_id(), "staff_id": author}
    _POINT.count(unit.db, {**new, "conversation_id": conversation_id, **told})
    unit.tell("notification.created", staff=author, notification=new["id"])


def reply(unit: Unit, notification_id: UUID, text: str, client_id: str) -> Message:
    """Answer where the notification points; it counts as read then. Raises NotFound, Invalid("reply", "empty")."""
    if is_blank(text):
        raise Invalid("reply", "empty")
    pointed = _mine(unit, notification_id)
    original = find.message(unit, pointed.message_id)
    writing = Writing(Kind.INTERNAL, Direction.INTERNAL, text, client_id=client_id, reply_to=original.id)
    message = post(unit, pointed.conversation_id, writing)
    wanted = who_hears(unit, message)
    if original.author and (message.patient_id or original.author.id in find.members(unit, message.conversation_id)):
        wanted |= {original.author.id}  # not who was taken out of a group since
    notify(unit, wanted, message, "reply")
    read(unit, notification_id)
    unopened.opened(unit, original.conversation_id, original.seq)
    return message


def read(unit: Unit, notification_id: UUID) -> Notification:
    """Mark as read; no e-mail will go about it. Raises NotFound."""
    return _mark(unit, notification_id, read_at=unit.now, mail_due_at=None)


def done(unit: Unit, notification_id: UUID, undo: bool = False) -> Notification:
    """Put away as done, or bring it back. Raises NotFound."""
    if undo:
        return _mark(unit, notification_id, done_at=None)
    seen = find.message(unit, _mine(unit, notification_id).message_id)
    unopened.opened(unit, seen.conversation_id, seen.seq)
    return _mark(unit, notification_id, done_at=unit.now, read_at=unit.now, mail_due_at=None)


def listing(unit: Unit, known: Iterable[Conversation] = (), limit: int = 50) -> list[Notification]:
    """What waits for the actor, newest first (ix_notification_person); `known` conversations are not asked again."""
    mine = {"practice": unit.practice_id, "me": unit.staff_id, "most": limit}
    return _notifications(unit, _WAITING.rows(unit.db, mine), known)


def unread(unit: Unit) -> int:
    """How many of them the actor has not read: the number on the bell."""
    return unit.db.scalar(_UNREAD, {"practice": unit.practice_id, "me": unit.staff_id}) or 0


def one(unit: Unit, notification_id: UUID) -> Notification:
    """One of the actor's notifications. Raises NotFound."""
    found = _notifications(unit, [_mine(unit, notification_id)])
    if not found:
        raise NotFound("notification")
    return found[0]


def tell_colleagues(unit: Unit, message: Message, named: Iterable[UUID] | None = None) -> None:
    """Notify whomever an internal message is for; `named` where it is known whom its words name."""
    called_by_it = mentioned(unit, message.text) if named is None else set(named)
    notify(unit, who_hears(unit, message, called_by_it), message, "message")
    attention.mention(unit, message, called_by_it)


def _add(unit: Unit, people: Sequence[AnyRow], message: Message, author: UUID | None, reason: str) -> None:
    if not people:
        return
    rows = [
        {
            "practice_id": unit.practice_id,
            "id": unit.new_id(),
            "staff_id": person.id,
            "conversation_id": message.conversation_id,
            "message_id": message.id,
            "from_id": author,
            "reason": reason,
            "created_at": unit.now,
            "mail_due_at": _mail_due(unit, person, reason),
        }
        for person in people
    ]
    unit.db.execute(insert(NotificationRow), rows)
    for row in rows:
        unit.tell("notification.created", staff=row["staff_id"], notification=row["id"])


def _mail_due(unit: Unit, person: AnyRow, reason: str) -> datetime | None:
    """When an e-mail may go about what is still unread; below nothing, and about some kinds, never."""
    if person.notify_minutes < 0 or reason in _silent(person):
        return None
    return unit.now if unit.settings.demo else unit.now + timedelta(minutes=person.notify_minutes)


def _silent(person: AnyRow) -> list[str]:
    """The reasons about which somebody wants no e-mail."""
    return sorted(reason for kind in person.unmailed.split() for reason in MAILED.get(kind, ()))


def _moved_up(
    unit: Unit, people: Sequence[AnyRow], message: Message, author: UUID | None, reason: str
) -> frozenset[UUID]:
    """Let pointers that already wait there, read or not, point to this message; whose they are.

    An e-mail goes once a thread until it is read, so only what was read gets a new time for one (U56), or what no
    e-mail was to go about.
    """
    alike: dict[tuple[int, str], list[AnyRow]] = {}
    for person in people:
        alike.setdefault((person.notify_minutes, person.unmailed), []).append(person)
    moved: list[AnyRow] = []
    for same in alike.values():
        said = {
            "practice": unit.practice_id,
            "people": [person.id for person in same],
            "thread": message.conversation_id,
            "message": message.id,
            "author": author,
            "why": reason,
            "now": unit.now,
            "due": _mail_due(unit, same[0], reason),
        }
        moved += unit.db.execute(_MOVE_UP, said)
    for row in moved:
        unit.tell("notification.updated", staff=row.staff_id, notification=row.id)
    return frozenset(row.staff_id for row in moved)


def _mark(unit: Unit, notification_id: UUID, **values: Any) -> Notification:
    marked = unit.db.execute(
        update(NotificationRow)
        .where(
            NotificationRow.practice_id == unit.practice_id,
            NotificationRow.id == notification_id,
            NotificationRow.staff_id == unit.staff_id,
        )
        .values(**values)
    )
    if marked.rowcount == 0:
        raise NotFound("notification")
    unit.tell("notification.updated", staff=unit.staff_id, notification=notification_id)
    return one(unit, notification_id)


def _mine(unit: Unit, notification_id: UUID) -> AnyRow:
    wanted = {"practice": unit.practice_id, "me": unit.staff_id, "notification": notification_id}
    found: AnyRow | None = unit.db.execute(_ONE, wanted).one_or_none()
    if found is None:
        raise NotFound("notification")
    return found


def _notifications(unit: Unit, rows: Sequence[AnyRow], known: Iterable[Conversation] = ()) -> list[Notification]:
    """Pointers with what they point to, of that what the actor may see; as many questions for one as for fifty."""
    if not rows:
        return []
    names = practice.names(unit, {row.from_id for row in rows})
    threads = {one.id: one for one in known}
    threads |= find.seen(unit, {row.conversation_id for row in rows} - threads.keys())
    messages = find.lines_seen(unit, [row.message_id for row in rows])
    tasks = tasked.of_messages(unit, [one.id for one in messages.values() if one.kind is Kind.INTERNAL])
    return [
        Notification(
            id=row.id,
            staff_id=row.staff_id,
            conversation_id=row.conversation_id,
            message_id=row.message_id,
            sender=Author(row.from_id, names.get(row.from_id, "")) if row.from_id else None,
            text=WITHOUT_WORDS.get(row.reason) or _excerpt(messages[row.message_id]),
            created_at=row.created_at,
            read_at=row.read_at,
            done_at=row.done_at,
            title=threads[row.conversation_id].title,
            kind=messages[row.message_id].kind,
            reason=row.reason,
            task=None if messages[row.message_id].deleted_at else tasks.get(row.message_id),
            about_patient=threads[row.conversation_id].patient_id is not None,
        )
        for row in rows
        if row.message_id in messages and row.conversation_id in threads
    ]


def _excerpt(message: Message) -> str:
    return message.text if len(message.text) <= EXCERPT else message.text[: EXCERPT - 1] + "…"
