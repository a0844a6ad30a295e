"""Adding a practice: the tenant itself and its three groups."""

import re
import unicodedata
from uuid import UUID

from sqlalchemy import insert

from core.audit.trail import append
from core.errors import Invalid
from core.ids import new_id
from core.practice import doors, find
from core.practice.describing import in_emergency
from core.practice.plans import TRIAL
from core.practice.tables import GroupRow, PracticeRow
from core.practice.words import Plan, PracticeCard
from core.store.unit import SYSTEM, Unit, Who
from core.store.writer import Store

SLUG = re.compile("[a-z0-9][a-z0-9-]{0,39}")
GROUPS = ("admin", "virtual-admin", "everyone")


def add_practice(
    store: Store,
    *,
    slug: str,
    name: str,
    plan: Plan,
    phone: str,
    hours: str = "Monday to Friday, 8 to 6",
    urgent: str = "",
) -> PracticeCard:
    """Make a practice and return its card.

    Raises Invalid("practice", "taken" | "slug" | "name"), Invalid("phone", "number").
    """
    if not SLUG.fullmatch(slug):
        raise Invalid("practice", "slug", value=slug)
    if not name.strip():
        raise Invalid("practice", "name")
    if sum(sign.isdigit() for sign in phone) < 3:
        raise Invalid("phone", "number", value=phone)
    if store.door(doors.practice_named, slug) is not None:
        raise Invalid("practice", "taken", value=slug)
    who = Who(new_id(), SYSTEM)
    return store.run(who, _add, slug, name, plan, phone, hours, urgent)


def short_name(name: str) -> str:
    """A short name made from a name: `Müller & Söhne` is `muller-sohne`."""
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    return "-".join(re.findall("[a-z0-9]+", plain))[:40].strip("-") or "practice"


def group_id(unit: Unit, name: str) -> UUID:
    """The id of the group of that name; StopIteration would be a mistake of ours."""
    return next(group.id for group in find.groups(unit) if group.name == name)


def _add(unit: Unit, slug: str, name: str, plan: Plan, phone: str, hours: str, urgent: str) -> PracticeCard:
    unit.db.execute(
        insert(PracticeRow).values(
            id=unit.practice_id,
            slug=slug,
            name=name,
            plan=plan,
            trial_ends_at=unit.now + TRIAL if plan is Plan.TRIAL else None,
            phone=phone,
            hours=hours,
            urgent=urgent or in_emergency(unit.settings.default_country),
            time_zone=unit.settings.time_zone,
            country=unit.settings.default_country,
            sms_sender=unit.settings.plivo_sender,
            credits=0,
            patients_version=0,
            created_at=unit.now,
        )
    )
    unit.db.execute(
        insert(GroupRow),
        [{"practice_id": unit.practice_id, "id": unit.new_id(), "name": group} for group in GROUPS],
    )
    append(unit, "practice added", unit.practice_id, plan=plan.value)
    return find.card(unit)
