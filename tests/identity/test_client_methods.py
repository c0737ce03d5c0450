"""How the portal proves to the token endpoint that it is the client."""

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from app.domain.errors import Upstream, UpstreamKind
from app.domain.secret import Secret
from app.identity.config import ClientKey
from tests.identity.conftest import SignIn
from tests.identity.evil import CLIENT_ID, CLIENT_SECRET, TOKEN, Call, Evil, ec_key, ed_key, rsa_key

KeyFile = Callable[[RSAKey | ECKey], ClientKey]


@pytest.fixture
def key_file(tmp_path: Path) -> KeyFile:
    """Write a private key into the client's file."""

    def write(key: RSAKey | ECKey) -> ClientKey:
        file = tmp_path / "client.pem"
        file.write_bytes(key.as_pem(private=True))
        return ClientKey(file, "key-1")

    return write


def by_key(own: ClientKey) -> dict[str, Any]:
    return {
        "client_method": "private_key_jwt",
        "client_key": own,
        "client_secret": Secret(""),
    }


def asked(evil: Evil) -> Call:
    return [call for call in evil.calls if call.path == TOKEN][-1]


@pytest.mark.parametrize(
    ("key", "algorithm"), [(rsa_key(), "RS256"), (ec_key(), "ES256")], ids=["RSA", "P-256"]
)
def test_the_client_signs_an_assertion_for_the_token_endpoint(
    key: RSAKey | ECKey, algorithm: str, evil: Evil, sign_in: SignIn, key_file: KeyFile
) -> None:
    sign_in(**by_key(key_file(key)))
    call = asked(evil)
    assert call.authorization == ""
    assert "client_secret" not in call.form
    assert call.form["client_id"] == CLIENT_ID
    assert call.form["client_assertion_type"].endswith(":client-assertion-type:jwt-bearer")
    assertion = jwt.decode(call.form["client_assertion"], key, algorithms=[algorithm])
    now = int(evil.clock.now().timestamp())
    assert assertion.header["kid"] == "key-1"
    jti = assertion.claims.pop("jti")
    assert assertion.claims == {
        "iss": CLIENT_ID,
        "sub": CLIENT_ID,
        "aud": f"{evil.issuer}{TOKEN}",
        "iat": now,
        "exp": now + 60,
    }
    sign_in(**by_key(key_file(key)))
    again = jwt.decode(asked(evil).form["client_assertion"], key, algorithms=[algorithm])
    assert again.claims["jti"] != jti


def test_a_new_key_in_the_file_is_used_at_once(
    evil: Evil, sign_in: SignIn, key_file: KeyFile
) -> None:
    own = key_file(rsa_key())
    sign_in(**by_key(own))
    key_file(rsa_key(2))
    sign_in(**by_key(own))
    assert jwt.decode(asked(evil).form["client_assertion"], rsa_key(2)).claims["sub"] == CLIENT_ID


@pytest.mark.parametrize(
    "text",
    [None, b"", b"not a key", ed_key().as_pem(private=True)],
    ids=["no file", "an empty file", "no key", "a key of another kind"],
)
def test_a_key_that_cannot_be_used_is_ours_to_mend_and_is_not_told(
    text: bytes | None,
    evil: Evil,
    sign_in: SignIn,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    file = tmp_path / "client.pem"
    if text is not None:
        file.write_bytes(text)
    with pytest.raises(Upstream) as raised:
        sign_in(**by_key(ClientKey(file)))
    assert (raised.value.kind, raised.value.code) == (UpstreamKind.CREDENTIALS, "client_key")
    assert "not a key" not in caplog.text
    assert evil.count(TOKEN) == 0


def test_a_public_key_signs_nothing(evil: Evil, sign_in: SignIn, tmp_path: Path) -> None:
    file = tmp_path / "client.pem"
    file.write_bytes(rsa_key().as_pem(private=False))
    with pytest.raises(Upstream) as raised:
        sign_in(**by_key(ClientKey(file)))
    assert raised.value.code == "client_key"
    assert evil.count(TOKEN) == 0


def test_the_method_of_the_settings_goes_before_what_the_provider_announces(
    evil: Evil, sign_in: SignIn
) -> None:
    evil.discovery["token_endpoint_auth_methods_supported"] = ["client_secret_basic"]
    sign_in(client_method="client_secret_post")
    assert (asked(evil).authorization, asked(evil).form["client_secret"]) == ("", CLIENT_SECRET)
    evil.discovery["token_endpoint_auth_methods_supported"] = ["client_secret_post"]
    sign_in(client_method="client_secret_basic")
    pair = base64.b64decode(asked(evil).authorization.removeprefix("Basic ")).decode()
    assert pair.startswith("portal:")
    assert "client_secret" not in asked(evil).form
