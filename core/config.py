"""Settings: `latchkey.toml` in the instance folder, each key overridden by `LATCHKEY_<KEY>`; unknown keys are refused.

Secrets may also come from a file named by `LATCHKEY_<KEY>_FILE`. Names and defaults: the README of `core`.
"""

import json
import os
import re
import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from phonenumbers import SUPPORTED_REGIONS
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from core.errors import LatchkeyError
from core.limits import Limits

LISTS = frozenset({"secret_key", "master_key", "sms_countries", "mailjet_webhook_auth"})
TABLES = frozenset({"limits"})
# What Kubernetes and Docker tell every container of a service that is called `latchkey`: no settings of ours.
OF_A_SERVICE = re.compile(r"LATCHKEY_(SERVICE_(HOST|PORT(_\w+)?)|PORT(_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)")
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class BadSettings(LatchkeyError):
    """The configuration cannot be used; `problems` are sentences naming the key."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(*problems)
        self.problems = problems


class Settings(BaseSettings):
    """Everything an operator can set. Secrets are `SecretStr`, so a printed or logged Settings shows none."""

    model_config = SettingsConfigDict(env_prefix="LATCHKEY_", extra="forbid", frozen=True)

    instance: Path = Path("instance")
    database_url: str = ""
    keyring_url: str = ""
    sandbox_url: str = ""
    redis_url: str = ""
    secret_key: list[SecretStr] = Field(default_factory=list)
    master_key: list[SecretStr] = Field(default_factory=list)
    staff_url: str = "http://127.0.0.1:8000"
    portal_url: str = "http://127.0.0.1:8001"
    trusted_proxies: int = Field(default=0, ge=0, le=5)
    email_provider: Literal["sandbox", "mailjet"] = "sandbox"
    mailjet_api_key: SecretStr = SecretStr("")
    mailjet_api_secret: SecretStr = SecretStr("")
    mailjet_api_url: str = "https://api.mailjet.com"
    mailjet_webhook_secret: SecretStr = SecretStr("")
    mailjet_webhook_auth: list[SecretStr] = Field(default_factory=list)  # two while one replaces the other (S96)
    email_from: str = "messages@latchkey.invalid"
    sms_provider: Literal["sandbox", "plivo"] = "sandbox"
    plivo_auth_id: SecretStr = SecretStr("")
    plivo_auth_token: SecretStr = SecretStr("")
    plivo_api_url: str = "https://api.plivo.com"
    plivo_sender: str = ""
    plivo_log: Literal["false", "number_only"] = (
        "false"  # what Plivo keeps of a number: a part, or all of it for 90 days
    )
    plivo_texts_per_second: float = Field(default=5, gt=0)  # beyond it Plivo queues, and drops after three hours (P66)
    plivo_reads_per_second: float = Field(default=2, gt=0)  # questions about what went, beside the texts
    mailjet_calls_per_second: float = Field(default=10, gt=0)
    mailjet_reads_per_second: float = Field(default=2, gt=0)
    sms_countries: list[str] = Field(default_factory=list)  # regions texts may go to; none: the practice's own
    default_country: str = "GB"
    time_zone: str = "Europe/London"
    attachment_max_mb: int = Field(default=10, ge=1, le=25)
    clamd_address: str = ""
    checkpoint_to: str = ""  # an address outside that keeps each day's signed checkpoint of the trail (S109)
    backup_key: str = Field(default="", pattern="^([0-9a-f]{64})?$")  # public; its private half is on no host
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["text", "json"] = "text"
    metrics_token: SecretStr = SecretStr("")
    messages_per_10_seconds: int = Field(default=20, ge=1)  # of one person over the socket (S58)
    messages_per_minute: int = Field(default=100, ge=1)
    drafts_per_minute: int = Field(default=10, ge=1)  # for patients, of one person (S58)
    drafts_per_day: int = Field(default=200, ge=1)
    limits: Limits = Field(default_factory=Limits)
    demo: bool = False

    @field_validator("staff_url", "portal_url")
    @classmethod
    def without_slash(cls, url: str) -> str:
        """Addresses are joined with paths that begin with a slash."""
        return url.rstrip("/")

    @field_validator("mailjet_webhook_auth", mode="before")
    @classmethod
    def one_or_several(cls, given: Any) -> Any:
        """One `user:password` may be given as it is."""
        return [given] if isinstance(given, str | SecretStr) else given

    @field_validator("time_zone")
    @classmethod
    def known_zone(cls, name: str) -> str:
        """A name of the IANA time zone database."""
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"{name} is no time zone; write it like Europe/London") from error
        return name

    @field_validator("default_country", "sms_countries")
    @classmethod
    def regions(cls, given: str | list[str]) -> str | list[str]:
        """Two letters each, as ISO 3166 has them, of countries that have telephones."""
        some = [given] if isinstance(given, str) else given
        if wrong := [one for one in some if not (len(one) == 2 and one.isascii() and one.isupper())]:
            raise ValueError(f"{', '.join(wrong)}: a country is two capital letters, like GB")
        if unknown := [one for one in some if one not in SUPPORTED_REGIONS]:
            raise ValueError(f"{', '.join(unknown)}: there is no such country; write it as ISO 3166 does, like GB")
        return given

    @property
    def database(self) -> str:
        """Where the rows are; SQLite in the instance folder unless told otherwise."""
        return self.database_url or f"sqlite:///{self.instance.absolute() / 'latchkey.db'}"

    @property
    def keyring(self) -> str:
        """Where the wrapped keys are: never the same database as the rows (S102)."""
        return self.keyring_url or f"sqlite:///{self.instance.absolute() / 'keyring.db'}"

    @property
    def sandbox(self) -> str:
        """Where the pretend phone network keeps its texts and letters."""
        return self.sandbox_url or f"sqlite:///{self.instance.absolute() / 'sandbox.db'}"

    @property
    def staff_host(self) -> str:
        """The name of the staff's site, without its port: what passkeys are bound to."""
        return urlsplit(self.staff_url).hostname or ""

    @property
    def sandboxed(self) -> bool:
        """Whether any channel ends in the pretend network."""
        return "sandbox" in (self.email_provider, self.sms_provider)

    @property
    def pretends_texts(self) -> bool:
        """Whether texts end on this machine: only then may numbers that are nobody's be used (P63)."""
        return self.sms_provider == "sandbox" or urlsplit(self.plivo_api_url).hostname in LOOPBACK

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Everything is gathered in `load`, so that one place decides what overrides what."""
        return (init_settings,)


def load(instance: Path | None = None, environ: dict[str, str] | None = None, **given: Any) -> Settings:
    """Read the settings of an instance folder.

    `given` beats the environment, which beats the file. Raises BadSettings naming every bad or unknown key.
    """
    environ = dict(os.environ) if environ is None else environ
    folder = instance or Path(environ.get("LATCHKEY_INSTANCE", "instance"))
    try:
        values = {**_from_file(folder / "latchkey.toml"), **_from_environment(environ), "instance": folder, **given}
        return Settings(**values)
    except ValidationError as error:
        raise BadSettings([_problem(one) for one in error.errors()]) from error


def _problem(error: Any) -> str:
    key = ".".join(map(str, error["loc"]))
    if error["type"] == "extra_forbidden":
        return _unknown(key, [*Settings.model_fields, *(f"limits.{name}" for name in Limits.model_fields)])
    return f"{key}: {error['msg']}"


def _unknown(name: str, known: list[str]) -> str:
    short = {_last(one): one for one in known}
    near = get_close_matches(_last(name), short, n=1, cutoff=0.75)
    return f"{name} is no setting" + (f"; do you mean {short[near[0]]}?" if near else "")


def _last(name: str) -> str:
    return name.rpartition(".")[2].removeprefix("LATCHKEY_")


def _from_file(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise BadSettings([f"{path.name}: {error}"]) from error


def _from_environment(environ: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    names = {f"LATCHKEY_{key.upper()}": key for key in Settings.model_fields if key != "instance"}  # `load` reads that
    _refuse_unknown(environ, list(names))
    for name, key in names.items():
        if f"{name}_FILE" in environ:
            found[key] = _as_value(key, Path(environ[f"{name}_FILE"]).read_text("utf-8").strip())
        elif name in environ:
            found[key] = _as_value(key, environ[name])
    return found


def _refuse_unknown(environ: dict[str, str], names: list[str]) -> None:
    """A name that is misspelt would leave a setting as it was, and nobody would know."""
    known = {"LATCHKEY_INSTANCE", *names, *(f"{name}_FILE" for name in names)}
    ours = (name for name in environ if name.startswith("LATCHKEY_") and not OF_A_SERVICE.fullmatch(name))
    if strange := [_unknown(name, names) for name in ours if name not in known]:
        raise BadSettings(strange)


def _as_value(key: str, text: str) -> Any:
    """Tables are given as JSON, lists as JSON or as comma-separated words."""
    if key in TABLES or (key in LISTS and text.startswith("[")):
        try:
            return json.loads(text)
        except ValueError as error:  # says where, and nothing of what stands there: it may be a secret
            raise BadSettings([f"{key} is no JSON: {error}"]) from error
    return [part.strip() for part in text.split(",") if part.strip()] if key in LISTS else text
