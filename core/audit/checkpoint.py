"""Tree heads, hourly, and once a day one signed in the form of C2SP tlog-checkpoint (S109).

Who keeps yesterday's checkpoint elsewhere can prove that nobody, not even root on this host, has rewritten what came
before it.
"""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, insert, select

from core.audit.chain import leaf_of
from core.audit.merkle import Frontier
from core.audit.signing import public_key, sign
from core.audit.tables import AuditTreeHead
from core.audit.trail import said_after
from core.store.sealing import Seals
from core.store.types import AnyRow
from core.store.unit import Unit

ED25519 = b"\x01"  # the algorithm byte of C2SP signed-note


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint in short: over so many entries, the root of their tree in base64, when it was signed."""

    size: int
    root: str
    at: datetime


_NEWEST_SIGNED = (
    select(AuditTreeHead.size, AuditTreeHead.root, AuditTreeHead.at)
    .where(AuditTreeHead.practice_id == bindparam("practice"), AuditTreeHead.note.is_not(None))
    .order_by(AuditTreeHead.size.desc())
    .limit(1)
)


def take_head(unit: Unit) -> int:
    """Note the tree's head if the trail has grown; sign the first of each day. How many entries are new under it."""
    last = _newest(unit)
    before = Frontier(last.size, tuple(map(bytes.fromhex, last.frontier))) if last else Frontier()
    tree = before.grown(leaf_of(entry) for entry in said_after(unit, before.size))
    if tree.size == before.size:
        return 0
    signed = _signed_today(unit)
    unit.db.execute(
        insert(AuditTreeHead).values(
            practice_id=unit.practice_id,
            size=tree.size,
            root=tree.root,
            frontier=[root.hex() for root in tree.roots],
            at=unit.now,
            note=None if signed else note(unit.seals, origin(unit), tree),
        )
    )
    return tree.size - before.size


def checkpoints(unit: Unit) -> list[str]:
    """Every signed checkpoint, oldest first."""
    return list(
        unit.db.scalars(
            select(AuditTreeHead.note)
            .where(AuditTreeHead.practice_id == unit.practice_id, AuditTreeHead.note.is_not(None))
            .order_by(AuditTreeHead.size)
        )
    )


def newest_signed(unit: Unit) -> Signed | None:
    """The newest signed checkpoint, to be compared with what was mailed; None before the first (primary key)."""
    row = unit.db.execute(_NEWEST_SIGNED, {"practice": unit.practice_id}).one_or_none()
    return Signed(row.size, base64.b64encode(row.root).decode(), row.at) if row else None


def heads(unit: Unit) -> Sequence[AnyRow]:
    """Every head, signed or not: its size and its root."""
    return unit.db.execute(
        select(AuditTreeHead.size, AuditTreeHead.root)
        .where(AuditTreeHead.practice_id == unit.practice_id)
        .order_by(AuditTreeHead.size)
    ).all()


def origin(unit: Unit) -> str:
    """What the log is called in checkpoints; a practice's id, since its name may change."""
    return f"latchkey/{unit.practice_id}"


def note(seals: Seals, name: str, tree: Frontier) -> str:
    """The head of a tree as a signed note."""
    text = f"{name}\n{tree.size}\n{base64.b64encode(tree.root).decode()}\n"
    signature = base64.b64encode(key_id(seals, name) + sign(seals, text.encode())).decode()
    return f"{text}\n\N{EM DASH} {name} {signature}\n"


def verifier_key(seals: Seals, name: str) -> str:
    """The public key in the form of C2SP signed-note: name, hash, key."""
    key = base64.b64encode(ED25519 + public_key(seals)).decode()
    return f"{name}+{key_id(seals, name).hex()}+{key}"


def key_id(seals: Seals, name: str) -> bytes:
    """Four bytes by which a signature names its key."""
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + public_key(seals)).digest()[:4]


def _newest(unit: Unit) -> AnyRow | None:
    return unit.db.execute(
        select(AuditTreeHead.size, AuditTreeHead.frontier)
        .where(AuditTreeHead.practice_id == unit.practice_id)
        .order_by(AuditTreeHead.size.desc())
        .limit(1)
    ).one_or_none()


def _signed_today(unit: Unit) -> bool:
    day: datetime = unit.now.replace(hour=0, minute=0, second=0, microsecond=0)
    mine = (AuditTreeHead.practice_id == unit.practice_id, AuditTreeHead.at >= day, AuditTreeHead.note.is_not(None))
    return unit.db.scalar(select(AuditTreeHead.size).where(*mine).limit(1)) is not None
