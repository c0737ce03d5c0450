"""Every recipe for a provider is settings that start."""

import re
import tomllib
from pathlib import Path

import pytest

from app.identity import wire
from app.identity.reasons import Reason
from tests.unit.starting import GOOD, Start

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "sso.md"
RECIPES = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
NAMES = [next(iter(tomllib.loads(recipe)["oidc"])) for recipe in RECIPES]


@pytest.mark.parametrize("recipe", RECIPES, ids=NAMES)
def test_a_recipe_starts_once_its_placeholders_are_filled_in(start: Start, recipe: str) -> None:
    filled = re.sub(r"<[^>]+>", "made-up", recipe)
    [name] = tomllib.loads(filled)["oidc"]
    without = dict.fromkeys((each for each in GOOD if "OIDC" in each), None)
    secret = {f"PORTAL_OIDC__{name.upper()}__CLIENT_SECRET": "a-client-secret"}
    settings = start({**without, **secret}, filled)
    assert set(settings.oidc) == {name}


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
