"""Every setting of a provider reaches the relying party."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from pydantic import ValidationError

from app.configuration.oidc import Oidc
from app.domain.claims import ClaimNames
from app.domain.secret import Secret
from app.identity.config import ClientKey, ProviderConfig, StepUp
from app.provider_configs import provider_configs
from tests.unit.apigee.key_files import PEM, elliptic_pem

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


def _pem(key: Key, password: bytes = b"") -> str:
    sealed = BestAvailableEncryption(password) if password else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, sealed).decode()


TENANT = "72f988bf-86f1-41af-91ab-2d7cd011db47"


def test_a_table_that_says_everything_is_taken_over_whole(tmp_path: Path) -> None:
    key = tmp_path / "client.pem"
    key.write_text(elliptic_pem())
    table = Oidc.model_validate(
        {
            "title": "Corp",
            "issuer": "https://login.example/{tenantid}/v2.0",
            "tenants": [TENANT],
            "client_id": "portal",
            "client_auth": "private_key_jwt",
            "private_key_file": str(key),
            "private_key_id": "key-1",
            "scope": "openid",
            "email_claim": "upn",
            "email_verified_claim": "edov",
            "email_trusted": True,
            "email_domains": ["Example.com"],
            "first_name_claim": "first",
            "last_name_claim": "last",
            "user_name_claim": "user",
            "groups_claim": "realm_access.roles",
            "groups_in_access_token": True,
            "roles": {"admins": "administrator"},
            "step_up_acr": ["mfa", "hardware"],
            "step_up_without_auth_time": True,
            "prompt_again": "select_account",
            "sign_up_url": "https://login.example/sign-up",
            "account_url": "https://login.example/account",
        }
    )
    assert provider_configs({"corp": table}) == [
        ProviderConfig(
            name="corp",
            title="Corp",
            issuer="https://login.example/{tenantid}/v2.0",
            client_id="portal",
            client_secret=Secret(""),
            scope="openid",
            groups_claim="realm_access.roles",
            roles={"admins": "administrator"},
            sign_up_url="https://login.example/sign-up",
            account_url="https://login.example/account",
            trusts_email=True,
            email_domains=frozenset({"example.com"}),
            claims=ClaimNames("upn", "edov", "first", "last", "user"),
            groups_in_access_token=True,
            tenants=frozenset({TENANT}),
            client_method="private_key_jwt",
            client_key=ClientKey(key, "key-1"),
            step_up=StepUp(("mfa", "hardware"), without_auth_time=True),
            prompt_again="select_account",
        )
    ]


@pytest.mark.parametrize(
    ("text", "is_fit"),
    [
        (PEM, True),
        (elliptic_pem(), True),
        (_pem(rsa.generate_private_key(65537, 1024)), False),  # noqa: S505 - too small on purpose
        (_pem(ec.generate_private_key(ec.SECP384R1())), False),
        (_pem(ed25519.Ed25519PrivateKey.generate()), False),
        (_pem(rsa.generate_private_key(65537, 2048), b"a password"), False),
        ("not a key", False),
        ("", False),
    ],
    ids=["RSA", "P-256", "RSA 1024", "P-384", "Ed25519", "with a password", "none", "empty"],
)
def test_a_key_that_cannot_sign_is_refused_at_the_start(
    text: str, is_fit: bool, tmp_path: Path
) -> None:
    key = tmp_path / "client.pem"
    key.write_text(text)
    table = {"issuer": "https://sso.example", "client_id": "portal", "private_key_file": str(key)}
    if is_fit:
        assert Oidc.model_validate({**table, "client_auth": "private_key_jwt"}).private_key_file
        return
    with pytest.raises(ValidationError, match=r"must hold a private key \(PEM\) without a passw"):
        Oidc.model_validate({**table, "client_auth": "private_key_jwt"})


def test_a_table_of_the_least_leaves_the_rest_to_the_provider() -> None:
    table = Oidc(issuer="https://sso.example", client_id="portal", client_secret="x" * 9)
    (config,) = provider_configs({"corp": table})
    assert (config.client_method, config.client_key) == ("", None)
    assert config == ProviderConfig("corp", "", "https://sso.example", "portal", Secret("x" * 9))
