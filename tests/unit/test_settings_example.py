"""The example file says what the model says."""

import json
import tomllib
from pathlib import Path
from typing import Any

from app.configuration.apigee import Apigee
from app.configuration.environment import locate
from app.configuration.example import example
from app.configuration.oidc import Oidc
from app.configuration.outgoing import Http
from app.configuration.registration import RegistrationAttribute
from app.configuration.roles import Role
from app.configuration.sections import ProductAccess
from app.settings import Settings
from tests.unit.starting import KEY, Start

ROOT = Path(__file__).parents[2]


def _uncommented() -> dict[str, Any]:
    lines = example().splitlines()
    return tomllib.loads("\n".join(line[1:] for line in lines if line[:2] not in {"# ", ""}))


def test_the_committed_example_is_what_the_model_says() -> None:
    assert (ROOT / "portal.example.toml").read_text(encoding="utf-8") == example()


def test_the_example_holds_the_defaults_and_starts_once_the_key_is_replaced(start: Start) -> None:
    defaults = start(
        {
            "PORTAL_APIGEE__SERVICE_ACCOUNT_FILE": "account.json",
            "PORTAL_PUBLIC_URL": None,
            "PORTAL_SECRET_KEY": KEY,
        },
        'public_url = "https://developers.example.com"\n',
    )
    shown = _uncommented()
    shown["secret_key"] = KEY
    shown["apigee"]["service_account_file"] = "account.json"
    shown["oidc"]["corp"] |= {"client_id": "portal", "client_secret": "corp-client-secret"}

    assert shown.pop("organizations").keys() == {"partners"}
    assert shown.pop("product_access").keys() == {"partners"}  # an example: there is none at first
    assert shown.pop("roles").keys() == {"support-lead"}
    assert shown["registration"].pop("attributes").keys() == {"cost-center"}

    assert Settings(**json.loads(json.dumps(shown))) == defaults


def test_the_example_names_every_setting() -> None:
    shown = _uncommented()

    assert set(shown) == set(Settings.model_fields)
    assert set(shown["apigee"]) == set(Apigee.model_fields)
    assert set(shown["http"]) == set(Http.model_fields)
    assert set(shown["oidc"]["corp"]) == set(Oidc.model_fields)
    assert set(shown["product_access"]["partners"]) == set(ProductAccess.model_fields)
    assert set(shown["roles"]["support-lead"]) == set(Role.model_fields)
    asked = shown["registration"]["attributes"]["cost-center"]
    assert set(asked) == set(RegistrationAttribute.model_fields)


def test_every_variable_of_the_example_exists() -> None:
    names = [
        line.removeprefix("# ").removesuffix(" or …_FILE")
        for line in example().splitlines()
        if line.startswith("# PORTAL_") and not line.startswith("# PORTAL_CONFIG")
    ]

    assert len(names) > 40
    for name in names:
        assert locate(Settings, name.removeprefix("PORTAL_").split("__")), name
