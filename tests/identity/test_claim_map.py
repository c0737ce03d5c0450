"""Providers that say the same in other claims, for other tenants, or for some domains only."""

from dataclasses import replace
from typing import Any

import pytest

from app.domain.claims import ClaimNames
from app.domain.errors import SignInFailed
from app.domain.people import Identity
from app.identity.config import ProviderConfig
from app.identity.person import Sources, identity_of, needs_userinfo
from tests.identity.conftest import ROLES, SignIn
from tests.identity.evil import DISCOVERY, Evil
from tests.identity.test_person import CONFIG

FIRST = "72f988bf-86f1-41af-91ab-2d7cd011db47"
SECOND = "9188040d-6c67-4c5b-b112-36a304b66dad"
ADFS = ClaimNames(
    email=r"https://schemas\.example/upn",
    first_name="profile.first",
    last_name="profile.last",
    user_name="winaccountname",
)


def person(
    said: dict[str, Any],
    userinfo: dict[str, Any] | None = None,
    **settings: Any,  # noqa: ANN401 - each field of the settings has its type
) -> Identity:
    config = replace(CONFIG, **settings)
    return identity_of(config, Sources({"sub": "dana", **said}, userinfo or {}))


def test_each_provider_has_names_of_its_own_for_the_same_facts() -> None:
    said = {
        "https://schemas.example/upn": "dana@example.com",
        "profile": {"first": "Dana", "last": "Reyes"},
        "winaccountname": "EXAMPLE.dana",
        "email": "other@example.com",
        "given_name": "Other",
        "preferred_username": "other",
    }
    found = person(said, claims=ADFS)
    assert found.email == "dana@example.com"
    assert (found.first_name, found.last_name) == ("Dana", "Reyes")
    assert found.user_name == "EXAMPLE.dana"


def test_what_is_said_of_the_standard_address_verifies_no_other_claim() -> None:
    said = {"email_verified": True, "upn": "dana@example.com", "edov": True}
    upn = ClaimNames(email="upn")
    assert not person(said, claims=upn).email_verified
    assert person(said, claims=upn, trusts_email=True).email_verified
    assert person(said, claims=replace(upn, email_verified="edov")).email_verified
    assert not person(
        {**said, "edov": 1}, claims=replace(upn, email_verified="edov")
    ).email_verified


def test_the_word_on_an_address_can_lie_deeper_than_the_address() -> None:
    names = ClaimNames(email="contact.email", email_verified="contact.checked.email")
    good = {"contact": {"email": "a@b.example", "checked": {"email": True}}}
    assert person(good, claims=names).email_verified
    odd = {"contact": {"email": "a@b.example", "checked": True}}
    assert not person(odd, claims=names).email_verified
    assert not needs_userinfo(replace(CONFIG, claims=names, roles={}), good)
    assert needs_userinfo(replace(CONFIG, claims=names, roles={}), {"contact": {}})


def test_a_claim_of_the_userinfo_fills_what_the_id_token_leaves_out() -> None:
    found = person({"given_name": "Dana"}, {"given_name": "Other", "family_name": "Reyes"})
    assert (found.first_name, found.last_name) == ("Dana", "Reyes")


@pytest.mark.parametrize(
    ("email", "is_let_in"),
    [
        ("mallory@corp.example", True),
        ("mallory@CORP.example", True),
        ("mallory@partner.example", False),
        ("mallory@sub.corp.example", False),
        ("corp.example@partner.example", False),
        ("not an address", False),
        (None, False),
    ],
    ids=repr,
)
def test_a_provider_speaks_for_the_domains_of_its_own(
    email: object, is_let_in: bool, evil: Evil, sign_in: SignIn
) -> None:
    evil.says(email=email)
    evil.told = {"sub": "mallory"}
    domains = frozenset({"corp.example"})
    if is_let_in:
        assert sign_in(email_domains=domains).identity.email == email
        return
    with pytest.raises(SignInFailed) as refused:
        sign_in(email_domains=domains)
    assert refused.value.reason == "email_domain"


@pytest.fixture
def many(evil: Evil, config: ProviderConfig) -> ProviderConfig:
    """The provider as one of many tenants, as Entra ID is."""
    evil.issuer = f"{evil.issuer}/{{tenantid}}/v2.0"
    evil.discovery["authorization_response_iss_parameter_supported"] = None
    evil.callback["iss"] = None
    return replace(config, issuer=evil.issuer, tenants=frozenset({FIRST}), roles=ROLES)


def settings_of(config: ProviderConfig) -> dict[str, Any]:
    return {name: getattr(config, name) for name in ("issuer", "tenants", "roles")}


@pytest.fixture
def entra(evil: Evil, many: ProviderConfig) -> Evil:
    """A provider that describes itself once for all tenants; its addresses do not change."""
    here = many.issuer.partition("/{")[0]
    names = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
    for name, path in names.items():
        evil.discovery[f"{name}_endpoint"] = f"{here}/{path}"
    evil.discovery["jwks_uri"] = f"{here}/keys"
    evil.told = {"sub": "mallory"}
    evil.moved[f"/organizations/v2.0{DISCOVERY}"] = DISCOVERY
    return evil


def of_tenant(evil: Evil, tenant: str) -> str:
    return evil.issuer.replace("{tenantid}", tenant)


def test_people_of_a_listed_tenant_have_the_issuer_of_their_tenant(
    entra: Evil, many: ProviderConfig, sign_in: SignIn
) -> None:
    entra.says(iss=of_tenant(entra, FIRST), tid=FIRST)
    found = sign_in(**settings_of(many)).identity
    assert found.issuer == of_tenant(entra, FIRST)
    assert found.subject == "mallory"


def test_an_issuer_on_the_callback_is_that_of_the_token(
    entra: Evil, many: ProviderConfig, sign_in: SignIn
) -> None:
    both = {**settings_of(many), "tenants": frozenset({FIRST, SECOND})}
    entra.says(iss=of_tenant(entra, FIRST), tid=FIRST)
    entra.callback["iss"] = of_tenant(entra, SECOND)
    with pytest.raises(SignInFailed) as refused:
        sign_in(**both)
    assert refused.value.reason == "callback_issuer_mismatch"
    entra.callback["iss"] = of_tenant(entra, FIRST)
    assert sign_in(**both).identity.issuer == of_tenant(entra, FIRST)


@pytest.mark.parametrize(
    ("says", "reason"),
    [
        ({"iss": SECOND, "tid": SECOND}, "tenant"),
        ({"iss": FIRST}, "tenant"),
        ({"iss": FIRST, "tid": [FIRST]}, "tenant"),
        ({"iss": FIRST, "tid": FIRST.upper()}, "tenant"),
        ({"iss": SECOND, "tid": FIRST}, "issuer"),
        ({"iss": "{tenantid}", "tid": FIRST}, "issuer"),
        ({"iss": "{tenantid}", "tid": "{tenantid}"}, "tenant"),
    ],
    ids=str,
)
def test_a_tenant_that_is_not_listed_or_does_not_fit_is_refused(
    says: dict[str, Any], reason: str, entra: Evil, many: ProviderConfig, sign_in: SignIn
) -> None:
    entra.says(**{**says, "iss": of_tenant(entra, says["iss"])})
    with pytest.raises(SignInFailed) as refused:
        sign_in(**settings_of(many))
    assert refused.value.reason == reason


def test_tenants_and_their_place_in_the_issuer_belong_together(config: ProviderConfig) -> None:
    with pytest.raises(ValueError, match="needs tenants"):
        replace(config, issuer="https://login.example/{tenantid}/v2.0")
    with pytest.raises(ValueError, match="needs tenants"):
        replace(config, tenants=frozenset({FIRST}))
