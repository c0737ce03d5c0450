"""The sample data: the people and products that others rely on, read by both flavours."""

import json
from typing import Any

import pytest
import requests

import emulator
from demo.plan import ROOT
from emulator.model import Flavor

FILE = ROOT / "demo" / "seed.json"
SEED: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
PRODUCTS = {product["name"]: product for product in SEED["apiProducts"]}
DEVELOPERS = {developer["email"]: developer for developer in SEED["developers"]}


@pytest.mark.parametrize(
    ("name", "approval", "access"),
    [
        ("weather-free", "auto", "public"),
        ("payments", "manual", "public"),
        ("maps-partner", "auto", "private"),
        ("ledger", "manual", "internal"),
    ],
)
def test_the_products_that_others_rely_on_are_there(name: str, approval: str, access: str) -> None:
    product = PRODUCTS[name]
    assert (product["approvalType"], product["attributes"]["access"]) == (approval, access)


def test_the_weather_product_opens_the_weather_and_nothing_else() -> None:
    weather = PRODUCTS["weather-free"]
    assert weather["proxies"] == ["weather"]
    assert (weather["quota"], weather["quotaTimeUnit"]) == ("1000", "day")


def test_one_product_lacks_the_access_attribute() -> None:
    assert [p["name"] for p in SEED["apiProducts"] if not p["attributes"]] == ["quotes"]


def test_dana_and_ines_are_developers_and_the_other_sample_people_are_not() -> None:
    assert DEVELOPERS["dana@example.com"]["status"] == "active"
    assert DEVELOPERS["ines@example.com"]["status"] == "inactive"
    for login in ("ravi", "ada", "sam", "eve"):
        assert f"{login}@example.com" not in DEVELOPERS


def test_there_are_enough_developers_for_a_second_page() -> None:
    assert len(DEVELOPERS) > 25


def test_no_key_lies_in_the_seed() -> None:
    assert "consumerKey" not in FILE.read_text(encoding="utf-8")


@pytest.mark.parametrize("flavor", ["x", "edge"])
def test_danas_apps_show_every_state_of_a_key_and_one_really_opens(flavor: Flavor) -> None:
    with emulator.run(flavor=flavor, seed=FILE) as local:
        apps = _apps_of_dana(local, flavor)
        assert sorted(apps) == ["checkout", "fleet-prototype", "route-planner", "weather-widget"]
        checkout = apps["checkout"][0]["apiProducts"]
        assert {(p["apiproduct"], p["status"]) for p in checkout} == {
            ("payments", "approved"),
            ("invoices", "pending"),
        }
        assert [key["status"] for key in apps["route-planner"]] == ["approved", "revoked"]
        assert _opens(local, apps["weather-widget"][0])
        assert not _opens(local, apps["checkout"][0])


def _apps_of_dana(local: emulator.LocalApigee, flavor: Flavor) -> dict[str, Any]:
    headers = {"authorization": f"Bearer {local.bearer()}"} if flavor == "x" else {}
    answer = requests.get(
        f"{local.url}/organizations/demo/developers/dana@example.com/apps",
        {"expand": "true"},
        headers=headers,
        auth=local.basic if flavor == "edge" else None,
        timeout=60,
    )
    return {app["name"]: app["credentials"] for app in answer.json()["app"]}


def _opens(local: emulator.LocalApigee, key: dict[str, Any]) -> bool:
    headers = {"x-apikey": key["consumerKey"]}
    where = f"{local.root}/proxy/weather/today"
    return requests.get(where, headers=headers, timeout=60).status_code == 200
