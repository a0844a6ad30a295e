"""Letters through Mailjet's send API v3.1, one letter a call; sorted as providers.md's table says."""

import json
from typing import Any
from uuid import UUID

from mailjet_rest import Client
from mailjet_rest.client import ApiError
from requests.adapters import HTTPAdapter
from requests.exceptions import ConnectionError, ConnectTimeout, ProxyError, RequestException

from core.config import Settings
from core.delivery.providers.ports import Refused, TryAgain, Unsure
from core.delivery.words import Parcel

TIMEOUT = (5, 10)  # seconds to connect, between bytes (P7)
HALT = 300  # seconds before a refused key or sender is tried again


class Mailjet:
    """Brings letters to Mailjet."""

    name = "mailjet"

    def __init__(self, settings: Settings) -> None:
        key = (settings.mailjet_api_key.get_secret_value(), settings.mailjet_api_secret.get_secret_value())
        self._from = settings.email_from
        self._client = Client(auth=key, version="v3.1", api_url=settings.mailjet_api_url)
        # The client repeats POSTs by itself on https: a lost answer would double the letter (P4).
        for scheme in ("https://", "http://"):
            self._client.session.mount(scheme, HTTPAdapter(pool_maxsize=32, max_retries=0))

    def send(self, parcel: Parcel, delivery_id: UUID, reference: str) -> str:
        """Mailjet's MessageID. Raises Refused, TryAgain or Unsure."""
        try:
            answer = self._client.send.create(
                data={"Messages": [self._letter(parcel, delivery_id)]},
                timeout=TIMEOUT,
                allow_redirects=False,
                headers={"Idempotency-Key": str(delivery_id)},
            )
        except ApiError as error:
            raise _sorted(error) from error
        except RequestException as error:
            raise _lost(error) from error
        return _accepted(answer, str(delivery_id))

    def _letter(self, parcel: Parcel, delivery_id: UUID) -> dict[str, Any]:
        letter: dict[str, Any] = {
            "From": {"Email": self._from, "Name": parcel.sender_name},
            "To": [{"Email": parcel.to}],
            "Subject": parcel.subject,
            "TextPart": parcel.text,
            "CustomID": str(delivery_id),
            "TrackOpens": "disabled",  # tracking would rewrite the link and so disclose it (S93)
            "TrackClicks": "disabled",
            "Headers": {"Auto-Submitted": "auto-generated"},
        }
        return {**letter, "HTMLPart": parcel.html} if parcel.html else letter


def _accepted(answer: Any, custom_id: str) -> str:
    """The id in an answer that says success about our very letter. Raises what the answer means otherwise."""
    if answer.status_code >= 300:
        raise _by_status(answer.status_code, _retry_after(answer))
    try:
        said = json.loads(answer.content)["Messages"][0]
        if said["Status"] == "success" and said["CustomID"] == custom_id:
            return str(said["To"][0]["MessageID"])
        codes = [error["ErrorCode"] for error in said.get("Errors", ())]
    except (ValueError, LookupError, TypeError) as error:
        raise Unsure from error
    raise _by_code(codes[0] if codes else "")


def _sorted(error: ApiError) -> Refused | TryAgain | Unsure:
    """The meaning of the client's exception, found by status and cause, never by words (P13, P15)."""
    cause = error.__cause__
    response = getattr(cause, "response", None)
    status = getattr(error, "status_code", None) or getattr(response, "status_code", None)
    if status is None:
        return _lost(cause)
    return _by_status(status, _retry_after(response))


def _lost(error: BaseException | None) -> TryAgain | Unsure:
    if isinstance(error, ConnectTimeout | ProxyError):
        return TryAgain()
    if isinstance(error, ConnectionError) and error.args:
        reason = type(getattr(error.args[0], "reason", None)).__name__
        if reason in ("NewConnectionError", "NameResolutionError", "ConnectTimeoutError"):
            return TryAgain()
    return Unsure()


def _by_status(status: int, retry_after: int) -> Refused | TryAgain | Unsure:
    if status in (429, 503):
        return TryAgain(retry_after)
    if status in (401, 402, 403, 404, 405) or 300 <= status < 400:
        return TryAgain(HALT)
    if status in (400, 413):
        return Refused("refused")
    return Unsure()


def _by_code(code: str) -> Refused | TryAgain:
    if code in ("send-0008", "send-0010"):
        return TryAgain(HALT)
    return Refused("address" if code == "mj-0013" else "refused")


def _retry_after(response: Any) -> int:
    value = getattr(response, "headers", {}).get("Retry-After", "")
    return min(int(value), 900) if value.isdigit() else 0
