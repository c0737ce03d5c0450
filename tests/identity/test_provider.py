"""The provider as the services use it: the challenge, the client's secret, signing out."""

import base64
import logging
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import pytest

from app.domain.errors import SignInFailed, Upstream
from app.domain.secret import Secret
from app.identity.config import ProviderConfig
from app.identity.discovery import metadata_from
from app.identity.provider import OidcProvider, providers
from app.services.ports import IdentityProvider
from app.services.provider_port import Wish
from tests.identity.conftest import REDIRECT, ROLES, SignIn
from tests.identity.evil import CLIENT_ID, CLIENT_SECRET, DISCOVERY, TOKEN, Answer, Evil, HandClock

HOME = "http://localhost:8000/"


def test_a_challenge_asks_with_pkce_state_and_nonce(evil: Evil, config: ProviderConfig) -> None:
    provider: IdentityProvider = OidcProvider(config, evil.clock)
    evil.discovery["authorization_endpoint"] = f"{evil.issuer}/authorize?tenant=a%20b"
    challenge = provider.challenge(REDIRECT)
    asked = dict(parse_qsl(urlsplit(challenge.url).query))
    kept = challenge.state
    digest = evil.visit(challenge.url)
    assert digest["state"] == kept["state"] == asked["state"]
    assert asked["nonce"] == kept["nonce"]
    assert asked["code_challenge_method"] == "S256"
    assert asked["response_type"] == "code"
    assert asked["scope"] == "openid profile email"
    assert asked["redirect_uri"] == REDIRECT
    assert asked["client_id"] == CLIENT_ID
    assert asked["tenant"] == "a b"
    assert kept["provider"] == provider.name == "evil"
    assert kept["verifier"] not in challenge.url
    assert set(kept) == {"state", "nonce", "verifier", "provider", "at"}
    assert "code_challenge" in asked


def test_every_challenge_is_as_random_as_256_bits(provider: OidcProvider) -> None:
    states = [provider.challenge(REDIRECT).state for _ in range(50)]
    for name in ("state", "nonce", "verifier"):
        values = {state[name] for state in states}
        assert len(values) == 50
        assert min(map(len, values)) >= 43


def test_the_code_is_redeemed_with_its_verifier_and_the_encoded_secret(
    evil: Evil, sign_in: SignIn
) -> None:
    sign_in()
    call = next(call for call in evil.calls if call.path == TOKEN)
    assert call.form["code"] == "the-code"
    assert call.form["redirect_uri"] == REDIRECT
    assert "client_secret" not in call.form
    pair = base64.b64decode(call.authorization.removeprefix("Basic ")).decode()
    assert pair == "portal:100%25+made%2Fup+%2B+secret"


def test_the_secret_goes_into_the_form_where_the_provider_wants_it(
    evil: Evil, sign_in: SignIn
) -> None:
    evil.discovery["token_endpoint_auth_methods_supported"] = ["client_secret_post", 7]
    sign_in()
    call = next(call for call in evil.calls if call.path == TOKEN)
    assert (call.authorization, call.form["client_secret"]) == ("", CLIENT_SECRET)


def test_a_client_without_a_secret_relies_on_pkce(evil: Evil, sign_in: SignIn) -> None:
    sign_in(client_secret=Secret(""))
    call = next(call for call in evil.calls if call.path == TOKEN)
    assert (call.authorization, call.form["client_id"]) == ("", CLIENT_ID)


def test_the_id_token_is_kept_for_signing_out(evil: Evil, sign_in: SignIn) -> None:
    evil.says(groups=["portal-admins"])
    done = sign_in(roles=ROLES)
    assert done.id_token.count(".") == 2
    assert done.identity.roles == {"administrator"}


def test_signing_out_there_names_the_token_the_client_and_the_way_back(
    evil: Evil, provider: OidcProvider
) -> None:
    url = provider.sign_out_url("an.id.token", HOME)
    assert url is not None
    assert url.startswith(f"{evil.issuer}/end?")
    assert dict(parse_qsl(urlsplit(url).query)) == {
        "id_token_hint": "an.id.token",
        "client_id": CLIENT_ID,
        "post_logout_redirect_uri": HOME,
    }


def test_signing_out_keeps_the_query_of_the_endpoint_and_leaves_out_what_is_missing(
    evil: Evil, provider: OidcProvider
) -> None:
    evil.discovery["end_session_endpoint"] = f"{evil.issuer}/end?tenant=1"
    url = provider.sign_out_url("", HOME)
    assert url is not None
    assert url.startswith(f"{evil.issuer}/end?tenant=1&client_id=portal&")
    assert "id_token_hint" not in url


def test_without_an_end_session_endpoint_there_is_no_signing_out_there(
    evil: Evil, provider: OidcProvider
) -> None:
    evil.discovery["end_session_endpoint"] = None
    assert provider.sign_out_url("an.id.token", HOME) is None


def test_signing_out_of_a_provider_that_is_down_is_left_out(
    evil: Evil, provider: OidcProvider, caplog: pytest.LogCaptureFixture
) -> None:
    evil.answers[DISCOVERY] = Answer(503)
    with caplog.at_level(logging.WARNING):
        assert provider.sign_out_url("an.id.token", HOME) is None
    assert "no sign-out at evil: failed" in caplog.text
    assert "an.id.token" not in caplog.text


def test_several_providers_live_side_by_side_by_name(
    evil: Evil, config: ProviderConfig, clock: HandClock
) -> None:
    partner = replace(config, name="partner", title="Partners")
    both = providers([config, partner], clock)
    assert [(name, one.title) for name, one in both.items()] == [
        ("evil", "Evil"),
        ("partner", "Partners"),
    ]
    begun = both["evil"].challenge(REDIRECT)
    with pytest.raises(SignInFailed) as refused:
        both["partner"].finish(REDIRECT, evil.visit(begun.url), begun.state)
    assert refused.value.reason == "wrong_provider"


def test_two_providers_of_one_name_are_a_contradiction(
    config: ProviderConfig, clock: HandClock
) -> None:
    with pytest.raises(ValueError, match="same name"):
        providers([config, config], clock)


def test_authlib_is_kept_from_logging_verifiers(config: ProviderConfig, clock: HandClock) -> None:
    logging.getLogger("authlib").setLevel(logging.DEBUG)
    providers([config], clock)
    assert logging.getLogger("authlib.deep.inside").getEffectiveLevel() == logging.INFO


@pytest.mark.parametrize(
    "issuer",
    [
        "http://idp.example",
        "idp.example",
        "https://",
        "https://idp.example?a=b",
        "https://idp.example#x",
        "https://a@idp.example",
        "https://idp.example/ x",
        "ftp://localhost",
    ],
)
def test_an_issuer_that_cannot_be_trusted_is_refused_at_the_start(
    issuer: str, config: ProviderConfig
) -> None:
    with pytest.raises(ValueError, match="The issuer of the provider evil"):
        replace(config, issuer=issuer)


@pytest.mark.parametrize("issuer", ["https://idp.example/realms/a/", "http://[::1]:8002"])
def test_an_issuer_on_https_or_loopback_will_do(issuer: str, config: ProviderConfig) -> None:
    assert replace(config, issuer=issuer).issuer == issuer


def test_an_issuer_on_https_may_not_name_addresses_on_http(config: ProviderConfig) -> None:
    assert metadata_from(document_of(config.issuer), config).token_endpoint.startswith("http://")
    secure = replace(config, issuer="https://idp.example")
    with pytest.raises(Upstream) as raised:
        metadata_from(document_of(secure.issuer), secure)
    assert raised.value.code == "discovery_address"


def document_of(issuer: str) -> dict[str, object]:
    names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    return {"issuer": issuer, **{name: f"http://127.0.0.1:8002/{name}" for name in names}}


def test_a_scope_without_openid_and_roles_without_a_claim_are_refused(
    config: ProviderConfig,
) -> None:
    with pytest.raises(ValueError, match="openid"):
        replace(config, scope="profile openid2")
    with pytest.raises(ValueError, match="groups claim"):
        replace(config, roles=ROLES, groups_claim=" . ".replace(" ", ""))


def test_the_secret_of_a_provider_is_not_printed(config: ProviderConfig) -> None:
    assert "made/up" not in repr(config)


def test_an_account_is_created_by_prompt_where_the_provider_announces_it(
    evil: Evil, provider: OidcProvider
) -> None:
    before = provider.has_sign_up
    evil.discovery["prompt_values_supported"] = ["none", "login", "create"]
    challenge = provider.challenge(REDIRECT, Wish.SIGN_UP)
    assert dict(parse_qsl(urlsplit(challenge.url).query))["prompt"] == "create"
    assert (before, provider.has_sign_up) == (False, True)
    done = provider.finish(REDIRECT, evil.visit(challenge.url), challenge.state)
    assert done.identity.subject == "mallory"


def test_an_account_is_created_at_the_address_of_the_settings_where_it_is_not_announced(
    config: ProviderConfig, clock: HandClock
) -> None:
    address = "https://idp.example/register"
    provider = OidcProvider(replace(config, sign_up_url=address), clock)
    assert provider.has_sign_up
    challenge = provider.challenge(REDIRECT, Wish.SIGN_UP)
    assert (challenge.url, dict(challenge.state)) == (address, {})


def test_without_either_it_is_a_usual_sign_in(provider: OidcProvider) -> None:
    challenge = provider.challenge(REDIRECT, Wish.SIGN_UP)
    assert "prompt" not in dict(parse_qsl(urlsplit(challenge.url).query))
    assert "wish" not in challenge.state


def test_a_provider_is_known_by_its_domains(config: ProviderConfig, clock: HandClock) -> None:
    provider = OidcProvider(replace(config, email_domains=frozenset({"corp.example"})), clock)
    assert provider.speaks_for("Corp.example")
    assert not provider.speaks_for("")
    assert not provider.speaks_for("sub.corp.example")


@pytest.mark.parametrize(
    ("announced", "setting", "asked"),
    [
        (None, "login", "login"),
        (["none", "login"], "login", "login"),
        (["login", "select_account"], "login", "select_account"),
        (None, "select_account", "select_account"),
    ],
)
def test_another_account_is_offered_in_the_way_that_the_provider_knows(
    evil: Evil, config: ProviderConfig, announced: list[str] | None, setting: str, asked: str
) -> None:
    evil.discovery["prompt_values_supported"] = announced
    provider = OidcProvider(replace(config, prompt_again=setting), evil.clock)
    challenge = provider.challenge(REDIRECT, Wish.OTHER)
    assert dict(parse_qsl(urlsplit(challenge.url).query))["prompt"] == asked
    signed_in = provider.finish(REDIRECT, evil.visit(challenge.url), challenge.state)
    assert signed_in.identity.subject == "mallory"
