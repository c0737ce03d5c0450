"""The settings: what they refuse, in which words, and that no secret is told."""

from pathlib import Path

import certifi
import pytest

from app.configuration.secret_key import PLACEHOLDER
from tests.unit.starting import EDGE, GOOD, KEY, NO_PROVIDER, OAUTH, SIGNED, Refusal


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
            "PORTAL_APIGEE__FLAVOR": "hybrid",
        },
        "[sessions]\nidle_minutes = 0\n",
    )

    assert "PORTAL_SECRET_KEY: must be at least 32 random characters" in text
    assert "PORTAL_APIGEE__ORGANIZATION: is required" in text
    assert "PORTAL_TYPO is not a setting" in text
    assert "PORTAL_APIGEE__FLAVOR: hybrid has the management API of X: write x" in text
    assert "sessions.idle_minutes in portal.toml: " in text
    assert text.count("\n") == 5


ID_OF_TENANT = "72f988bf-86f1-41af-91ab-2d7cd011db47"
TOKENS = "https://zone.login.apigee.com/oauth/token"
END = "-----END CERTIFICATE-----\n"
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
    (
        {"PORTAL_ASSERTION__HEADER": "x-jwt"},
        "PORTAL_ASSERTION__HEADER: header needs issuer, audience, jwks_url, sign_",
    ),
    ({"PORTAL_ASSERTION__AUDIENCE": "a"}, "audience has no effect without header"),
    ({"PORTAL_ASSERTION__HEADER": "X_JWT"}, "must be the name of a header"),
    ({"PORTAL_ASSERTION__HEADER": "Cookie"}, "must be the name of a header"),
    ({"PORTAL_ASSERTION__ALGORITHMS": "HS256"}, "PORTAL_ASSERTION__ALGORITHMS"),
    ({"PORTAL_ASSERTION__ALGORITHMS": "none"}, "PORTAL_ASSERTION__ALGORITHMS"),
    ({**SIGNED, "PORTAL_ASSERTION__SIGN_OUT_URL": "//evil.example"}, "must be an address such as"),
    ({**SIGNED, "PORTAL_ASSERTION__JWKS_URL": "http://keys.example"}, "must begin with https://"),
    (SIGNED, "PORTAL_OIDC__CORP__*: a provider is not asked while assertion.header is set"),
    ({**SIGNED, **NO_PROVIDER, "PORTAL_STEP_UP__ACTIONS": "all"}, "actions need a provider"),
    (NO_PROVIDER, "nobody could sign in"),
    ({"PORTAL_CONTENT__FIRST_CALL": "weather"}, "must be an API's slug and an operation's id"),
    ({"PORTAL_CONTENT__WITHOUT": "glossary"}, "must be of your-first-call, apps-and-keys"),
    ({"PORTAL_PROXY__HOPS": "-1"}, "PORTAL_PROXY__HOPS"),
    ({"PORTAL_PROXY__HEADERS": "X-Forwarded-Prefix"}, "PORTAL_PROXY__HEADERS"),
    ({"PORTAL_PROXY__HOPS": "1", "PORTAL_PROXY__HEADERS": ""}, "hops has no effect without"),
    ({"PORTAL_EMBEDDING__FRAME_ANCESTORS": "*"}, "must be an address such as https://"),
    ({"PORTAL_EMBEDDING__FRAME_ANCESTORS": "https://a.example/"}, "must be origins such as"),
    ({"PORTAL_EMBEDDING__FRAME_ANCESTORS": "https://*"}, "must be origins such as"),
    ({"PORTAL_EMBEDDING__FRAME_ANCESTORS": "https://a;script-src"}, "must be origins such as"),
    ({"PORTAL_EMBEDDING__FRAME_ANCESTORS": "http://a.example"}, "must begin with https://"),
    ({"PORTAL_REDIS_URL": "http://host"}, "PORTAL_REDIS_URL: must begin with redis://"),
    ({"PORTAL_SERVER_THREADS": "3"}, "PORTAL_SERVER_THREADS"),
    ({"PORTAL_APIGEE__DEADLINE_SECONDS": "0"}, "PORTAL_APIGEE__DEADLINE_SECONDS"),
    ({"PORTAL_LOG_LEVEL": "LOUD"}, "PORTAL_LOG_LEVEL"),
    ({"PORTAL_ACCESS": '{"internal": ["boss"]}'}, "PORTAL_ACCESS: must be one of administrator"),
    ({"PORTAL_ACCESS": "public"}, "PORTAL_ACCESS is not valid JSON"),
    ({"PORTAL_ACCESS": "[]"}, "PORTAL_ACCESS: "),
    ({"PORTAL_APIGEE__ENDPOINT": "https://apigee.example.com"}, "must end with /v1"),
    ({"PORTAL_APIGEE__ENDPOINT": "http://apigee.example.com/v1"}, "over http: use https, or set"),
    ({"PORTAL_APIGEE__ORGANIZATION": "a/b"}, "PORTAL_APIGEE__ORGANIZATION: must be the org"),
    ({"PORTAL_APIGEE__SERVICE_ACCOUNT_FILE": None}, "needs service_account_file"),
    ({"PORTAL_APIGEE__USERNAME": "ops"}, "username has no effect with auth = service_account"),
    ({"PORTAL_APIGEE__PASSWORD": "me:pw"}, "password has no effect with auth = service_account"),
    ({"PORTAL_APIGEE__TOKEN_URL": TOKENS}, "token_url has no effect with auth = service_account"),
    ({"PORTAL_APIGEE__AUTH": "metadata"}, "service_account_file has no effect with auth = meta"),
    ({"PORTAL_APIGEE__AUTH": "magic"}, "PORTAL_APIGEE__AUTH"),
    (
        {"PORTAL_APIGEE__FLAVOR": "edge"},
        "auth = service_account works with flavor x only: set auth = basic or oauth",
    ),
    ({"PORTAL_APIGEE__FLAVOR": "edge"}, "flavor is edge but endpoint is Google's"),
    (
        {**EDGE, "PORTAL_APIGEE__FLAVOR": "x"},
        "auth = basic works with flavor edge only: set auth = service_account or metadata",
    ),
    ({**EDGE, "PORTAL_APIGEE__AUTH": "metadata"}, "auth = metadata works with flavor x only"),
    ({**OAUTH, "PORTAL_APIGEE__FLAVOR": "x"}, "auth = oauth works with flavor edge only"),
    ({**EDGE, "PORTAL_APIGEE__PASSWORD": None}, "auth = basic needs username and password"),
    ({**EDGE, "PORTAL_APIGEE__USERNAME": ""}, "auth = basic needs username and password"),
    ({**OAUTH, "PORTAL_APIGEE__PASSWORD": ""}, "auth = oauth needs username and password"),
    ({**EDGE, "PORTAL_APIGEE__TOKEN_URL": TOKENS}, "token_url has no effect with auth = basic"),
    ({**EDGE, "PORTAL_APIGEE__SERVICE_ACCOUNT_FILE": "f"}, "service_account_file has no effect"),
    (
        {**OAUTH, "PORTAL_APIGEE__TOKEN_URL": "http://login.example.com/oauth/token"},
        "token_url sends credentials over http: use https, or set allow_http = true",
    ),
    ({**OAUTH, "PORTAL_APIGEE__TOKEN_URL": "https://me:pw@x"}, "PORTAL_APIGEE__TOKEN_URL: must"),
    ({"PORTAL_HTTP__PROXY": "proxy.example:3128"}, "PORTAL_HTTP__PROXY: must be http://host:port"),
    ({"PORTAL_HTTP__PROXY": "http://me:pw@proxy.example"}, "PORTAL_HTTP__PROXY: must be http"),
    ({"PORTAL_HTTP__PROXY": "http://me:pw@proxy.example:1/x"}, "PORTAL_HTTP__PROXY: must be http"),
    ({"PORTAL_HTTP__PROXY": "http://me:pw@h:port"}, "PORTAL_HTTP__PROXY: must be http://host:port"),
    ({"PORTAL_HTTP__PROXY": "socks5://h:1080"}, "PORTAL_HTTP__PROXY: must be http://host:port"),
    ({"PORTAL_HTTP__NO_PROXY": "a.example"}, "no_proxy has no effect without proxy: set proxy"),
    ({"PORTAL_HTTP__CA_FILE": "missing.pem"}, "PORTAL_HTTP__CA_FILE: cannot be read: No such file"),
    ({"PORTAL_HTTP__CA_FILE": "."}, "PORTAL_HTTP__CA_FILE: cannot be read: Is a directory"),
    ({"PORTAL_HTTP__CA_FILE": __file__}, "PORTAL_HTTP__CA_FILE: must hold whole certificates"),
    ({"PORTAL_OIDC__CORP__ISSUER": "http://sso.example.com"}, "must begin with https://"),
    ({"PORTAL_OIDC__CORP__SCOPE": "profile"}, "PORTAL_OIDC__CORP__SCOPE: must contain openid"),
    ({"PORTAL_OIDC__CORP__ROLES": '{"a": "king"}'}, "PORTAL_OIDC__CORP__ROLES: must be one of"),
    ({"PORTAL_ROLES__AUDITOR__EXTENDS": "king"}, "PORTAL_ROLES__AUDITOR__EXTENDS: must be one of"),
    (
        {"PORTAL_ROLES__AUDITOR__PERMISSIONS": "read_audit, rule"},
        "PORTAL_ROLES__AUDITOR__PERMISSIONS: has 'rule': must be of use_apps, ",
    ),
    ({"PORTAL_ROLES__SUPPORT__EXTENDS": ""}, "support is built in: choose another name"),
    ({"PORTAL_ROLES__1ST__EXTENDS": ""}, "a role's name is small letters, digits and '-'"),
    ({"PORTAL_ROLES__A__EXTENDS": "b", "PORTAL_ROLES__B__EXTENDS": ""}, "__A__EXTENDS: must be"),
    ({"PORTAL_OIDC__CORP__SIGN_UP_URL": "javascript:1"}, "PORTAL_OIDC__CORP__SIGN_UP_URL: "),
    (
        {"PORTAL_OIDC__CORP__CLIENT_SECRET": None},
        "PORTAL_OIDC__CORP__*: client_secret is missing: ",
    ),
    ({"PORTAL_OIDC__CORP__CLIENT_AUTH": "private_key_jwt"}, "needs private_key_file"),
    ({"PORTAL_OIDC__CORP__CLIENT_AUTH": "private_key_jwt"}, "client_secret has no effect with"),
    ({"PORTAL_OIDC__CORP__CLIENT_AUTH": "none"}, "PORTAL_OIDC__CORP__CLIENT_AUTH: "),
    ({"PORTAL_OIDC__CORP__PRIVATE_KEY_FILE": __file__}, "must hold a private key (PEM) without a"),
    ({"PORTAL_OIDC__CORP__PRIVATE_KEY_ID": "k1"}, "a private key has no effect without"),
    ({"PORTAL_OIDC__CORP__PRIVATE_KEY_FILE": "no.pem"}, "cannot be read: No such file"),
    (
        {"PORTAL_STEP_UP__ACTIONS": "key.reveal, key.steal"},
        "has 'key.steal': must be of access.decide",
    ),
    ({"PORTAL_OIDC__CORP__TENANTS": "organizations"}, "must be tenant ids such as 72f988bf-"),
    ({"PORTAL_OIDC__CORP__TENANTS": ID_OF_TENANT}, "tenants and an issuer with {tenantid} (once)"),
    ({"PORTAL_OIDC__CORP__ISSUER": "https://login.example/{tenantid}/v2.0"}, "belong together"),
    ({"PORTAL_OIDC__CORP__EMAIL_DOMAINS": "@example.com"}, "must be domains such as example.com"),
    ({"PORTAL_OIDC__CORP__EMAIL_CLAIM": "."}, "PORTAL_OIDC__CORP__EMAIL_CLAIM: must name a claim"),
    ({"PORTAL_OIDC__CORP__GROUPS_CLAIM": ""}, "PORTAL_OIDC__CORP__GROUPS_CLAIM: must name a cl"),
    ({"PORTAL_OIDC__9__ISSUER": "https://x"}, "a provider's name is small letters"),
    ({name: None for name in GOOD if "OIDC" in name}, "nobody could sign in: add a provider"),
    ({"PORTAL_REGISTRATION__EXISTING": "steal"}, "PORTAL_REGISTRATION__EXISTING"),
    ({"PORTAL_REGISTRATION__DOMAINS": "@example.com"}, "without @ and *"),
    ({"PORTAL_CACHE__APPS_SECONDS": "-1"}, "PORTAL_CACHE__APPS_SECONDS"),
    ({"PORTAL_SESSIONS__IDLE_MINUTES": "721"}, "idle_minutes is longer than absolute_hours"),
    (
        {"PORTAL_SESSIONS__STAFF_IDLE_MINUTES": "481"},
        "staff_idle_minutes is longer than staff_absolute_hours: lower it",
    ),
    ({"PORTAL_SESSIONS__CHECK_MINUTES": "-1"}, "PORTAL_SESSIONS__CHECK_MINUTES"),
    ({"PORTAL_LIMITS__LOGOUT": "0 per minute"}, "PORTAL_LIMITS__LOGOUT"),
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
        (
            '[product_access.a]\nproducts = ["x"]\nroles = ["boss"]\n',
            "product_access.a.roles.0 in portal.toml: must be one of",
        ),
        (
            '[product_access.a]\nproducts = []\nroles = ["*"]\n',
            "product_access.a.products in portal.toml: ",
        ),
        (
            '[product_access.a]\nproducts = ["x"]\nroles = ["*"]\neffect = "hide"\n',
            "product_access.a.effect in portal.toml: ",
        ),
        ("[oidc]\nissuer = 'x'\n", "oidc in portal.toml: a provider is a table with a name"),
    ],
)
def test_a_wrong_file_is_refused(refusal: Refusal, toml: str, told: str) -> None:
    text = refusal(toml=toml)

    assert told in text
    assert "half" not in text


def test_a_table_of_the_file_and_of_variables_is_named_where_the_setting_is(
    refusal: Refusal,
) -> None:
    toml = "[sessions]\nabsolute_hours = 1\n[assertion]\nissuer = 'x'\n"

    text = refusal({"PORTAL_SESSIONS__IDLE_MINUTES": "99"}, toml)

    assert "PORTAL_SESSIONS__IDLE_MINUTES: idle_minutes is longer than absolute_hours" in text
    assert "assertion in portal.toml: issuer has no effect without header" in text


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


@pytest.mark.parametrize("torn", ["MIIB", f"MII\n{END}", f"AAAA\n{END}"])
def test_torn_certificates_are_refused(refusal: Refusal, tmp_path: Path, torn: str) -> None:
    whole = Path(certifi.where()).read_text(encoding="utf-8")
    (tmp_path / "ca.pem").write_text(f"{whole}-----BEGIN CERTIFICATE-----\n{torn}", "utf-8")

    text = refusal({"PORTAL_HTTP__CA_FILE": str(tmp_path / "ca.pem")})

    assert "PORTAL_HTTP__CA_FILE: must hold whole certificates in PEM form" in text


def test_a_folder_in_place_of_the_file_is_refused(refusal: Refusal, tmp_path: Path) -> None:
    assert "cannot be read: " in refusal({"PORTAL_CONFIG": str(tmp_path)})
