"""Texts through Plivo, one number a call; sorted as providers.md's table says."""

from typing import Any
from uuid import UUID

import plivo
from plivo.exceptions import PlivoRestError, ValidationError
from requests.adapters import HTTPAdapter
from requests.exceptions import ConnectionError, ConnectTimeout, ProxyError, RequestException

from core.config import Settings
from core.delivery.providers.ports import Refused, TryAgain, Unsure
from core.delivery.words import Parcel

TIMEOUT = (5, 10)  # seconds to connect, between bytes (P7)
HALT = 300  # seconds before a refused key or sender is tried again


class _Answered(Exception):
    """What Plivo said when it did not say yes; raised from the response hook (P14)."""

    def __init__(self, status: int, retry_after: str) -> None:
        super().__init__(status)
        self.status = status
        self.retry_after = min(int(retry_after), 900) if retry_after.isdigit() else 0


class _At(plivo.RestClient):  # type: ignore[misc]  # the library carries no types
    """The client at another address: it resets `base_uri` on every request, so the property keeps ours (P2)."""

    base_uri = property(lambda self: self._base, lambda self, _: None)

    def __init__(self, settings: Settings) -> None:
        self._base = settings.plivo_api_url.rstrip("/") + "/v1/Account"
        super().__init__(
            settings.plivo_auth_id.get_secret_value(), settings.plivo_auth_token.get_secret_value(), timeout=TIMEOUT
        )


class Plivo:
    """Brings texts to Plivo."""

    name = "plivo"

    def __init__(self, settings: Settings) -> None:
        self._sender = settings.plivo_sender
        self._hook = f"{settings.portal_url}/hooks/plivo/status"
        self._client = _At(settings)
        self._client.session.max_redirects = 0
        self._client.session.hooks["response"] = [_only_yes]
        for scheme in ("https://", "http://"):
            self._client.session.mount(scheme, HTTPAdapter(pool_maxsize=32, max_retries=0))

    def send(self, parcel: Parcel, delivery_id: UUID, reference: str) -> str:
        """Plivo's message_uuid. Raises Refused, TryAgain or Unsure."""
        given: dict[str, Any] = {"message_expiry": parcel.expires_in} if parcel.expires_in else {}
        try:
            answer = self._client.messages.create(
                src=parcel.sender or self._sender,
                dst=parcel.to,
                text=parcel.text,
                type_="sms",
                log="false",  # a string: keeps the words out of Plivo's own logs (S92)
                trackable=False,
                method="POST",
                url=f"{self._hook}?ref={reference}",
                **given,
            )
        except _Answered as said:
            raise _by_status(said) from said
        except ValidationError as error:
            raise Refused("number") from error
        except RequestException as error:
            raise _lost(error) from error
        except (PlivoRestError, TypeError, AttributeError, ValueError) as error:
            raise Unsure from error
        return _uuid(answer)


def _only_yes(response: Any, *_: Any, **__: Any) -> None:
    if not 200 <= response.status_code < 300:
        raise _Answered(response.status_code, response.headers.get("Retry-After", ""))


def _uuid(answer: Any) -> str:
    found = getattr(answer, "message_uuid", None)
    if found:
        return str(found[0])
    if getattr(answer, "invalid_number", None):
        raise Refused("number")
    raise Unsure


def _by_status(said: _Answered) -> Refused | TryAgain | Unsure:
    if said.status in (429, 503):
        return TryAgain(said.retry_after)
    if said.status == 400:
        return Refused("number")
    if said.status == 403:
        return Refused("country")
    if said.status in (401, 402, 404, 405, 409, 422) or 300 <= said.status < 400:
        return TryAgain(HALT)
    return Unsure()


def _lost(error: RequestException) -> TryAgain | Unsure:
    """Told apart by class, never by words: a connection that was never made, or an answer that never came (P13)."""
    if isinstance(error, ConnectTimeout | ProxyError):
        return TryAgain()
    if isinstance(error, ConnectionError) and error.args:
        reason = type(getattr(error.args[0], "reason", None)).__name__
        if reason in ("NewConnectionError", "NameResolutionError", "ConnectTimeoutError"):
            return TryAgain()
    return Unsure()
