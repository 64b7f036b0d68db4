"""One frozen settings object. Nobody else reads the environment."""

import secrets
from importlib.util import find_spec
from pathlib import Path

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

SLICES = ("people", "editions", "payments", "registration", "housing", "donations", "agenda", "notes", "endorsements", "letters", "privacy", "office", "front")

ROOT = Path(__file__).resolve().parent.parent


class BrokenSetting(Exception):
    """A setting is missing or wrong; the message is one sentence for the person who starts the program."""


class Settings(BaseSettings):
    """Each is read from ``CONFERENCE_<NAME>``."""

    model_config = SettingsConfigDict(env_prefix="CONFERENCE_", frozen=True, extra="ignore")

    root: Path = Field(default=ROOT, description="Where templates/ and static/ are found.")
    var: Path = Field(default=Path("var"), description="Where the database, the keyring and other files of this machine are kept.")
    database_url: str = Field(default="", description="sqlite:///file or postgres://user:password@host1,host2/name; default SQLite in var.")
    base_url: str = Field(default="http://127.0.0.1:8000", description="The address people type, without a slash at the end.")
    secret_key: SecretStr = Field(default=SecretStr(""), description="At least 32 characters; signs links and sign-ins.")
    keyring: Path | None = Field(default=None, description="The file of encryption keys; never in a backup of the database.")
    smtp_url: SecretStr = Field(default=SecretStr(""), description="smtp://user:password@host:587; without it letters wait at /office/outbox.")
    mail_from: str = Field(default="conference@example.org", description="The address letters come from.")
    stripe_key: SecretStr = Field(default=SecretStr(""), description="Stripe's secret key; without it cards cannot be taken (the demo uses a double).")
    stripe_webhook_secret: SecretStr = Field(default=SecretStr(""), description="Stripe's signing secret of /stripe/webhook.")
    stripe_api: str = Field(default="", description="Another origin of Stripe's API, for tests with the double beside the app.")
    trusted_proxies: str = Field(default="", description="Addresses of proxies whose X-Forwarded-For is believed, comma-separated.")
    metrics_token: SecretStr = Field(default=SecretStr(""), description="Bearer token for /metrics from other machines.")
    demo: bool = Field(default=False, description="The demo: loopback only, payments by the double, letters shown instead of sent.")

    @field_validator("base_url")
    @classmethod
    def _no_slash(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        return value.rstrip("/")

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and len(value.get_secret_value()) < 32:
            raise ValueError("must have at least 32 characters")
        return value

    @model_validator(mode="after")
    def _demo_moves_no_money(self) -> "Settings":
        if self.demo and "_live_" in self.stripe_key.get_secret_value():
            raise ValueError("a live Stripe key and the demo together are refused")
        return self

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite://{(self.var / 'conference.sqlite3').absolute()}"

    @property
    def keyring_file(self) -> Path:
        return self.keyring or self.var / "keyring.json"

    @property
    def secret(self) -> str:
        return self.secret_key.get_secret_value()

    @property
    def https(self) -> bool:
        return self.base_url.startswith("https://")


def load(**given: object) -> Settings:
    """Settings from the environment, or from what is given; BrokenSetting with one sentence otherwise."""
    try:
        settings = Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        told = first["msg"].removeprefix("Value error, ")
        raise BrokenSetting(f"CONFERENCE_{name} {told}." if name else f"{told}.") from None
    if settings.secret:
        return settings
    return settings.model_copy(update={"secret_key": SecretStr(_kept_secret(settings.var / "secret"))})


def _kept_secret(file: Path) -> str:
    """The secret of this machine, made on the first start."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(48))
    return file.read_text().strip()


def orm_config(settings: Settings) -> dict:
    """Tortoise's configuration: one app, one migration history."""
    from conference.core.db.engines import connection_config

    return {
        "connections": {"default": connection_config(settings.database)},
        "apps": {
            "conference": {
                "models": [*CORE_MODELS, *(f"conference.{name}.models" for name in SLICES if find_spec(f"conference.{name}.models"))],
                "migrations": "conference.migrations",
                "default_connection": "default",
            }
        },
        "use_tz": True,
        "timezone": "UTC",
    }


CORE_MODELS = (
    "conference.core.jobs",
    "conference.core.versions",
    "conference.core.audit",
    "conference.core.mail",
    "conference.core.sealing_models",
    "conference.core.blobs",
)
