"""Roles of the operator's own: read, given by providers, and named by who sees what."""

from app.domain.people import BUILT_IN, Permission, Roles
from app.rules import rules
from tests.unit.starting import GOOD, Refusal, Start

OWN = """
[roles.auditor]
permissions = ["read_audit"]

[roles.support-lead]
extends = "support"
permissions = ["end_sessions"]

[roles.partner]

[oidc.corp.roles]
audit-team = "auditor"
partners = "partner"

[product_access.partners]
products = ["maps-*"]
roles = ["partner"]
"""


def test_an_operators_roles_have_the_rights_that_are_named(start: Start) -> None:
    made: Roles = rules(start(GOOD, OWN)).roles
    everyone = {Permission.USE_APPS}
    assert made.permissions_of(["auditor"]) == everyone | {Permission.READ_AUDIT}
    lead = BUILT_IN["support"] | everyone | {Permission.END_SESSIONS}
    assert made.permissions_of(["support-lead"]) == lead
    assert made.permissions_of(["partner"]) == everyone


def test_providers_give_them_and_products_are_seen_by_them(start: Start) -> None:
    settings = start(GOOD, OWN)
    assert settings.oidc["corp"].roles == {"audit-team": "auditor", "partners": "partner"}
    assert settings.access_rule.overrides[0].roles == {"partner"}


def test_variables_make_roles_too(start: Start) -> None:
    given = {
        "PORTAL_ROLES__SUPPORT_LEAD__EXTENDS": "support",
        "PORTAL_ACCESS": '{"internal": ["support-lead"]}',
    }
    settings = start({**GOOD, **given})
    assert settings.roles["support-lead"].rights == BUILT_IN["support"]
    assert settings.access["internal"] == ("support-lead",)


def test_one_settings_roles_are_unknown_to_the_next(start: Start, refusal: Refusal) -> None:
    start(GOOD, OWN)
    told = refusal({"PORTAL_OIDC__CORP__ROLES": '{"audit-team": "auditor"}'}, "# No roles.")
    assert (
        "PORTAL_OIDC__CORP__ROLES: must be one of administrator, developer, product_owner" in told
    )
