"""Passkeys: one press instead of password and code, and nothing a false page could be told (S44).

The device recognises its owner before it signs, so a passkey is both factors. What it signs is a challenge of 32 bytes
that is good once and for five minutes, bound to our origin and site name.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
import webauthn
from sqlalchemy import delete, insert, select, update
from webauthn.helpers import (
    options_to_json,
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from core.audit.trail import append
from core.config import Settings
from core.errors import LatchkeyError, NotFound
from core.practice.accounts import write
from core.practice.doors import PasskeyDoor
from core.practice.sessions import end_others
from core.practice.tables import Passkey, PasskeyChallenge
from core.practice.words import Letter
from core.store.counting import upsert
from core.store.unit import Unit

CHALLENGE = 32  # bytes (S44)
LIVES = timedelta(minutes=5)


class WrongPasskey(LatchkeyError):
    """The passkey is unknown here, or what it signed is not what it was asked to sign."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A passkey as its owner sees it."""

    id: UUID
    name: str
    created_at: datetime
    used_at: datetime | None


def challenge(unit: Unit) -> bytes:
    """Something to sign, once. Old ones go."""
    made = secrets.token_bytes(CHALLENGE)
    unit.db.execute(delete(PasskeyChallenge).where(PasskeyChallenge.ends_at <= unit.now))
    unit.db.execute(insert(PasskeyChallenge).values(digest=_digest(made), ends_at=unit.now + LIVES))
    return made


def answered(unit: Unit, given: bytes) -> bool:
    """Use a challenge up; whether it was ours and still good."""
    used = unit.db.execute(
        delete(PasskeyChallenge).where(PasskeyChallenge.digest == _digest(given), PasskeyChallenge.ends_at > unit.now)
    )
    return used.rowcount == 1


def asking(settings: Settings, given: bytes) -> dict[str, Any]:
    """What the browser is told to sign in with any passkey of this site (PublicKeyCredentialRequestOptions)."""
    options = webauthn.generate_authentication_options(
        rp_id=settings.staff_host, challenge=given, user_verification=UserVerificationRequirement.REQUIRED
    )
    return _as_json(options)


def making(unit: Unit, given: bytes, email: str) -> dict[str, Any]:
    """What the browser is told to make a passkey for the acting person (PublicKeyCredentialCreationOptions)."""
    known = unit.db.scalars(select(Passkey.credential).where(*_mine(unit))).all()
    options = webauthn.generate_registration_options(
        rp_id=unit.settings.staff_host,
        rp_name="Latchkey",
        user_id=unit.staff_id.bytes,
        user_name=email,
        user_display_name=unit.actor.name,
        challenge=given,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one) for one in known],
    )
    return _as_json(options)


def add(unit: Unit, answer: str, name: str) -> None:
    """Keep a passkey the browser made. Raises WrongPasskey."""
    try:
        made = parse_registration_credential_json(answer)
        given = parse_client_data_json(made.response.client_data_json).challenge
        if not answered(unit, given):
            raise WrongPasskey
        found = webauthn.verify_registration_response(
            credential=made,
            expected_challenge=given,
            expected_rp_id=unit.settings.staff_host,
            expected_origin=unit.settings.staff_url,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError) as error:
        raise WrongPasskey from error
    made_here = unit.db.execute(
        upsert(unit.db, Passkey)
        .values(
            practice_id=unit.practice_id,
            id=unit.new_id(),
            staff_id=unit.staff_id,
            credential=found.credential_id,
            public_key=found.credential_public_key,
            sign_count=found.sign_count,
            name="".join(filter(str.isprintable, " ".join(name.split())))[:80] or "Passkey",
            created_at=unit.now,
        )
        .on_conflict_do_nothing()
    )
    if made_here.rowcount == 0:  # somebody's already, here or elsewhere: a device makes a new one each time
        raise WrongPasskey
    append(unit, "passkey added", unit.staff_id)
    write(unit, unit.staff_id, Letter.PASSKEY)


def credential_of(answer: str) -> tuple[bytes, bytes]:
    """The credential an answer comes from and the challenge it claims to sign. Raises WrongPasskey."""
    try:
        said = parse_authentication_credential_json(answer)
        return said.raw_id, parse_client_data_json(said.response.client_data_json).challenge
    except (WebAuthnException, ValueError) as error:
        raise WrongPasskey from error


def check(unit: Unit, door: PasskeyDoor, answer: str, given: bytes) -> None:
    """Check a signature and note its use. Raises WrongPasskey, also when a copied key counts backwards."""
    try:
        found = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=given,
            expected_rp_id=unit.settings.staff_host,
            expected_origin=unit.settings.staff_url,
            credential_public_key=door.public_key,
            credential_current_sign_count=door.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError) as error:
        raise WrongPasskey from error
    same = Passkey.sign_count == door.sign_count  # of a copy and the key itself at once, one is refused
    used = unit.db.execute(
        update(Passkey)
        .where(*_mine(unit), Passkey.id == door.passkey_id, same)
        .values(sign_count=found.new_sign_count, used_at=unit.now)
    )
    if used.rowcount == 0:
        raise WrongPasskey


def listing(unit: Unit) -> Sequence[Kept]:
    """The acting person's passkeys, oldest first (ix_passkey_staff)."""
    row = Passkey
    found = unit.db.execute(select(row.id, row.name, row.created_at, row.used_at).where(*_mine(unit)).order_by(row.id))
    return [Kept(*one) for one in found]


def remove(unit: Unit, passkey_id: UUID, here: UUID) -> None:
    """Let go of one of the acting person's passkeys; every session but the one `here` ends (S48). Raises NotFound."""
    gone = unit.db.execute(delete(Passkey).where(*_mine(unit), Passkey.id == passkey_id))
    if gone.rowcount == 0:
        raise NotFound("passkey")
    end_others(unit, here)
    append(unit, "passkey removed", unit.staff_id)


def _mine(unit: Unit) -> tuple[Any, ...]:
    return (Passkey.practice_id == unit.practice_id, Passkey.staff_id == unit.staff_id)


def _digest(given: bytes) -> bytes:
    return hashlib.sha256(given).digest()


def _as_json(options: Any) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(options_to_json(options))
    return found
