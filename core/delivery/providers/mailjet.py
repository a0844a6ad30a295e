"""Letters through Mailjet's send API v3.1, one letter a call; every answer sorted as the table of providers.md says."""

import base64
import contextlib
import json
import re
from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

import mailjet_rest
import requests
from mailjet_rest.errors import ApiError
from mailjet_rest.utils.guardrails import SecureHTTPAdapter

from core.config import BadSettings, Settings
from core.delivery.providers import mailjet_check, wire
from core.delivery.providers.findings import Finding
from core.delivery.providers.mailjet_calls import STATES
from core.delivery.providers.own_words import own_words
from core.delivery.providers.ports import Found, Halted, Received, Refused, TooFast, Trace, TryAgain, Unsure
from core.delivery.words import Inline, Parcel, Report
from core.ids import new_id
from core.patients.address import as_sent

LONGEST_SUBJECT = 255  # letters (P19)
CODE = re.compile(r"[a-z]{2,4}-[0-9]{4}", re.ASCII)
_HALTS = frozenset({"send-0008", "send-0010"})  # sender or template: nobody's letter can go

_No = Refused | TryAgain | Unsure


class Mailjet:
    """Brings letters to Mailjet."""

    name = "mailjet"

    def __init__(self, settings: Settings) -> None:
        """Raises BadSettings when Mailjet's client refuses the key or the address."""
        key = (settings.mailjet_api_key.get_secret_value(), settings.mailjet_api_secret.get_secret_value())
        self.per_second = settings.mailjet_calls_per_second
        self.reads_per_second = settings.mailjet_reads_per_second
        self._settings = settings
        self._from = settings.email_from
        try:
            self._client = mailjet_rest.Client(auth=key, version="v3.1", api_url=settings.mailjet_api_url)
            self._reader = mailjet_rest.Client(auth=key, version="v3", api_url=settings.mailjet_api_url)  # P3
        except (ValueError, TypeError) as error:
            raise BadSettings([f"mailjet_api_url: {error}"]) from error
        wire.hold(self._client.session, SecureHTTPAdapter)
        wire.hold(self._reader.session, SecureHTTPAdapter)

    def send(self, parcel: Parcel, delivery_id: UUID, reference: str) -> str:
        """Mailjet's MessageID. Raises Refused, TryAgain or Unsure."""
        return self._send({"Messages": [self._letter(parcel, delivery_id)]}, delivery_id)

    def _send(self, call: dict[str, Any], delivery_id: UUID) -> str:
        try:
            with wire.bounded():
                answer = self._client.send.create(
                    data=call,
                    timeout=wire.CONNECT_AND_READ,
                    allow_redirects=False,
                    headers={"Idempotency-Key": str(delivery_id)},
                )
        except ApiError as error:
            raise _sorted(error) from error
        except requests.RequestException as error:
            raise TryAgain() if wire.never_made(error) else Unsure() from error
        except ValueError as error:
            raise Refused("refused") from error  # the client's own guards: our bug, and nothing left the building (P16)
        return _accepted(answer, str(delivery_id))

    def look_up(self, reference: str) -> Report | None:
        """What Mailjet says about a letter. Raises TryAgain: reading is safe to repeat."""
        try:
            with wire.bounded():
                answer = self._reader.message.get(id=reference, timeout=wire.CONNECT_AND_READ, allow_redirects=False)
            row = answer.json()["Data"][0]
            status, bar = STATES[str(row["Status"]).casefold()]
        except (ApiError, requests.RequestException, ValueError, LookupError, TypeError) as error:
            raise _unread(error) from error
        return Report(reference, status, bar=bar, words=own_words(row["Status"]))

    def received(self, reference: str) -> Received | None:
        """Mailjet keeps no letters that came in."""
        return None

    def answers(self, number: str = "") -> None:
        """Read the senders: there, and ours among them, by itself or by its domain. Raises TryAgain when not."""
        try:
            with wire.bounded():
                answer = self._reader.sender.get(
                    filters={"Limit": 100}, timeout=wire.CONNECT_AND_READ, allow_redirects=False
                )
            senders = {row["Email"].casefold() for row in answer.json()["Data"] if row["Status"] == "Active"}
        except (ApiError, requests.RequestException, ValueError, LookupError, TypeError, AttributeError) as error:
            raise _unread(error) from error
        ours = self._from.casefold()
        if not senders & {ours, f"*@{ours.rpartition('@')[2]}"}:
            raise TryAgain

    def search(self, trace: Trace) -> Found:
        """Letters that carry our mark (P26). Raises TryAgain: reading is safe to repeat."""
        mark = str(trace.delivery_id)
        try:
            with wire.bounded():
                answer = self._reader.message.get(
                    filters={"CustomID": mark, "ShowCustomID": "true", "Limit": 100},
                    timeout=wire.CONNECT_AND_READ,
                    allow_redirects=False,
                )
            rows = answer.json()["Data"]
            return Found(tuple(str(row["ID"]) for row in rows if row["CustomID"] == mark), sure=True)
        except (ApiError, requests.RequestException, ValueError, LookupError, TypeError) as error:
            raise _unread(error) from error

    def examine(self, now: datetime) -> list[Finding]:
        """Key, sender, both webhooks, clock."""
        return mailjet_check.examine(self._reader, self._settings, now)

    def examine_sender(self, sender: str, countries: Collection[str]) -> list[Finding]:
        """Letters have one sender for all practices."""
        return []

    def rehearse(self, to: str) -> bool:
        """Mailjet looks at a letter as if it were to be sent. Raises Refused, TryAgain or Unsure."""
        letter = self._letter(Parcel(to, "A letter to try Latchkey out.", "Latchkey"), delivery_id := new_id())
        with contextlib.suppress(Unsure):  # a letter that is not sent gets no name
            self._send({"Messages": [letter], "SandboxMode": True}, delivery_id)
        return True

    def _letter(self, parcel: Parcel, delivery_id: UUID) -> dict[str, Any]:
        letter: dict[str, Any] = {
            "From": {"Email": self._from, "Name": parcel.sender_name},
            "To": [{"Email": as_sent(parcel.to)}],
            "Subject": parcel.subject[:LONGEST_SUBJECT],
            "TextPart": parcel.text,
            "CustomID": str(delivery_id),
            "TrackOpens": "disabled",  # tracking would rewrite the link and so disclose it (S93)
            "TrackClicks": "disabled",
            "Headers": {"Auto-Submitted": "auto-generated"},
        }
        if parcel.html:
            letter["HTMLPart"] = parcel.html
        if parcel.inline:
            letter["InlinedAttachments"] = [_inlined(one) for one in parcel.inline]
        if parcel.sender:
            letter["ReplyTo"] = {"Email": parcel.sender}
        return letter


def _inlined(one: Inline) -> dict[str, str]:
    encoded = base64.b64encode(one.data).decode()
    return {"ContentType": one.type, "Filename": one.name, "ContentID": one.id, "Base64Content": encoded}


def _accepted(answer: requests.Response, custom_id: str) -> str:
    """The id in an answer that says success about our very letter. Raises what the answer means otherwise."""
    if answer.status_code >= 300:
        raise _with_answer(_by_status(answer.status_code, "", answer), answer.status_code)
    said = _first(answer.content)
    try:
        if said["Status"] == "success" and said["CustomID"] == custom_id:
            return str(said["To"][0]["MessageID"])
    except (LookupError, TypeError) as error:
        raise Unsure from error
    if code := _said(said, "ErrorCode"):
        raise _with_answer(_by_code(code), answer.status_code, code, _said(said, "ErrorMessage"))
    raise Unsure


def _sorted(error: ApiError) -> Refused | TryAgain | Unsure:
    """The meaning of the client's exception, found by status, code and cause, never by words (P13, P15)."""
    response: requests.Response | None = getattr(error.__cause__, "response", None)
    if response is None:
        return TryAgain() if wire.never_made(error.__cause__) else Unsure()
    status, said = response.status_code, _first(response.content)
    code = _said(said, "ErrorCode")
    return _with_answer(_by_status(status, code, response), status, code, _said(said, "ErrorMessage"))


def _with_answer(meant: _No, status: int, code: str = "", about: str = "") -> _No:
    """For the log: of a code only what looks like one, since the body holds addresses (P71)."""
    meant.answer = f"{status} {code}" if CODE.fullmatch(code) else str(status)
    meant.words = own_words(status, code, about)
    return meant


def _unread(error: Exception) -> TryAgain:
    """What a read that told nothing raises; it is safe to repeat."""
    said = _sorted(error) if isinstance(error, ApiError) else None
    return said if isinstance(said, TooFast) else TryAgain()


def _by_status(status: int, code: str, answer: requests.Response) -> Refused | TryAgain | Unsure:
    if status == 429:
        return TooFast(wire.retry_after(answer.headers))
    if status == 503:
        return TryAgain(wire.retry_after(answer.headers))
    if status in (400, 403) and code:
        return _by_code(code)
    if status == 400 or status == 413:
        return Refused("refused")
    if status in (401, 402, 403, 404, 405) or 300 <= status < 400:
        return Halted(wire.HALT)
    return Unsure()


def _by_code(code: str) -> Refused | TryAgain:
    if code in _HALTS:
        return Halted(wire.HALT)
    return Refused("address" if code == "mj-0013" else "refused")


def _first(body: bytes) -> dict[str, Any]:
    """What is said about our letter; empty when nothing is that can be understood."""
    try:
        said = json.loads(body)["Messages"][0]
    except (ValueError, LookupError, TypeError):
        return {}
    return said if isinstance(said, dict) else {}


def _said(said: dict[str, Any], name: str) -> str:
    try:
        return str(said["Errors"][0][name])
    except (LookupError, TypeError):
        return ""
