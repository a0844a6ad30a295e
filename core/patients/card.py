"""A patient's card, sealed: who they are and how to reach them; and the keyed hashes that find them again."""

import hmac
import unicodedata
from datetime import date
from typing import Any

import orjson

from core.patients.words import Patient, PatientStatus
from core.store.sealing import Place
from core.store.unit import Unit

SCOPE = "patients"


def seal_card(unit: Unit, patient: Patient) -> bytes:
    """The card as it is kept."""
    said = {
        "f": patient.first_name,
        "l": patient.last_name,
        "d": patient.date_of_birth.isoformat() if patient.date_of_birth else None,
        "e": patient.email,
        "m": patient.mobile,
        "x": patient.external_id,
        "p": patient.prefers,
        "g": patient.language,
    }
    return unit.seals.seal(orjson.dumps(said), Place("patient", patient.id, "card", patient.id), scope=SCOPE)


def open_card(unit: Unit, row: Any) -> Patient:
    """The patient of a row."""
    said = orjson.loads(unit.seals.open(row.card, Place("patient", row.id, "card", row.id)))
    return Patient(
        id=row.id,
        first_name=said["f"],
        last_name=said["l"],
        date_of_birth=date.fromisoformat(said["d"]) if said["d"] else None,
        email=said["e"],
        mobile=said["m"],
        status=PatientStatus(row.status),
        external_id=said["x"],
        prefers=said["p"],
        language=said.get("g", ""),  # cards of before have none
        no_texts_since=row.sms_opt_out_at,
        no_emails_since=row.email_opt_out_at,
    )


def mac(key: bytes, kind: str, value: str) -> bytes | None:
    """A keyed hash by which a number or address is found; None for nothing."""
    return hmac.digest(key, f"{kind}\x1f{value.casefold()}".encode(), "sha256") if value else None


def identity(patient: Patient) -> str:
    """What makes two lines of an import the same person: the outside id, else name and date of birth, else contacts."""
    if patient.external_id:
        return f"id:{patient.external_id}"
    name = unicodedata.normalize("NFKC", patient.name).casefold()
    born = patient.date_of_birth.isoformat() if patient.date_of_birth else f"{patient.email}|{patient.mobile}"
    return f"person:{name}|{born}"


def columns(unit: Unit, patient: Patient) -> dict[str, Any]:
    """Everything of a patient's row but the times."""
    key = unit.seals.practice_key("contacts")
    return {
        "practice_id": unit.practice_id,
        "id": patient.id,
        "status": patient.status,
        "card": seal_card(unit, patient),
        "mobile_mac": mac(key, "mobile", patient.mobile),
        "email_mac": mac(key, "email", patient.email),
        "identity_mac": mac(key, "identity", identity(patient)),
    }


def mac_of(unit: Unit, kind: str, value: str) -> bytes | None:
    """The keyed hash of a number, address or identity in this practice."""
    return mac(unit.seals.practice_key("contacts"), kind, value)
