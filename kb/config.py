"""Settings: the only reader of the environment.

Every setting is an environment variable `KB_<NAME>` or a key in `kb.toml` in the working
directory (the environment wins). `docs/configuration.md` describes each; a test keeps it complete.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from kb.errors import ConfigurationError


class Settings(BaseSettings):
    """All settings with their defaults; units are in the names."""

    model_config = SettingsConfigDict(
        env_prefix="KB_", toml_file="kb.toml", extra="forbid", frozen=True
    )

    data_dir: Path = Path("data")
    """Store, snapshots, caches. Back up this folder and nothing else."""
    database_url: str = ""
    """SQLAlchemy URL of the store; empty: SQLite at `<data_dir>/kb.sqlite`."""
    embedding_model: str = "multilingual-e5-small"
    """A packaged model, a Hub id or a local sentence-transformers folder."""
    embedding_query_prompt: str | None = None
    """Prefix of queries; unset: the model's own prompt."""
    embedding_passage_prompt: str | None = None
    """Prefix of passages; unset: the model's own prompt."""
    embedding_precision: str = Field("auto", pattern="^(auto|float32|bfloat16)$")
    """`auto` uses bfloat16 where the CPU has it and a probe text agrees."""
    threads: int = Field(0, ge=0)
    """Threads of the embedder; 0: all cores."""
    languages: Annotated[tuple[str, ...], NoDecode] = ("en", "fa", "zh")
    """Languages of the content (ISO 639-1), comma separated."""
    default_locale: str = "en"
    """Locale assumed when neither caller nor text tells."""
    parameters_file: Path | None = None
    """Ranking and confidence parameters; unset: `<data_dir>/parameters.json` or the packaged."""
    content_dir: Path = Path("articles")
    """The folder that articles, macros and the escalation rules are written in."""
    escalation_file: Path | None = None
    """Escalation rules; unset: `<content_dir>/escalation.toml`, and none where that is missing."""
    synonyms_file: Path | None = None
    """Words that mean the same to search; unset: `<content_dir>/synonyms.toml`, where there is
    one."""
    passage_tokens: int = Field(200, ge=32, le=480)
    """Upper bound of a passage, title included, in tokens of the embedding model."""
    keep_generations: int = Field(3, ge=1)
    """Snapshots kept after publishing, the live one included."""
    candidates: int = Field(100, ge=10, le=1000)
    """Passages taken from each retriever and collection before fusion."""
    max_query_chars: int = Field(2000, ge=10)
    """Longer search queries are refused."""
    max_body_bytes: int = Field(2_000_000, ge=1000)
    """Larger HTTP request bodies are refused."""
    max_document_bytes: int = Field(5_000_000, ge=1000)
    """Larger source documents (one file, one JSON line) are skipped and reported."""
    allow_anonymous: bool = True
    """Whether callers without an API key may search as a customer."""
    allowed_origins: Annotated[tuple[str, ...], NoDecode] = ()
    """Origins that browsers may call the API from, comma separated."""
    embed_origins: Annotated[tuple[str, ...], NoDecode] = ()
    """Origins of the tools that may show the reps' sidebar in a frame, comma separated."""
    requests_per_minute: int = Field(300, ge=1)
    """Rate limit per API key, or per address without one."""
    contacts_per_hour: int = Field(20, ge=1)
    """Messages to the team that one address may send from the contact form and the widget."""
    webhook_url: str = ""
    """Address that is told of tickets that begin here; empty: nobody is."""
    webhook_secret: str = Field("", repr=False)
    """Signs what is sent there: `whsec_…`, from `kb webhooks secret`."""
    event_log: bool = True
    """Whether suggestions, what reps do with them, and what visitors do are recorded."""
    event_retention_days: int = Field(365, ge=0, le=36_500)
    """Events are deleted after so many days; 0 keeps them for ever."""
    gaps_refresh_minutes: int = Field(60, ge=0, le=43_200)
    """The report on gaps is computed while serving, where something changed, once it is so old; 0:
    only when somebody asks for it."""
    popular_min_visitors: int = Field(5, ge=1)
    """A question is proposed to others once so many different visitors asked it."""
    phone_regions: Annotated[tuple[str, ...], NoDecode] = ("IR", "CN", "US", "DE", "GB")
    """Countries (ISO 3166) whose national phone and identity numbers are redacted, comma separated;
    numbers written internationally are redacted anyway."""
    order_patterns: Annotated[tuple[str, ...], NoDecode] = ()
    """Regular expressions for order and account numbers to redact besides the usual forms, as a
    JSON list; group 1, if there is one, is what is redacted."""
    session_idle_minutes: int = Field(720, ge=5, le=43_200)
    """Staff are signed out when they did nothing for so long."""
    session_max_hours: int = Field(168, ge=1, le=8760)
    """Staff are signed out so long after signing in."""
    audit_retention_days: int = Field(730, ge=0, le=36_500)
    """Lines of the audit log are deleted after so many days; 0 keeps them for ever."""
    oidc_issuer: str = ""
    """Address of the OpenID Connect provider that signs staff in; empty: none does."""
    oidc_client_id: str = ""
    """What the provider calls us."""
    oidc_client_secret: str = Field("", repr=False)
    """What we prove it with; empty: PKCE alone, as a public client."""
    oidc_client_secret_file: Path | None = None
    """A file that holds the secret, instead of it."""
    oidc_scopes: str = "openid email profile"
    """What is asked of the provider."""
    oidc_name: str = ""
    """On the button of the sign-in page; empty: the provider's host."""
    oidc_verified_claim: str = "email_verified"
    """The claim that says whether the provider has verified the e-mail address."""
    oidc_role_claim: str = ""
    """The claim that tells roles with each sign-in; empty: roles are given here."""
    oidc_roles: Annotated[tuple[str, ...], NoDecode] = ()
    """Which of its values is which role, comma separated: `kb-admins=admin,kb-reps=rep`."""
    oidc_default_role: str = Field("", pattern="^(|rep|writer|admin)$")
    """The role of whom the claim gives none; empty: they may not sign in."""
    oidc_provision: bool = False
    """Whether somebody whom the provider signs in gets an account if they have none."""
    host: str = "127.0.0.1"
    port: int = Field(8600, ge=0, le=65535)
    public_url: str = ""
    """Address under which readers reach the service; empty: relative links."""
    contact: str = "help@verdilo.example"
    """Shown where there is no answer."""
    site_name: str = ""
    """Name of the help center on its pages; empty: "Help center" in the page's language."""
    time_zone: str = "UTC"
    """In which pages tell times of day, such as Asia/Tehran."""

    @field_validator("languages", "allowed_origins", "oidc_roles", "embed_origins", mode="before")
    @classmethod
    def _split_commas(cls, value: Any) -> Any:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _secret(cls, value: str) -> str:
        if value and not re.fullmatch(r"whsec_[A-Za-z0-9+/]{32,100}={0,2}", value):
            raise ValueError("no secret such as `kb webhooks secret` makes")  # never shown
        return value

    @field_validator("embed_origins")
    @classmethod
    def _origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for origin in value:
            if not re.fullmatch(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?", origin):
                raise ValueError(f"{origin!r} is no origin, such as https://desk.example.com")
        return tuple(origin.lower() for origin in value)

    @field_validator("phone_regions", mode="before")
    @classmethod
    def _regions(cls, value: Any) -> Any:
        regions = [part.strip() for part in value.split(",")] if isinstance(value, str) else value
        for region in regions:
            if not re.fullmatch("[A-Z]{2}", str(region)):
                raise ValueError(f"{region!r} is no code of a country, such as IR or CN")
        return tuple(regions)

    @field_validator("order_patterns", mode="before")
    @classmethod
    def _patterns(cls, value: Any) -> Any:
        if isinstance(value, str):
            try:
                value = json.loads(value or "[]")
            except ValueError as error:
                raise ValueError(f'not a JSON list such as ["ACME-(\\\\d+)"]: {error}') from error
        if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
            raise ValueError("not a list of regular expressions")
        for pattern in value:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"{pattern!r} is no regular expression: {error}") from error
        return tuple(value)

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError(f"{value!r} is no time zone, such as Asia/Tehran or Europe/Berlin")
        return value

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def store_url(self) -> str:
        return self.database_url or f"sqlite:///{(self.data_dir / 'kb.sqlite').absolute()}"

    @property
    def index_dir(self) -> Path:
        return self.data_dir / "index"

    @property
    def cache_dir(self) -> Path:
        return self.data_dir / "cache"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load_settings(**overrides: Any) -> Settings:
    """Read the settings.

    Raises:
        ConfigurationError: a value is invalid or `kb.toml` holds an unknown key.
    """
    try:
        return Settings(**overrides)
    except ValidationError as error:
        problems = "; ".join(
            f"KB_{'_'.join(str(p) for p in item['loc']).upper()}: {item['msg']}"
            for item in error.errors()
        )
        raise ConfigurationError(f"Settings are not valid: {problems}.") from error
    except ValueError as error:  # malformed TOML
        raise ConfigurationError(f"kb.toml cannot be read: {error}.") from error


def prepare_process() -> None:
    """Set what torch and tokenizers read once, at import. Call before importing either.

    Idle OpenMP threads that spin starve the other core: one query took 1.4 s instead of 10 ms on a
    busy 2-core machine. And nothing here may ask a model hub.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")


def environment_with(**settings: object) -> dict[str, str]:
    """This process's environment with some settings replaced: for a child process."""
    replaced = {f"KB_{name.upper()}": str(value) for name, value in settings.items()}
    return {**os.environ, **replaced}
