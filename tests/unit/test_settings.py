"""The settings: where they come from, and what is made of them."""

from pathlib import Path

import certifi
import pytest
from pydantic import ValidationError

from app.configuration.apigee import ApigeeAuth, Flavor
from app.domain.outgoing import Outgoing
from app.domain.products import ApiProduct
from app.domain.step_up import Dangerous
from app.settings import Settings
from tests.unit.starting import EDGE, GOOD, KEY, NO_PROVIDER, OAUTH, SIGNED, Refusal, Start


def test_a_few_variables_are_enough_and_the_rest_has_defaults(start: Start) -> None:
    settings = start()

    assert settings.secret_key.get_secret_value() == KEY
    assert settings.apigee.flavor is Flavor.X
    assert settings.apigee.endpoint == "https://apigee.googleapis.com/v1"
    assert settings.apigee.auth is ApigeeAuth.SERVICE_ACCOUNT
    assert settings.content_dir == Path("content")
    assert settings.public_reading
    assert settings.cache.apps_seconds == 25
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


def test_a_machine_of_google_needs_no_key(start: Start) -> None:
    changes = {"PORTAL_APIGEE__AUTH": "metadata", "PORTAL_APIGEE__SERVICE_ACCOUNT_FILE": None}

    assert start(changes).apigee.auth is ApigeeAuth.METADATA


def test_a_machine_user_of_edge_asks_apigee_or_its_zone_for_tokens(
    start: Start, tmp_path: Path
) -> None:
    file = tmp_path / "password"
    file.write_text("from-a-file\n", encoding="utf-8")
    changes = {"PORTAL_APIGEE__PASSWORD": None, "PORTAL_APIGEE__PASSWORD_FILE": str(file)}
    zone = "https://zone.login.apigee.com/oauth/token"

    usual = start({**OAUTH, **changes}).apigee
    zoned = start({**OAUTH, **changes, "PORTAL_APIGEE__TOKEN_URL": zone}).apigee

    assert usual.token_address == "https://login.apigee.com/oauth/token"
    assert zoned.token_address == zone
    assert usual.password is not None
    assert usual.password.get_secret_value() == "from-a-file"


@pytest.mark.parametrize(
    ("address", "allowed"),
    [("http://127.0.0.1:9/oauth/token", "false"), ("http://login.internal/oauth/token", "true")],
)
def test_tokens_without_tls_come_from_this_machine_or_on_demand(
    start: Start, address: str, allowed: str
) -> None:
    changes = {"PORTAL_APIGEE__TOKEN_URL": address, "PORTAL_APIGEE__ALLOW_HTTP": allowed}

    assert start({**OAUTH, **changes}).apigee.token_address == address


def test_the_way_out_is_one_table_and_keeps_the_proxys_password_to_itself(
    start: Start, tmp_path: Path
) -> None:
    proxy = "https://portal:proxy%20password@proxy.example:3128"
    changes = {"PORTAL_HTTP__PROXY": proxy, "PORTAL_HTTP__NO_PROXY": "corp.example, 10.0.0.0/8"}
    file = tmp_path / "proxy"
    file.write_text(proxy, encoding="utf-8")

    http = start(changes).http
    from_file = start({"PORTAL_HTTP__PROXY_FILE": str(file), "PORTAL_HTTP__PROXY": None}).http
    without = start({"PORTAL_HTTP__PROXY_FILE": None, "PORTAL_HTTP__NO_PROXY": None}).http

    assert http.outgoing == Outgoing(proxy, ("corp.example", "10.0.0.0/8"))
    assert from_file.outgoing == http.outgoing
    assert without.outgoing == Outgoing()
    for text in (repr(http), str(http), http.model_dump_json(), repr(http.outgoing)):
        assert "proxy%20password" not in text


def test_own_authorities_are_a_file_of_certificates(start: Start) -> None:
    file = certifi.where()

    assert start({"PORTAL_HTTP__CA_FILE": file}).http.outgoing.authorities == file


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


def test_products_are_opened_and_closed_by_name_and_role(start: Start) -> None:
    toml = """
[product_access.partners]
products = ["maps-*", "atlas"]
roles = ["support"]

[product_access.withdrawn]
products = ["maps-old"]
roles = ["*"]
effect = "deny"
"""
    rule = start({}, toml).access_rule

    assert rule.allows(ApiProduct("maps-new", "M", access="private"), ["support"])
    assert not rule.allows(ApiProduct("maps-new", "M", access="private"), ["developer"])
    assert not rule.allows(ApiProduct("maps-old", "M"), ["support"])
    assert rule.allows(ApiProduct("atlas-2", "A"), [])
    assert not rule.allows(ApiProduct("atlas-2", "A", access="private"), ["support"])


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


def test_without_a_redis_there_is_none_and_its_password_is_masked(start: Start) -> None:
    assert start({"PORTAL_REDIS_URL": ""}).redis_url is None

    settings = start({"PORTAL_REDIS_URL": "rediss://:a-password@cache.example.com/1"})

    assert settings.redis_url is not None
    assert "a-password" not in repr(settings)


def test_a_redis_without_its_package_is_refused(
    refusal: Refusal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.settings.find_spec", lambda _name: None)

    text = refusal({"PORTAL_REDIS_URL": "redis://localhost"})

    assert "needs the package redis: install the extra redis" in text


def test_the_actions_that_ask_for_a_fresh_sign_in_are_named_or_all(start: Start) -> None:
    assert start({}).step_up.dangerous == frozenset()
    named = start({"PORTAL_STEP_UP__ACTIONS": "key.reveal, app.delete"})
    assert named.step_up.dangerous == {Dangerous.KEY_REVEAL, Dangerous.APP_DELETE}
    assert start({"PORTAL_STEP_UP__ACTIONS": "all"}).step_up.dangerous == frozenset(Dangerous)


def test_a_signed_header_takes_the_place_of_every_provider(start: Start) -> None:
    settings = start({**SIGNED, **NO_PROVIDER})

    assert settings.oidc == {}
    assert settings.assertion.algorithms == ("ES256",)
