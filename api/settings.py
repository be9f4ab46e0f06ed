"""What an operator may set: HIENTRUONG_* variables, or the same names in a file. Nothing is read at import.

    read_settings()                  # the environment, and the file HIENTRUONG_SETTINGS names, if any
    read_settings(Path("city.env"))  # that file (NAME=value lines); the environment wins over it

One small class per concern, so that a room is handed only what concerns it, as plain values. A test builds
what it needs by hand: `Settings(limits=Limits(reports_per_minute=5))`; arguments win over the environment.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    AliasChoices,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import BaseSettings

from api.concern import PREFIX, concern, web_address
from api.kept_secret import kept_secret
from api.outside_settings import Handover, Imap, Smtp

FILE_VARIABLE = "HIENTRUONG_SETTINGS"
OF_THE_TOOLS = {FILE_VARIABLE, "HIENTRUONG_CHROMIUM"}  # ours, but not settings of the running system
CHECKOUT = Path(__file__).resolve().parent.parent


class SettingsError(Exception):
    """A setting is wrong or missing. The message is one sentence that names the variable."""


def _default_state_dir() -> Path:
    """`.local` of the checkout; of the working folder where the project was installed as a package."""
    return (CHECKOUT if (CHECKOUT / "pyproject.toml").exists() else Path.cwd()) / ".local"


class Place(BaseSettings):
    """Which kind of installation this is and where it keeps its state."""

    model_config = concern()
    environment: Literal["demo", "production"] = "demo"
    state_dir: Path = Field(default_factory=_default_state_dir)
    locale: Literal["vi", "en"] = "vi"  # what the command line speaks to people; --json is the same in both
    city_name: str = "Vũng Tàu"  # as residents read it on every page
    authority: str | None = None  # above the office in the head of the monthly report; None: of the city's name
    office: str = "Trung tâm điều hành đô thị thông minh"  # which issues the monthly report
    signer: str = "Giám đốc"  # title of the one who signs it
    data_licence: str = "CC BY 4.0"  # under which the published reports may be used
    data_licence_url: str = "https://creativecommons.org/licenses/by/4.0/"

    @property
    def is_production(self) -> bool:
        """Production refuses demo accounts and wants its secrets given."""
        return self.environment == "production"


class Database(BaseSettings):
    """The PostgreSQL with PostGIS; `url` None means the embedded cluster in the state folder."""

    model_config = concern("DATABASE_")
    url: str | None = None
    pool_size: int = Field(default=20, ge=1)
    pool_overflow: int = Field(default=10, ge=0)
    statement_seconds: float = Field(default=15.0, gt=0)
    lock_seconds: float = Field(default=5.0, gt=0)

    @field_validator("url")
    @classmethod
    def _name_the_driver(cls, url: str | None) -> str | None:
        scheme, _, rest = (url or "").partition("://")
        if not url:
            return None
        if scheme not in {"postgres", "postgresql", "postgresql+psycopg"}:
            raise ValueError("should look like postgresql://user:password@host/database")
        return f"postgresql+psycopg://{rest}"


class Web(BaseSettings):
    """Where `serve` listens and how the outside reaches it."""

    model_config = concern()
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535, validation_alias=AliasChoices("HIENTRUONG_PORT", "PORT"))
    public_url: str | None = None  # as residents type it, without a path; default http://host:port
    trusted_proxies: str = "127.0.0.1"  # addresses whose X-Forwarded-For counts, comma-separated
    session_hours: float = Field(default=12.0, gt=0)
    session_days: float = Field(default=30.0, gt=0)  # a session that is renewed (a wall's) ends after so many days

    @property
    def origin(self) -> str:
        """Scheme, host and port of our own pages: for links and for the Origin check."""
        shown = "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host
        return (self.public_url or f"http://{shown}:{self.port}").rstrip("/")

    @property
    def cookies_are_secure(self) -> bool:
        """Whether cookies carry the attribute Secure: whenever residents reach us by https."""
        return urlsplit(self.origin).scheme == "https"


class Map(BaseSettings):
    """What lies below the reports on every map. At most one of the two; without them what was imported is drawn."""

    model_config = concern("MAP_")
    style: str | None = None  # a path of our own origin (a proxy may fetch it from an internal server)
    pmtiles: Path | None = None  # a .pmtiles file of this machine
    attribution: str | None = None  # what the map must say of them

    @field_validator("style")
    @classmethod
    def _own_origin(cls, style: str | None) -> str | None:
        if style is not None and (not style.startswith("/") or style.startswith("//") or "\\" in style):
            raise ValueError("should be a path of our own origin such as /ban-do/style.json; pages ask no other host")
        return style

    @field_validator("pmtiles")
    @classmethod
    def _there(cls, pmtiles: Path | None) -> Path | None:
        if pmtiles is not None and not pmtiles.is_file():
            raise ValueError(f"there is no file {pmtiles}")
        return pmtiles


class Store(BaseSettings):
    """Where pictures lie: a folder (a path or file://), or a bucket (s3://bucket/prefix)."""

    model_config = concern("STORE_")
    url: str | None = None  # default: the folder `media` in the state folder
    endpoint: str | None = None  # of an S3 that is not Amazon's
    region: str = "us-east-1"
    access_key: str | None = None
    secret_key: SecretStr | None = None
    link_seconds: int = Field(default=900, ge=60)  # how long a signed address is good


class Push(BaseSettings):
    """The push services. `fcm_url` and `webpush_private_hosts` are for a server on this machine (tests)."""

    model_config = concern()
    fcm_service_account: Path | None = None  # the JSON file from the Firebase console; None: no FCM
    fcm_url: str | None = None
    vapid_key: Path | None = None  # PEM; default: vapid.pem in the state folder
    vapid_contact: str = "mailto:admin@localhost"  # mailto: or https:, where push services may complain
    console: bool = False  # whether the worker also prints each notice, for a city without push
    webpush_private_hosts: bool = False  # whether endpoints may lie on loopback or private addresses


class Sms(BaseSettings):
    """Proving a phone number by a code: the web hook of the city's message provider. Off without an address."""

    model_config = concern("SMS_")
    secret: SecretStr | None = None  # signs each call; the provider has the same
    url: str | None = None
    country: str = Field(default="84", pattern="^[1-9][0-9]{0,2}$")  # calling code; no other country gets messages

    @property
    def on(self) -> bool:
        """Whether residents can prove a number here."""
        return self.url is not None

    @field_validator("url")
    @classmethod
    def _web_address_with_secret(cls, url: str | None, info: ValidationInfo) -> str | None:
        if url is not None and info.data.get("secret") is None:
            raise ValueError("needs HIENTRUONG_SMS_SECRET, with which each call is signed")
        return web_address(url)


class Oidc(BaseSettings):
    """Signing in at an identity service (OpenID Connect, for example VNeID). Off without an issuer."""

    model_config = concern("OIDC_")
    client_id: str | None = None
    client_secret: SecretStr | None = None  # none: a public client, by PKCE alone
    issuer: str | None = None  # exactly as the service's discovery document names itself
    name: str = "VNeID"  # as residents read it on the button

    @property
    def on(self) -> bool:
        """Whether residents can sign in here."""
        return self.issuer is not None

    @field_validator("issuer")
    @classmethod
    def _web_address_with_client(cls, issuer: str | None, info: ValidationInfo) -> str | None:
        if issuer is not None and info.data.get("client_id") is None:
            raise ValueError("needs HIENTRUONG_OIDC_CLIENT_ID, under which the service knows this city")
        return web_address(issuer)


class Limits(BaseSettings):
    """How much one party may have or send."""

    model_config = concern("LIMITS_")
    sockets_per_address: int = Field(default=100, ge=1)  # that have not authenticated yet
    sockets_per_account: int = Field(default=50, ge=1)
    socket_auth_seconds: float = Field(default=10.0, gt=0)
    socket_frame_bytes: int = Field(default=64 * 1024, ge=1024)
    socket_queue: int = Field(default=500, ge=10)  # unsent messages before a slow client is closed
    reports_per_minute: int = Field(default=60, ge=1)  # per device
    devices_per_minute: int = Field(default=60, ge=1)  # per address
    sign_ins_per_minute: int = Field(default=30, ge=1)  # per address
    request_bytes: int = Field(default=1024 * 1024, ge=1024)  # of a body without files
    image_bytes: int = Field(default=20 * 1024 * 1024, ge=1024)
    image_pixels: int = Field(default=60_000_000, ge=1)
    images_per_report: int = Field(default=6, ge=1)
    film_bytes: int = Field(default=200 * 1024 * 1024, ge=1024)
    film_seconds: float = Field(default=120.0, gt=0)
    voice_bytes: int = Field(default=20 * 1024 * 1024, ge=1024)
    voice_seconds: float = Field(default=180.0, gt=0)
    upload_hours: float = Field(default=24.0, gt=0)  # until an unused upload expires
    notice_days: int = Field(default=400, ge=30)  # until notices leave the inbox
    upload_open_bytes: int = Field(default=400 * 1024 * 1024, ge=1024)  # announced and unfinished, per owner
    upload_open_count: int = Field(default=60, ge=1)  # unfinished ones, per owner


class Alarms(BaseSettings):
    """When the center is alarmed, and how long an alarm may be ignored before it goes to the next level."""

    model_config = concern("ALARMS_")
    urgent_minutes: int = Field(default=15, ge=1)  # an urgent report nobody has touched
    agency_minutes: int = Field(default=480, ge=1)  # of working time: dispatched and not accepted
    agency_waiting: int = Field(default=5, ge=1)  # so many not accepted, and nothing accepted for
    agency_stalled_minutes: int = Field(default=120, ge=1)  # so long, working time
    storm_reports: int = Field(default=5, ge=2)  # so many reports
    storm_metres: float = Field(default=200.0, ge=1, le=50_000)  # so near one another
    storm_minutes: int = Field(default=30, ge=1)  # and so close in time
    feed_seconds: float = Field(default=15.0, ge=1)  # facts that are on no screen yet
    worker_seconds: float = Field(default=60.0, ge=15)  # without any worker
    escalate_minutes: int = Field(default=5, ge=1)  # not acknowledged: to the supervisor, then to the leader


class Secrets(BaseSettings):
    """What signs links, and the demo accounts' password; None: made once and kept in the state folder."""

    model_config = concern()
    secret_key: SecretStr | None = None
    demo_password: SecretStr | None = None


class Log(BaseSettings):
    """What the processes say on standard error."""

    model_config = concern("LOG_")
    level: Literal["debug", "info", "warning", "error"] = "info"
    json_lines: bool = False


class Settings(BaseModel):
    """All settings of one process, read once by whoever starts it."""

    model_config = ConfigDict(frozen=True)
    place: Place = Field(default_factory=Place)
    database: Database = Field(default_factory=Database)
    web: Web = Field(default_factory=Web)
    map: Map = Field(default_factory=Map)
    store: Store = Field(default_factory=Store)
    push: Push = Field(default_factory=Push)
    sms: Sms = Field(default_factory=Sms)
    oidc: Oidc = Field(default_factory=Oidc)
    limits: Limits = Field(default_factory=Limits)
    alarms: Alarms = Field(default_factory=Alarms)
    handover: Handover = Field(default_factory=Handover)
    smtp: Smtp = Field(default_factory=Smtp)
    imap: Imap = Field(default_factory=Imap)
    secrets: Secrets = Field(default_factory=Secrets)
    log: Log = Field(default_factory=Log)

    @property
    def store_url(self) -> str:
        """The store's address with the default filled in."""
        return self.store.url or (self.place.state_dir / "media").resolve().as_uri()

    @property
    def vapid_key_file(self) -> Path:
        """Where the key for web push lies or will be made."""
        return self.push.vapid_key or self.place.state_dir / "vapid.pem"

    def secret_key(self) -> str:
        """The key that signs links. Several machines need the same one, so production must name it."""
        if self.secrets.secret_key is not None:
            return self.secrets.secret_key.get_secret_value()
        if self.place.is_production:
            raise SettingsError("Set HIENTRUONG_SECRET_KEY to a long random text, the same for every process.")
        return kept_secret(self.place.state_dir, "secret-key", length=32)

    def demo_password(self) -> str:
        """The password of all demo accounts. Raises SettingsError in production, which has none."""
        if self.place.is_production:
            raise SettingsError("There are no demo accounts when HIENTRUONG_ENVIRONMENT is production.")
        if self.secrets.demo_password is not None:
            return self.secrets.demo_password.get_secret_value()
        return kept_secret(self.place.state_dir, "demo-password", length=6)


def read_settings(file: Path | None = None) -> Settings:
    """Read everything from the environment and from `file` (or the one HIENTRUONG_SETTINGS names).

    Raises SettingsError.
    """
    chosen = file or (Path(os.environ[FILE_VARIABLE]) if os.environ.get(FILE_VARIABLE) else None)
    if chosen is not None and not chosen.is_file():
        raise SettingsError(f"The settings file {chosen} is not there: correct its name or unset {FILE_VARIABLE}.")
    parts: dict[str, Any] = {}
    for name, one in _concerns().items():
        try:
            parts[name] = one(_env_file=chosen)
        except ValidationError as problem:
            raise SettingsError(_first_complaint(one, problem)) from None
    return Settings(**parts)


def known_variables() -> list[str]:
    """The names of all variables, sorted: for `hientruong check`, the documentation and unknown_variables."""
    return sorted({name for concern in _concerns().values() for name in _variables(concern).values()})


def unknown_variables(names: Iterable[str]) -> dict[str, str | None]:
    """Those of `names` that look like ours but are not, each with the one that was probably meant."""
    ours = known_variables()
    strange = [name for name in names if name.startswith(PREFIX) and name not in {*ours, *OF_THE_TOOLS}]
    return {name: next(iter(difflib.get_close_matches(name, ours, n=1)), None) for name in strange}


def _concerns() -> dict[str, type[BaseSettings]]:
    fields = {name: field.annotation for name, field in Settings.model_fields.items()}
    return {name: kind for name, kind in fields.items() if isinstance(kind, type) and issubclass(kind, BaseSettings)}


def _variables(concern: type[BaseSettings]) -> dict[str, str]:
    prefix = concern.model_config.get("env_prefix", "")
    return {name: f"{prefix}{name}".upper() for name in concern.model_fields}


def _first_complaint(concern: type[BaseSettings], problem: ValidationError) -> str:
    first = problem.errors()[0]
    field = str(first["loc"][0])
    variable = _variables(concern).get(field, field)
    return f"{variable} is wrong: {first['msg'].removeprefix('Value error, ')}."
