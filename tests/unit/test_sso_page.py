"""Every recipe for a provider is settings that start."""

import re
import tomllib
from pathlib import Path

import pytest

from app.identity import wire
from app.identity.person import Sources, identity_of
from app.identity.reasons import Reason
from app.provider_configs import provider_configs
from app.settings import Settings
from tests.unit.starting import GOOD, Start

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "sso.md"
RECIPES = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
NAMES = [next(iter(tomllib.loads(recipe)["oidc"])) for recipe in RECIPES]


ADDRESS = {"email": "dana@example.com"}
# What a person's id_token holds, and whether the recipe takes the address as verified.
TOKENS = [
    ("entra", {**ADDRESS, "xms_edov": True}, True),
    ("entra", {**ADDRESS, "xms_edov": "1"}, False),
    ("entra", {**ADDRESS, "xms_edov": 1}, False),
    ("entra", {**ADDRESS, "email_verified": True}, False),
    ("entra", ADDRESS, False),
    ("okta", {**ADDRESS, "email_verified": True}, True),
    ("keycloak", {**ADDRESS, "email_verified": True}, True),
    ("google", {**ADDRESS, "email_verified": True}, True),
    ("ping", ADDRESS, False),
    ("adfs", ADDRESS, True),
]


def started(start: Start, recipe: str) -> Settings:
    """Start with a recipe whose placeholders are filled in."""
    filled = re.sub(r"<[^>]+>", "made-up", recipe)
    [name] = tomllib.loads(filled)["oidc"]
    without = dict.fromkeys((each for each in GOOD if "OIDC" in each), None)
    secret = {f"PORTAL_OIDC__{name.upper()}__CLIENT_SECRET": "a-client-secret"}
    return start({**without, **secret}, filled)


@pytest.mark.parametrize("recipe", RECIPES, ids=NAMES)
def test_a_recipe_starts_once_its_placeholders_are_filled_in(start: Start, recipe: str) -> None:
    [name] = started(start, recipe).oidc
    assert name in NAMES


@pytest.mark.parametrize(("name", "claims", "is_verified"), TOKENS)
def test_with_a_recipe_an_address_counts_as_the_page_says(
    start: Start, name: str, claims: dict[str, object], *, is_verified: bool
) -> None:
    [config] = provider_configs(started(start, RECIPES[NAMES.index(name)]).oidc)
    person = identity_of(config, Sources({"iss": config.issuer, "sub": "dana", **claims}))
    assert (person.email, person.email_verified) == ("dana@example.com", is_verified)


def test_every_provider_of_the_summary_has_a_recipe() -> None:
    assert NAMES == ["corp", "entra", "okta", "keycloak", "google", "ping", "adfs"]


def coded() -> set[str]:
    """Return every reason for which a sign-in is refused or ended, as the source has it."""
    sources = (file.read_text(encoding="utf-8") for file in (ROOT / "app").rglob("*.py"))
    raised = [call for text in sources for call in re.findall(r"SignInFailed\((.+)\)", text)]
    own = {code for call in raised for code in re.findall(r'"(\w+)"', call)}
    assert {"blocked", "another_person", "provider_gone", "tokens_unreadable"} <= own
    return own | set(Reason)


def test_every_reason_that_the_log_can_name_is_explained_and_no_other() -> None:
    table = PAGE.read_text(encoding="utf-8").partition("| reason | what it usually is |")[2]
    firsts = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    explained = [code for first in firsts for code in re.findall(r"`(\w+)`", first)]
    assert sorted(explained) == sorted(coded() | set(wire.OUR_FAULT) | set(wire.PASSING))
