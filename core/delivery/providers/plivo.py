"""Texts through Plivo, one number a call; every answer sorted as the table of providers.md says."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import plivo
import requests
from plivo.exceptions import AuthenticationError, PlivoRestError, ValidationError

from core.config import BadSettings, Settings
from core.delivery.providers import plivo_check, wire
from core.delivery.providers.findings import Finding
from core.delivery.providers.own_words import own_words
from core.delivery.providers.plivo_calls import said as meaning
from core.delivery.providers.ports import (
    Found,
    Halted,
    Received,
    Refused,
    SenderRefused,
    TooFast,
    Trace,
    TryAgain,
    Unsure,
)
from core.delivery.providers.sender_names import is_name
from core.delivery.words import Parcel, Report

BEFORE, AFTER = timedelta(seconds=5), timedelta(seconds=60)  # around an attempt, its text is looked for (P25)
PAGE, MOST_PAGES = 20, 50


class _Answered(Exception):
    """What Plivo said when it did not say yes; raised from the response hook, because the client drops it (P14)."""

    def __init__(self, response: requests.Response) -> None:
        super().__init__(response.status_code)
        self.status = response.status_code
        self.about = response.text[:200].casefold()
        self.error = _error(response)
        self.retry_after = wire.retry_after(response.headers)


_UNREADABLE = (
    _Answered,
    requests.RequestException,
    PlivoRestError,
    ValidationError,
    TypeError,
    AttributeError,
    ValueError,
)


class _At(plivo.RestClient):  # type: ignore[misc]  # the library carries no types
    """The client at another address: it resets `base_uri` on every request, so the property keeps ours (P2)."""

    base_uri = property(lambda self: self._base, lambda self, _: None)

    def __init__(self, settings: Settings) -> None:
        self._base = settings.plivo_api_url.rstrip("/") + "/v1/Account"
        super().__init__(
            settings.plivo_auth_id.get_secret_value(),
            settings.plivo_auth_token.get_secret_value(),
            # The client obeys no surroundings by itself; Mailjet's does. Made alike (P6).
            proxies=requests.utils.get_environ_proxies(self._base),
            timeout=wire.CONNECT_AND_READ,
        )


class Plivo:
    """Brings texts to Plivo."""

    name = "plivo"

    def __init__(self, settings: Settings) -> None:
        """Raises BadSettings when the account's id cannot be one."""
        self.per_second = settings.plivo_texts_per_second
        self.reads_per_second = settings.plivo_reads_per_second
        self._settings = settings
        self._hook = f"{settings.portal_url}/hooks/plivo/status"
        try:
            self._client = _At(settings)
        except AuthenticationError as error:
            raise BadSettings(["plivo_auth_id: 20 letters and digits beginning with MA or SA"]) from error
        wire.hold(self._client.session)
        self._client.session.hooks["response"].append(_only_yes)

    def send(self, parcel: Parcel, delivery_id: UUID, reference: str) -> str:
        """Plivo's message_uuid. Raises Refused, TryAgain or Unsure."""
        given: dict[str, Any] = {"message_expiry": parcel.expires_in} if parcel.expires_in else {}
        try:
            with wire.bounded():
                answer = self._client.messages.create(
                    src=parcel.sender,
                    dst=parcel.to,
                    text=parcel.text,
                    type_="sms",
                    log=self._settings.plivo_log,  # a string; either keeps the words out of Plivo's own records (S92)
                    trackable=False,
                    method="POST",
                    url=f"{self._hook}?ref={reference}",
                    **given,
                )
        except _Answered as said:
            meant = _by_status(said)
            meant.answer, meant.words = str(said.status), own_words(said.status, said.error)
            raise meant from said
        except ValidationError as error:
            raise Refused("refused") from error  # the client's own guards: our bug, and nothing left (P16)
        except requests.RequestException as error:
            raise TryAgain() if wire.never_made(error) else Unsure() from error
        except (PlivoRestError, TypeError, AttributeError, ValueError) as error:
            raise Unsure from error
        return _uuid(answer)

    def look_up(self, reference: str) -> Report | None:
        """What Plivo says about a text. Raises TryAgain: reading is safe to repeat."""
        try:
            with wire.bounded():
                found = self._client.messages.get(reference)
            said = meaning(reference, str(found.message_state), str(found.error_code or ""), sure=True)
            return said and replace(said, sender=str(found.from_number))
        except _UNREADABLE as error:
            raise _unread(error) from error

    def received(self, reference: str) -> Received | None:
        """What Plivo's record says of a text that came in. Raises TryAgain: reading is safe to repeat."""
        try:
            with wire.bounded():
                found = self._client.messages.get(reference)
            if found.message_direction != "inbound":
                return None
            return Received(str(found.from_number), str(found.to_number), int(found.units))
        except _UNREADABLE as error:
            raise _unread(error) from error

    def answers(self, number: str = "") -> None:
        """Read the account: there, with money in it; or a number: its own, and for texts. Raises TryAgain when not."""
        try:
            with wire.bounded():
                if number and not is_name(number):
                    well = bool(self._client.numbers.get(number.lstrip("+")).sms_enabled)
                else:
                    well = float(self._client.account.get().cash_credits) > 0
        except _UNREADABLE as error:
            raise _unread(error) from error
        if not well:
            raise TryAgain

    def search(self, trace: Trace) -> Found:
        """Texts of that moment with the right number and units (P25). Plivo keeps neither words nor a mark of ours.

        Raises TryAgain: reading is safe to repeat.
        """
        since, until = (f"{trace.at + step:%Y-%m-%d %H:%M:%S}" for step in (-BEFORE, AFTER))
        seen: list[Any] = []
        try:
            for page in range(MOST_PAGES):
                with wire.bounded():
                    found = self._client.messages.list(
                        from_number=trace.sender.lstrip("+"),
                        message_time__gte=since,
                        message_time__lte=until,
                        limit=PAGE,
                        offset=page * PAGE,
                    )
                seen += found.objects
                if len(found.objects) < PAGE:
                    return Found(tuple(str(one.message_uuid) for one in seen if _fits(one, trace)), sure=False)
        except _UNREADABLE as error:
            raise _unread(error) from error
        raise TryAgain

    def examine(self, now: datetime) -> list[Finding]:
        """Account, money, number, clock."""
        return plivo_check.examine(self._client, self._settings, now, _UNREADABLE)

    def examine_sender(self, sender: str, countries: Collection[str]) -> list[Finding]:
        """Whether Plivo knows it as ours, and whether it fits where it texts."""
        return plivo_check.examine_sender(self._client, sender, countries, _UNREADABLE)

    def rehearse(self, to: str) -> bool:
        """Plivo knows no sending without sending."""
        return False


def _fits(one: Any, trace: Trace) -> bool:
    """Whether a text has the number and the units of ours; what Plivo hides of a number fits any (P24)."""
    shown, ours = str(one.to_number).lstrip("+"), trace.to.lstrip("+")
    alike = len(shown) == len(ours) and all(a in ("*", b) for a, b in zip(shown, ours, strict=True))
    return alike and int(one.units) == trace.units


def _unread(error: Exception) -> TryAgain:
    """What a read that told nothing raises; it is safe to repeat."""
    if isinstance(error, _Answered) and error.status == 429:
        return TooFast(error.retry_after)
    return TryAgain()


def _only_yes(response: requests.Response, *_: Any, **__: Any) -> None:
    if not 200 <= response.status_code < 300:
        raise _Answered(response)


def _error(response: requests.Response) -> str:
    """What its body gives as the reason; empty where it is no JSON of theirs."""
    try:
        said = response.json()
    except (ValueError, RecursionError):
        return ""
    return str(said.get("error") or "") if isinstance(said, dict) else ""


def _uuid(answer: Any) -> str:
    found = getattr(answer, "message_uuid", None)
    if isinstance(found, list) and len(found) == 1:
        return str(found[0])
    if getattr(answer, "invalid_number", None) and not found:
        raise Refused("number")
    raise Unsure


def _by_status(said: _Answered) -> Refused | TryAgain | Unsure:
    if said.status == 429:
        return TooFast(said.retry_after)
    if said.status == 503:
        return TryAgain(said.retry_after)
    if said.status == 400:
        return _malformed(said.about)
    if said.status == 403:
        return Refused("country")
    if said.status in (401, 402, 404, 405, 409, 422) or 300 <= said.status < 400:
        return Halted(wire.HALT)
    return Unsure()


def _malformed(about: str) -> Refused | TryAgain:
    """A 400 has no code: its words must tell our number (nobody's text can go) from the patient's, or from our bug."""
    if "source number" in about or "src" in about:
        return SenderRefused(wire.HALT)
    return Refused("number" if "number" in about else "refused")
