"""The settings: where they come from, what they refuse, and that no secret is told."""

import json
import os
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from app.configuration.environment import locate
from app.configuration.errors import ConfigurationError
from app.configuration.example import example
from app.configuration.sections import Apigee, ApigeeAuth, Flavor, Oidc
from app.domain.products import ApiProduct
from app.settings import PLACEHOLDER, Settings

ROOT = Path(__file__).parents[2]
KEY = "0123456789abcdef-an-unguessable-key"
GOOD = {
    "PORTAL_SECRET_KEY": KEY,
    "PORTAL_PUBLIC_URL": "https://developers.example.com",
    "PORTAL_APIGEE__ORGANIZATION": "acme",
    "PORTAL_APIGEE__SERVICE_ACCOUNT_FILE": "account.json",
    "PORTAL_OIDC__CORP__ISSUER": "https://sso.example.com",
    "PORTAL_OIDC__CORP__CLIENT_ID": "portal",
    "PORTAL_OIDC__CORP__CLIENT_SECRET": "corp-client-secret",
}
EDGE = {
    "PORTAL_APIGEE__FLAVOR": "edge",
    "PORTAL_APIGEE__ENDPOINT": "https://edge.example.com/v1/",
    "PORTAL_APIGEE__AUTH": "basic",
    "PORTAL_APIGEE__SERVICE_ACCOUNT_FILE": "",
    "PORTAL_APIGEE__USERNAME": "ops@example.com",
    "PORTAL_APIGEE__PASSWORD": "edge-password",
}

Start = Callable[..., Settings]


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Start:
    """Return a function that starts with variables over the good ones; None takes one away."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("PORTAL_")]:
        monkeypatch.delenv(name)

    def run(changes: Mapping[str, str | None] | None = None, toml: str = "") -> Settings:
        for name, value in {**GOOD, **(changes or {})}.items():
            if value is None:
                monkeypatch.delenv(name, raising=False)
            else:
                monkeypatch.setenv(name, value)
        if toml:
            (tmp_path / "portal.toml").write_text(toml, encoding="utf-8")
        return Settings()

    return run


@pytest.fixture
def refusal(start: Start) -> Callable[..., str]:
    """Return a function that starts and returns the text of the refusal."""

    def run(changes: Mapping[str, str | None] | None = None, toml: str = "") -> str:
        with pytest.raises(ConfigurationError) as refused:
            start(changes, toml)
        return str(refused.value)

    return run


Refusal = Callable[..., str]


# --- Where settings come from -----------------------------------------------------------------


def test_a_few_variables_are_enough_and_the_rest_has_defaults(start: Start) -> None:
    settings = start()

    assert settings.secret_key.get_secret_value() == KEY
    assert settings.apigee.flavor is Flavor.X
    assert settings.apigee.endpoint == "https://apigee.googleapis.com/v1"
    assert settings.apigee.auth is ApigeeAuth.SERVICE_ACCOUNT
    assert settings.content_dir == Path("content")
    assert settings.public_reading
    assert settings.cache.apps_seconds == 60
    assert settings.registration.existing == "link"
    assert settings.oidc["corp"].scope == "openid profile email"


def test_a_variable_wins_over_the_file_and_leaves_its_neighbours(start: Start) -> None:
    toml = '[cache]\napps_seconds = 5\nproducts_seconds = 6\n[oidc.corp]\nscope = "openid x"\n'

    settings = start({"PORTAL_CACHE__APPS_SECONDS": "0"}, toml)

    assert settings.cache.apps_seconds == 0
    assert settings.cache.products_seconds == 6
    assert settings.oidc["corp"].scope == "openid x"
    assert settings.oidc["corp"].client_id == "portal"


def test_the_file_named_by_a_variable_is_read_instead(start: Start, tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    other.write_text('support_contact = "from the other file"\n', encoding="utf-8")

    settings = start({"PORTAL_CONFIG": str(other)}, 'support_contact = "from portal.toml"\n')

    assert settings.support_contact == "from the other file"


def test_an_argument_wins_over_everything(start: Start) -> None:
    start({"PORTAL_CACHE__APPS_SECONDS": "5"})

    settings = Settings(cache={"apps_seconds": 7}, support_contact="help@example.com")

    assert settings.cache.apps_seconds == 7
    assert settings.support_contact == "help@example.com"


def test_secrets_can_lie_in_files_at_every_depth(start: Start, tmp_path: Path) -> None:
    names = {
        "PORTAL_SECRET_KEY": f"{KEY}-from-a-file",
        "PORTAL_OIDC__CORP__CLIENT_SECRET": "client-secret-from-a-file",
        "PORTAL_APIGEE__PASSWORD": "password from a file ",
        "PORTAL_SECRET_KEY_FALLBACKS": f"{KEY}-1\n{KEY}-2",
        "PORTAL_DATABASE_URL": "postgresql://portal:secret@db/portal",
    }
    changes: dict[str, str | None] = dict(EDGE)
    for name, secret in names.items():
        file = tmp_path / name
        file.write_text(secret + "\n", encoding="utf-8")
        changes |= {name: None, f"{name}_FILE": str(file)}

    settings = start(changes)

    assert settings.secret_key.get_secret_value() == f"{KEY}-from-a-file"
    assert settings.oidc["corp"].client_secret.get_secret_value() == "client-secret-from-a-file"
    assert settings.apigee.password is not None
    assert settings.apigee.password.get_secret_value() == "password from a file "
    fallbacks = [secret.get_secret_value() for secret in settings.secret_key_fallbacks]
    assert fallbacks == [f"{KEY}-1", f"{KEY}-2"]
    assert settings.database_address == "postgresql+psycopg://portal:secret@db/portal"


def test_variables_without_a_name_mean_the_default_provider(start: Start) -> None:
    settings = start(
        {
            "PORTAL_OIDC__ISSUER": "http://localhost:8002",
            "PORTAL_OIDC__CLIENT_ID": "demo",
            "PORTAL_OIDC__CLIENT_SECRET": "demo-secret",
            "PORTAL_OIDC__ROLES": '{"portal-admins": "administrator"}',
        }
    )

    assert set(settings.oidc) == {"corp", "default"}
    assert settings.oidc["default"].roles == {"portal-admins": "administrator"}
    assert settings.oidc["default"].title == "Single sign-on"


def test_a_provider_is_called_by_its_name_unless_it_has_a_title(start: Start) -> None:
    two_words = {
        name.replace("CORP", "ACME_EU"): value for name, value in GOOD.items() if "OIDC" in name
    }

    settings = start({**two_words, "PORTAL_OIDC__CORP__TITLE": "The Corporation"})

    assert settings.oidc["corp"].title == "The Corporation"
    assert settings.oidc["acme-eu"].title == "Acme eu"


def test_lists_are_separated_by_commas_or_written_as_json(start: Start) -> None:
    by_comma = start({"PORTAL_REGISTRATION__DOMAINS": "Example.com, example.org"})
    by_json = start({"PORTAL_REGISTRATION__DOMAINS": '["example.net"]'})

    assert by_comma.registration.domains == ("example.com", "example.org")
    assert by_json.registration.domains == ("example.net",)


def test_names_of_the_demo_and_of_others_are_left_alone(start: Start) -> None:
    settings = start({"PORTAL_DEMO_PORT": "18000", "PORTALS": "x", "OTHER_SECRET_KEY": "x"})

    assert settings.secret_key.get_secret_value() == KEY


# --- What is refused --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "PORTAL_SECRETKEY",
        "PORTAL_Secret_Key",
        "PORTAL_APIGEE",
        "PORTAL_APIGEE__ENPOINT",
        "PORTAL_APIGEE__ENDPOINT__X",
        "PORTAL_APIGEE__USERNAME_FILE",
        "PORTAL_PUBLIC_URL__X",
        "PORTAL_CACHE_APPS_SECONDS",
        "PORTAL_OIDC",
        "PORTAL_OIDC__CORP__SECRET",
        "PORTAL_OIDC__SECRET",
        "PORTAL_NOTHING__LIKE__IT",
        "PORTAL_",
    ],
)
def test_an_unknown_variable_is_refused_by_name(refusal: Refusal, name: str) -> None:
    text = refusal({name: "the-value"})

    assert f"{name} is not a setting of this version" in text
    assert "the-value" not in text


def test_a_near_miss_is_told_the_right_name(refusal: Refusal) -> None:
    text = refusal({"PORTAL_APIGEE__ENPOINT": "x"})

    assert "did you mean PORTAL_APIGEE__ENDPOINT?" in text


def test_an_unknown_key_of_the_file_is_refused_by_name(refusal: Refusal) -> None:
    text = refusal(toml='colour = "red"\n[apigee]\nenpoint = "x"\n[oidc.corp]\nsecret = "s3cr3t"\n')

    assert "colour in portal.toml: is not a setting" in text
    assert "apigee.enpoint in portal.toml: is not a setting" in text
    assert "oidc.corp.secret in portal.toml: is not a setting" in text
    assert "s3cr3t" not in text


def test_everything_that_is_wrong_is_told_at_once(refusal: Refusal) -> None:
    text = refusal(
        {
            "PORTAL_SECRET_KEY": "short",
            "PORTAL_APIGEE__ORGANIZATION": None,
            "PORTAL_TYPO": "x",
            "PORTAL_APIGEE__AUTH": "metadata",
        },
        "[sessions]\nidle_minutes = 0\n",
    )

    assert "PORTAL_SECRET_KEY: must be at least 32 random characters" in text
    assert "PORTAL_APIGEE__ORGANIZATION: is required" in text
    assert "PORTAL_TYPO is not a setting" in text
    assert "PORTAL_APIGEE__AUTH: is not supported by this version" in text
    assert "sessions.idle_minutes in portal.toml: " in text
    assert text.count("\n") == 5


CONTRADICTIONS: list[tuple[dict[str, str | None], str]] = [
    ({"PORTAL_SECRET_KEY": "a" * 64}, "PORTAL_SECRET_KEY: must be at least 32 random"),
    ({"PORTAL_SECRET_KEY": PLACEHOLDER}, "PORTAL_SECRET_KEY: must be at least 32 random"),
    ({"PORTAL_SECRET_KEY_FALLBACKS": f"{KEY},x"}, "PORTAL_SECRET_KEY_FALLBACKS: must be at"),
    ({"PORTAL_PUBLIC_URL": "http://developers.example.com"}, "must begin with https://"),
    ({"PORTAL_PUBLIC_URL": "http://10.0.0.1"}, "must begin with https://"),
    ({"PORTAL_PUBLIC_URL": "https://host/a b"}, "without spaces"),
    ({"PORTAL_PUBLIC_URL": "https://host/\u00e9"}, "plain ASCII"),
    ({"PORTAL_PUBLIC_URL": "ftp://host"}, "must be an address such as https://"),
    ({"PORTAL_PUBLIC_URL": "https://"}, "must be an address such as https://"),
    ({"PORTAL_PUBLIC_URL": "https://host:99999"}, "must be an address such as https://"),
    ({"PORTAL_PUBLIC_URL": "https://host:0"}, "must be an address such as https://"),
    ({"PORTAL_PUBLIC_URL": "https://me:pw@host"}, "must not hold a user name"),
    ({"PORTAL_PUBLIC_URL": "https://host/?"}, "must not hold a user name"),
    ({"PORTAL_PUBLIC_URL": "https://host/#x"}, "must not hold a user name"),
    ({"PORTAL_PUBLIC_URL": "https://host/<x>"}, "may hold a path of letters"),
    ({"PORTAL_PUBLIC_URL": "https://host/../x"}, "may hold a path of letters"),
    ({"PORTAL_DATABASE_URL": "mysql://host/db"}, "PORTAL_DATABASE_URL: must begin with sqlite"),
    ({"PORTAL_LOG_LEVEL": "LOUD"}, "PORTAL_LOG_LEVEL"),
    ({"PORTAL_ACCESS": '{"internal": ["boss"]}'}, "PORTAL_ACCESS: must be one of administrator"),
    ({"PORTAL_ACCESS": "public"}, "PORTAL_ACCESS is not valid JSON"),
    ({"PORTAL_ACCESS": "[]"}, "PORTAL_ACCESS: "),
    ({"PORTAL_APIGEE__ENDPOINT": "https://apigee.example.com"}, "must end with /v1"),
    ({"PORTAL_APIGEE__ENDPOINT": "http://apigee.example.com/v1"}, "over http: use https, or set"),
    ({"PORTAL_APIGEE__ORGANIZATION": "a/b"}, "PORTAL_APIGEE__ORGANIZATION: must be the org"),
    ({"PORTAL_APIGEE__SERVICE_ACCOUNT_FILE": None}, "needs service_account_file"),
    ({"PORTAL_APIGEE__USERNAME": "ops"}, "username and password have no effect"),
    ({"PORTAL_APIGEE__AUTH": "oauth"}, "is not supported by this version: use service_account"),
    ({"PORTAL_APIGEE__AUTH": "magic"}, "PORTAL_APIGEE__AUTH"),
    ({"PORTAL_APIGEE__FLAVOR": "edge"}, "auth = service_account works with flavor x only"),
    ({"PORTAL_APIGEE__FLAVOR": "edge"}, "flavor is edge but endpoint is Google's"),
    ({**EDGE, "PORTAL_APIGEE__FLAVOR": "x"}, "auth = basic works with flavor edge only"),
    ({**EDGE, "PORTAL_APIGEE__PASSWORD": None}, "auth = basic needs username and password"),
    ({**EDGE, "PORTAL_APIGEE__USERNAME": ""}, "auth = basic needs username and password"),
    ({**EDGE, "PORTAL_APIGEE__SERVICE_ACCOUNT_FILE": "f"}, "service_account_file has no effect"),
    ({"PORTAL_OIDC__CORP__ISSUER": "http://sso.example.com"}, "must begin with https://"),
    ({"PORTAL_OIDC__CORP__SCOPE": "profile"}, "PORTAL_OIDC__CORP__SCOPE: must contain openid"),
    ({"PORTAL_OIDC__CORP__ROLES": '{"a": "king"}'}, "PORTAL_OIDC__CORP__ROLES: must be one of"),
    ({"PORTAL_OIDC__CORP__SIGN_UP_URL": "javascript:1"}, "PORTAL_OIDC__CORP__SIGN_UP_URL: "),
    ({"PORTAL_OIDC__CORP__CLIENT_SECRET": None}, "PORTAL_OIDC__CORP__CLIENT_SECRET: is required"),
    ({"PORTAL_OIDC__9__ISSUER": "https://x"}, "a provider's name is small letters"),
    ({name: None for name in GOOD if "OIDC" in name}, "nobody could sign in: add a provider"),
    ({"PORTAL_REGISTRATION__POLICY": "approval"}, "is not supported by this version: use open"),
    ({"PORTAL_REGISTRATION__EXISTING": "administrator"}, "use link or refuse"),
    ({"PORTAL_REGISTRATION__EXISTING": "steal"}, "PORTAL_REGISTRATION__EXISTING"),
    ({"PORTAL_REGISTRATION__DOMAINS": "@example.com"}, "without @ and *"),
    ({"PORTAL_CACHE__APPS_SECONDS": "-1"}, "PORTAL_CACHE__APPS_SECONDS"),
    ({"PORTAL_SESSIONS__IDLE_MINUTES": "721"}, "idle_minutes is longer than absolute_hours"),
    ({"PORTAL_LIMITS__WRITE": "often"}, 'PORTAL_LIMITS__WRITE: must read like "20 per minute"'),
    ({"PORTAL_LIMITS__MULTIPLIER": "0"}, "PORTAL_LIMITS__MULTIPLIER"),
    ({"PORTAL_BRANDING__NAME": ""}, "PORTAL_BRANDING__NAME"),
    ({"PORTAL_SECRET_KEY_FILE": "f"}, "PORTAL_SECRET_KEY and PORTAL_SECRET_KEY_FILE say the same"),
    (
        {"PORTAL_SECRET_KEY": None, "PORTAL_SECRET_KEY_FILE": "missing"},
        "PORTAL_SECRET_KEY_FILE names a file that cannot be read: No such file",
    ),
    ({"PORTAL_CONFIG": "missing.toml"}, "PORTAL_CONFIG names missing.toml, which does not exist"),
]


@pytest.mark.parametrize(("changes", "told"), CONTRADICTIONS)
def test_a_contradiction_is_refused_and_named(
    refusal: Refusal, changes: dict[str, str | None], told: str
) -> None:
    text = refusal(changes)

    assert told in text
    for secret in (KEY, "corp-client-secret", "edge-password", "me:pw"):
        assert secret not in text


@pytest.mark.parametrize(
    ("toml", "told"),
    [
        ("secret_key = 'half", "portal.toml is not valid TOML"),
        ("apigee = 5\n", "apigee in portal.toml: must be a table"),
        ("cache = 5\n", "cache in portal.toml: "),
        ("access = 5\n", "access in portal.toml: "),
        ("[oidc]\nissuer = 'x'\n", "oidc in portal.toml: a provider is a table with a name"),
    ],
)
def test_a_wrong_file_is_refused(refusal: Refusal, toml: str, told: str) -> None:
    text = refusal(toml=toml)

    assert told in text
    assert "half" not in text


def test_a_provider_that_is_not_a_table_is_refused(refusal: Refusal) -> None:
    text = refusal({name: None for name in GOOD if "OIDC" in name}, "oidc = 5\n")

    assert "oidc in portal.toml: " in text


def test_a_broken_file_is_not_blamed_on_missing_settings(refusal: Refusal) -> None:
    text = refusal({"PORTAL_PUBLIC_URL": None}, "public_url = \n")

    assert "is not valid TOML" in text
    assert "PORTAL_PUBLIC_URL" not in text


def test_an_unreadable_secret_is_told_once(refusal: Refusal) -> None:
    text = refusal({"PORTAL_SECRET_KEY": None, "PORTAL_SECRET_KEY_FILE": "missing"})

    assert text.count("PORTAL_SECRET_KEY") == 1


def test_files_that_are_not_text_are_refused(refusal: Refusal, tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"\xff\xfe\x00" * 20)
    (tmp_path / "portal.toml").write_bytes(b"\xff\xfe\x00")

    text = refusal({"PORTAL_SECRET_KEY": None, "PORTAL_SECRET_KEY_FILE": "key"})

    assert "PORTAL_SECRET_KEY_FILE names a file that cannot be read: it is not UTF-8" in text
    assert "portal.toml is not UTF-8 text" in text


def test_a_folder_in_place_of_the_file_is_refused(refusal: Refusal, tmp_path: Path) -> None:
    assert "cannot be read: " in refusal({"PORTAL_CONFIG": str(tmp_path)})


# --- What is made of them ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "origin", "path", "cookie"),
    [
        ("https://dev.example.com/", "https://dev.example.com", "/", "__Host-portal_session"),
        (
            "https://Dev.example.com:8443",
            "https://dev.example.com:8443",
            "/",
            "__Host-portal_session",
        ),
        ("https://x.example/dev/", "https://x.example", "/dev", "__Secure-portal_session"),
        ("http://localhost:8000", "http://localhost:8000", "/", "portal_session"),
        ("http://portal.localhost", "http://portal.localhost", "/", "portal_session"),
        ("http://[::1]:80/dev", "http://[::1]:80", "/dev", "portal_session"),
    ],
)
def test_the_public_address_decides_origin_and_cookie(
    start: Start, url: str, origin: str, path: str, cookie: str
) -> None:
    settings = start({"PORTAL_PUBLIC_URL": url})

    assert settings.public_origin == origin
    assert f"{'https' if settings.is_https else 'http'}://{settings.public_host}" == origin
    assert settings.cookie_path == path
    assert settings.public_path == path.rstrip("/")
    assert settings.cookie_name == cookie


def test_a_name_takes_the_loopback_exception_only_with_its_own_dot(refusal: Refusal) -> None:
    assert "must begin with https://" in refusal({"PORTAL_PUBLIC_URL": "http://notlocalhost"})


def test_edge_is_set_up_with_a_password(start: Start) -> None:
    apigee = start(EDGE).apigee

    assert apigee.flavor is Flavor.EDGE
    assert apigee.endpoint == "https://edge.example.com/v1"
    assert apigee.service_account_file is None


@pytest.mark.parametrize(
    "changes",
    [
        {"PORTAL_APIGEE__ENDPOINT": "http://localhost:8001/v1"},
        {
            "PORTAL_APIGEE__ENDPOINT": "http://apigee.internal:8080/v1",
            "PORTAL_APIGEE__ALLOW_HTTP": "true",
        },
    ],
)
def test_http_to_apigee_is_for_this_machine_or_on_demand(
    start: Start, changes: dict[str, str]
) -> None:
    assert start(changes).apigee.endpoint == changes["PORTAL_APIGEE__ENDPOINT"]


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("sqlite:///var/portal.db", "sqlite:///{here}/var/portal.db"),
        ("sqlite:////srv/portal.db", "sqlite:////srv/portal.db"),
        ("sqlite://", "sqlite://"),
        ("sqlite:///:memory:", "sqlite:///:memory:"),
        ("sqlite:///file:x?mode=ro&uri=true", "sqlite:///file:x?mode=ro&uri=true"),
        ("postgresql+psycopg://h/db", "postgresql+psycopg://h/db"),
    ],
)
def test_the_database_file_is_relative_to_the_working_folder(
    start: Start, tmp_path: Path, url: str, address: str
) -> None:
    settings = start({"PORTAL_DATABASE_URL": url})

    assert settings.database_address == address.format(here=tmp_path)


def test_access_rules_replace_the_defaults_one_by_one(start: Start) -> None:
    rule = start({}, '[access]\nprivate = ["support"]\n').access_rule

    assert rule.allows(ApiProduct("a", "A", access="private"), ["support"])
    assert not rule.allows(ApiProduct("a", "A", access="private"), ["developer"])
    assert rule.allows(ApiProduct("a", "A", access="public"), [])
    assert not rule.allows(ApiProduct("a", "A", access="internal"), ["support"])


def test_every_limit_is_multiplied(start: Start) -> None:
    limits = start({"PORTAL_LIMITS__MULTIPLIER": "20", "PORTAL_LIMITS__SEARCH": "3 per 5 minutes"})

    assert limits.limits.effective("sign_in") == "400 per minute"
    assert limits.limits.effective("search") == "60 per 5 minutes"


def test_settings_cannot_be_changed_after_the_start(start: Start) -> None:
    settings = start()

    with pytest.raises(ValidationError, match="frozen"):
        settings.public_reading = False  # type: ignore[misc] # that is the point
    with pytest.raises(ValidationError, match="frozen"):
        settings.cache.apps_seconds = 1  # type: ignore[misc] # that is the point


def test_no_secret_shows_in_a_printed_model(start: Start) -> None:
    changes = {**EDGE, "PORTAL_SECRET_KEY_FALLBACKS": f"{KEY}-former"}
    settings = start({**changes, "PORTAL_DATABASE_URL": "postgresql://u:db-password@h/d"})

    for text in (repr(settings), str(settings), settings.model_dump_json()):
        for secret in (KEY, "corp-client-secret", "edge-password", "db-password"):
            assert secret not in text


# --- The example file -------------------------------------------------------------------------


def _uncommented() -> dict[str, Any]:
    lines = example().splitlines()
    return tomllib.loads("\n".join(line[1:] for line in lines if line[:2] not in {"# ", ""}))


def test_the_committed_example_is_what_the_model_says() -> None:
    assert (ROOT / "portal.example.toml").read_text(encoding="utf-8") == example()


def test_the_example_holds_the_defaults_and_starts_once_the_key_is_replaced(start: Start) -> None:
    defaults = start(
        {
            "PORTAL_APIGEE__SERVICE_ACCOUNT_FILE": "account.json",
            "PORTAL_PUBLIC_URL": None,
            "PORTAL_SECRET_KEY": KEY,
        },
        'public_url = "https://developers.example.com"\n',
    )
    shown = _uncommented()
    shown["secret_key"] = KEY
    shown["apigee"]["service_account_file"] = "account.json"
    shown["oidc"]["corp"] |= {"client_id": "portal", "client_secret": "corp-client-secret"}

    assert Settings(**json.loads(json.dumps(shown))) == defaults


def test_the_example_names_every_setting() -> None:
    shown = _uncommented()

    assert set(shown) == set(Settings.model_fields)
    assert set(shown["apigee"]) == set(Apigee.model_fields)
    assert set(shown["oidc"]["corp"]) == set(Oidc.model_fields)


def test_every_variable_of_the_example_exists() -> None:
    names = [
        line.removeprefix("# ").removesuffix(" or …_FILE")
        for line in example().splitlines()
        if line.startswith("# PORTAL_") and not line.startswith("# PORTAL_CONFIG")
    ]

    assert len(names) > 40
    for name in names:
        assert locate(Settings, name.removeprefix("PORTAL_").split("__")), name
