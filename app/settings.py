"""The settings of the portal: one frozen model, from portal.toml and PORTAL_* variables.

``Settings()`` reads both; a variable wins over the file, an argument over both. It raises
``ConfigurationError`` with everything that is wrong. Secrets are ``SecretStr`` throughout.
"""

import os
import re
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import (
    AfterValidator,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from app.configuration.apigee import Apigee
from app.configuration.approvals import Approvals
from app.configuration.assertion import Assertion
from app.configuration.content import Content
from app.configuration.embedding import Embedding, Proxy
from app.configuration.errors import ConfigurationError
from app.configuration.mail import Mail
from app.configuration.oidc import Oidc
from app.configuration.organizations import Organization, further
from app.configuration.outgoing import Http
from app.configuration.reading import merged, read
from app.configuration.registration import Registration
from app.configuration.roles import Audience, Role, naming, own_names
from app.configuration.secret_key import PLACEHOLDER, LongSecret
from app.configuration.sections import (
    Accounts,
    Apps,
    Audit,
    Branding,
    Cache,
    Keys,
    Limits,
    ProductAccess,
    Products,
    StepUp,
)
from app.configuration.sessions import Sessions
from app.configuration.sync import Sync
from app.configuration.try_it import TryIt
from app.configuration.watching import MetricsFolder, MetricsToken
from app.domain.addresses import public_address, split_address
from app.domain.people import ADMINISTRATOR
from app.domain.products import EVERYONE, AccessOverride, AccessRule

PROVIDER_NAME: Final = re.compile(r"[a-z][a-z0-9-]*")
ACCESS: Final = {"public": (EVERYONE,), "private": (), "internal": (ADMINISTRATOR,)}
REDIS: Final = ("redis://", "rediss://")
DATABASES: Final = ("sqlite://", "postgresql://", "postgresql+psycopg://")
REQUIRED_TABLES: Final[Mapping[str, Mapping[str, object]]] = {"apigee": {}, "oidc": {}}
TITLE_OF_DEFAULT: Final = "Single sign-on"


class Settings(BaseSettings):
    """Everything an operator can choose; see ``portal.example.toml`` for the same as a file."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    secret_key: LongSecret = Field(
        description="Signs cookies and forms: at least 32 random characters, the same everywhere.",
        examples=[PLACEHOLDER],
    )
    secret_key_fallbacks: tuple[LongSecret, ...] = Field(
        (), description="Former secret keys, still accepted while they are being replaced."
    )
    public_url: Annotated[str, AfterValidator(public_address)] = Field(
        description="Address that people use; https, but for localhost. A path is possible.",
        examples=["https://developers.example.com"],
    )
    database_url: SecretStr = Field(
        SecretStr("sqlite:///var/portal/portal.db"),
        description="sqlite:///file (relative to the working folder) or postgresql://…",
    )
    redis_url: SecretStr | None = Field(
        None,
        description="redis://… or rediss://… for facts and rate limits that several processes or "
        "machines share; needs the extra redis. Empty = each process has its own.",
    )
    server_threads: int = Field(
        16,
        ge=4,
        le=512,
        description="Threads of each web server process (gunicorn --threads). At most three "
        "quarters of them ever wait for Apigee, so that the rest of the portal answers.",
    )
    content_dir: Path = Field(
        Path("content"), description="Folder with the docs/ and apis/ that are shown."
    )
    public_reading: bool = Field(
        True, description="Let people read home, APIs and public products without signing in."
    )
    support_contact: str = Field(
        "", description="Whom people ask for help: an e-mail address or a web address."
    )
    policy: str = Field(
        "",
        description="module:Class with your own rules about who may request and change what; "
        "see docs/policy.md.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="Least important level that is logged."
    )
    metrics_token: MetricsToken = SecretStr("")
    metrics_folder: MetricsFolder = None
    roles: Annotated[dict[str, Role], AfterValidator(own_names)] = Field(
        {}, examples=["support-lead"]
    )
    access: dict[str, tuple[Audience, ...]] = Field(
        ACCESS,
        description="Roles that see products by Apigee's access attribute; * is everybody. "
        "A value that is missing here keeps its default.",
    )
    apigee: Apigee
    organizations: Annotated[dict[str, Organization], AfterValidator(further)] = Field(
        {}, examples=["partners"]
    )
    content: Content = Content()
    try_it: TryIt = TryIt()
    http: Http = Http()
    proxy: Proxy = Proxy()
    embedding: Embedding = Embedding()
    assertion: Assertion = Assertion()
    oidc: dict[str, Oidc]
    cache: Cache = Cache()
    products: Products = Products()
    product_access: dict[str, ProductAccess] = Field({}, examples=["partners"])
    apps: Apps = Apps()
    keys: Keys = Keys()
    registration: Registration = Registration()
    mail: Mail = Mail()
    approvals: Approvals = Approvals()
    accounts: Accounts = Accounts()
    sync: Sync = Sync()
    sessions: Sessions = Sessions()
    step_up: StepUp = StepUp()
    audit: Audit = Audit()
    limits: Limits = Limits()
    branding: Branding = Branding()

    def __init__(self, **given: object) -> None:
        found = read(type(self), os.environ)
        problems = list(found.problems)
        if found.is_complete:
            try:
                values = merged(REQUIRED_TABLES, found.values, given)
                with naming(values.get("roles")):
                    super().__init__(**values)
            except ValidationError as error:
                problems += found.explain(error)
        if problems:
            raise ConfigurationError(problems)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the base's signature
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the base's signature
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the base's signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the base's signature
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Leave reading to ``app.configuration``, which refuses unknown variables."""
        return (init_settings,)

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: SecretStr) -> SecretStr:
        if not url.get_secret_value().startswith(DATABASES):
            raise ValueError("must begin with sqlite:/// or postgresql://")
        return url

    @field_validator("redis_url", "metrics_folder", mode="before")
    @classmethod
    def _given_or_none(cls, url: object) -> object:
        return url or None

    @field_validator("redis_url")
    @classmethod
    def _usable_redis(cls, url: SecretStr | None) -> SecretStr | None:
        if url is None:
            return None
        if not url.get_secret_value().startswith(REDIS):
            raise ValueError("must begin with redis:// or rediss://")
        if find_spec("redis") is None:
            raise ValueError("needs the package redis: install the extra redis")
        return url

    @field_validator("access", mode="before")
    @classmethod
    def _over_the_defaults(cls, access: object) -> object:
        return {**ACCESS, **access} if isinstance(access, dict) else access

    @field_validator("oidc", mode="before")
    @classmethod
    def _named_providers(cls, providers: object, info: ValidationInfo) -> object:
        if not isinstance(providers, dict):
            return providers
        if _has_assertion(info) == bool(providers):
            raise ValueError(
                "a provider is not asked while assertion.header is set: remove one of them"
                if providers
                else "nobody could sign in: add a provider, such as [oidc.corp]"
            )
        for name, table in providers.items():
            if not PROVIDER_NAME.fullmatch(name):
                raise ValueError("a provider's name is small letters, digits and '-'")
            if not isinstance(table, dict | Oidc):
                raise ValueError("a provider is a table with a name, such as [oidc.corp]")  # noqa: TRY004 - pydantic collects ValueError only
        return {name: _titled(name, table) for name, table in providers.items()}

    @field_validator("step_up")
    @classmethod
    def _can_be_proven(cls, step_up: StepUp, info: ValidationInfo) -> StepUp:
        if step_up.actions and _has_assertion(info):
            raise ValueError("actions need a provider to sign in at again: leave them out")
        return step_up

    @property
    def is_https(self) -> bool:
        """Whether people reach the portal by https, so that cookies are ``Secure``."""
        return self.public_url.startswith("https://")

    @property
    def public_origin(self) -> str:
        """Scheme, host and port of the public address."""
        parts = split_address(self.public_url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def public_host(self) -> str:
        """Host and port of the public address, the only ``Host`` that is expected."""
        return split_address(self.public_url).netloc

    @property
    def public_path(self) -> str:
        """Path of the public address without a slash at its end; empty at the root."""
        return split_address(self.public_url).path

    @property
    def cookie_path(self) -> str:
        """``Path`` of the portal's cookies."""
        return self.public_path or "/"

    @property
    def cookie_name(self) -> str:
        """Name of the session cookie, with the strictest prefix that the address allows."""
        if not self.is_https:
            return "portal_session"
        return "__Secure-portal_session" if self.public_path else "__Host-portal_session"

    @property
    def access_rule(self) -> AccessRule:
        """Who sees which products."""
        by_access = {value: frozenset(roles) for value, roles in self.access.items()}
        overrides = (
            AccessOverride(item.products, frozenset(item.roles), item.effect == "allow")
            for item in self.product_access.values()
        )
        return AccessRule(by_access, tuple(overrides))

    @property
    def database_address(self) -> str:
        """The database as SQLAlchemy wants it: psycopg named, a file's path absolute."""
        url = self.database_url.get_secret_value()
        scheme, _, rest = url.partition("://")
        if scheme == "postgresql":
            return f"postgresql+psycopg://{rest}"
        file = rest.removeprefix("/")
        if scheme != "sqlite" or file in {"", ":memory:"} or file.startswith("file:"):
            return url
        return f"sqlite:///{Path(file).absolute()}"


def _has_assertion(info: ValidationInfo) -> bool:
    assertion = info.data.get("assertion")
    return isinstance(assertion, Assertion) and bool(assertion.header)


def _titled(name: str, table: object) -> object:
    if not isinstance(table, dict) or table.get("title"):
        return table
    title = TITLE_OF_DEFAULT if name == "default" else name.replace("-", " ").capitalize()
    return {**table, "title": title}
