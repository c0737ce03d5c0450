"""Every recipe for a provider is settings that start."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.unit.starting import GOOD, Start

PAGE = Path(__file__).parents[2] / "docs" / "sso.md"
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
