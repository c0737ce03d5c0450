"""The settings of registration: what they become, and what is refused."""

import pytest

from app.domain.registrations import Existing, Policy
from app.rules import rules
from tests.unit.starting import GOOD, Refusal, Start

FULL = """
[registration]
policy = "invited"
existing = "administrator"
domains = ["Staff.example.com"]
new_developers = "inactive"
terms_version = "2026-01"
terms_url = "https://example.com/terms"

[registration.attributes.cost-center]
label = "Cost center"
hint = "Four digits."
required = true
pattern = "[0-9]{4}"
longest = 4

[registration.attributes.Team]
label = "Team"
choices = ["Maps", "Payments"]
"""


def test_every_choice_reaches_the_rules(start: Start) -> None:
    made = rules(start(GOOD, FULL)).registration
    assert (made.policy, made.existing) == (Policy.INVITED, Existing.ADMINISTRATOR)
    assert made.domains == {"staff.example.com"}
    assert (made.begins_inactive, made.lower_case) == (True, True)
    assert (made.terms_version, made.terms_url) == ("2026-01", "https://example.com/terms")
    center, team = made.fields
    assert (center.field, center.label, center.longest) == (
        "attributes[cost-center]",
        "Cost center",
        4,
    )
    assert center.problem("12") == "Cost center: Four digits."
    assert center.problem("0815") is None
    assert [value for value, _ in team.options] == ["", "Maps", "Payments"]


def test_a_question_can_be_a_variable(start: Start) -> None:
    name = "PORTAL_REGISTRATION__ATTRIBUTES__COST_CENTER__LABEL"
    [asked] = rules(start({**GOOD, name: "Cost center"})).registration.fields
    assert (asked.name, asked.label, asked.required) == ("cost-center", "Cost center", False)


def test_by_approval_developers_begin_inactive(start: Start) -> None:
    assert not rules(start(GOOD)).registration.begins_inactive
    made = rules(start({**GOOD, "PORTAL_REGISTRATION__POLICY": "approval"})).registration
    assert made.begins_inactive


@pytest.mark.parametrize(
    ("toml", "told"),
    [
        ('policy = "closed"', "policy in portal.toml"),
        ('domains = ["*.example.com"]', "must be domains such as example.com"),
        ('terms_url = "https://example.com"', "terms_url needs a terms_version"),
        ('terms_version = "1"\nterms_url = "javascript:x"', "terms_url in portal.toml"),
        ('attributes.email = {label = "E-mail"}', "has 'email': use other names"),
        ('attributes.userName = {label = "User"}', "has 'userName': use other names"),
        ('attributes.portal_request_id = {label = "X"}', "has 'portal_request_id'"),
        ('attributes.MINT_REGION = {label = "X"}', "has 'MINT_REGION': use other names"),
        ('attributes."a b" = {label = "X"}', "has 'a b': use other names"),
        ("attributes.team = {}", "TEAM__LABEL: is required"),
        ('attributes.team = {label = "Team", pattern = "("}', "is no regular expression"),
        (
            'attributes.team = {label = "Team", pattern = "x", choices = ["x"]}',
            "choices and pattern exclude each other",
        ),
        ('attributes.team = {label = "Team", choices = [" "]}', "one that is empty or longer"),
        ('attributes.team = {label = "Team", longest = 2001}', "longest"),
        (
            "\n".join(f'attributes.a{number} = {{label = "X"}}' for number in range(18)),
            "are more than 17",
        ),
    ],
)
def test_what_cannot_be_is_refused(refusal: Refusal, toml: str, told: str) -> None:
    assert told in refusal({}, f"[registration]\n{toml}\n")
