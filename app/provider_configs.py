"""The tables of the OpenID providers as the relying party wants them."""

from collections.abc import Mapping
from typing import Final

from app.configuration.assertion import Assertion
from app.configuration.oidc import Oidc
from app.domain.addresses import split_address
from app.domain.claims import STANDARD, ClaimNames
from app.domain.secret import Secret
from app.identity.assertion import AssertionConfig
from app.identity.config import ClientKey, ProviderConfig, StepUp

ASSERTION: Final = "assertion"


def provider_configs(tables: Mapping[str, Oidc]) -> list[ProviderConfig]:
    """Return each provider of the settings, in their order."""
    return [_config(name, table) for name, table in tables.items()]


def assertion_config(table: Assertion) -> AssertionConfig:
    """Return what a proxy's header must say."""
    names = ClaimNames(
        email=table.email_claim,
        email_verified=STANDARD.email_verified,
        first_name=table.first_name_claim,
        last_name=table.last_name_claim,
        user_name=table.user_name_claim,
    )
    keys = split_address(table.jwks_url)
    person = ProviderConfig(
        name=ASSERTION,
        title=table.title,
        issuer=f"{keys.scheme}://{keys.netloc}",  # where keys are read; a token's may be no address
        client_id=table.audience,
        client_secret=Secret(""),
        groups_claim=table.groups_claim,
        roles=table.roles,
        trusts_email=table.email_trusted,
        email_domains=frozenset(table.email_domains),
        claims=names,
    )
    algorithms = frozenset(table.algorithms)
    return AssertionConfig(table.issuer, table.audience, table.jwks_url, algorithms, person)


def _config(name: str, table: Oidc) -> ProviderConfig:
    return ProviderConfig(
        name=name,
        title=table.title,
        issuer=table.issuer,
        client_id=table.client_id,
        client_secret=Secret(table.client_secret.get_secret_value()),
        scope=table.scope,
        groups_claim=table.groups_claim,
        roles=table.roles,
        sign_up_url=table.sign_up_url,
        account_url=table.account_url,
        trusts_email=table.email_trusted,
        email_domains=frozenset(table.email_domains),
        claims=_claims(table),
        groups_in_access_token=table.groups_in_access_token,
        tenants=frozenset(table.tenants),
        client_method="" if table.client_auth == "auto" else table.client_auth,
        client_key=_key(table),
        step_up=StepUp(table.step_up_acr, table.step_up_without_auth_time),
        prompt_again=table.prompt_again,
    )


def _claims(table: Oidc) -> ClaimNames:
    return ClaimNames(
        email=table.email_claim,
        email_verified=table.email_verified_claim,
        first_name=table.first_name_claim,
        last_name=table.last_name_claim,
        user_name=table.user_name_claim,
    )


def _key(table: Oidc) -> ClientKey | None:
    file = table.private_key_file
    return ClientKey(file, table.private_key_id) if file else None
