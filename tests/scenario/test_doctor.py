"""Every link of a call's chain is broken behind the portal's back, on both flavors.

The gateway is called with the key, what it answers is pasted, and the page must name that link.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from emulator.model import Flavor
from tests.scenario.house import House, run_house
from tests.scenario.walker import Page, Walker

SECONDS = 30
FRESH = {"PORTAL_CACHE__DEVELOPERS_SECONDS": "0", "PORTAL_CACHE__PRODUCTS_SECONDS": "0"}
DANA = "/developers/dana@example.com"
WIDGET = f"{DANA}/apps/weather-widget"
PRODUCT = "/apiproducts/weather-free"
CALLED = {"api": "weather", "environment": "prod", "method": "GET", "path": "/today"}
Settings = dict[str, Any]


@dataclass(frozen=True)
class Scene:
    """A house, with Dana in front of the portal and a hand on Apigee behind it."""

    house: House
    dana: Walker

    def key(self, app: str = WIDGET) -> str:
        """Return the only key of an app."""
        [credential] = self.house.manage("GET", app)["credentials"]
        return str(credential["consumerKey"])

    def call(self, key: str | None) -> requests.Response:
        """Call the sample API as software does."""
        headers = {} if key is None else {"x-apikey": key}
        address = f"{self.house.apigee.root}/proxy/weather/today"
        return requests.get(address, headers=headers, timeout=SECONDS)

    def refused(self, key: str | None, code: str) -> str:
        """Call the API, be refused with this code, and return what somebody would paste."""
        answer = self.call(key)
        assert answer.status_code in {401, 429}
        assert answer.json()["fault"]["detail"]["errorcode"] == code
        return f"> x-apikey: {key}\n< HTTP/1.1 {answer.status_code}\n{answer.text}"

    def page_of(self, app: str) -> Page:
        """Open the doctor's page of the app's only key."""
        shown = self.dana.open(f"/apps/{app}")
        return self.dana.open(shown.link("Why does a call fail?"))

    def explained(self, app: str, pasted: str) -> str:
        """Paste an answer on the key's page and return what it says first."""
        page = self.page_of(app)
        return self.dana.send(page, "/diagnosis", {**CALLED, "fault": pasted}).text("finding")


@pytest.fixture(scope="module", params=["x", "edge"])
def scene(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Scene]:
    flavor: Flavor = request.param
    folder = tmp_path_factory.mktemp("doctor")
    with run_house(flavor, folder, **FRESH) as house, closing(Walker(house)) as dana:
        dana.arrive("dana", "/apps")
        yield Scene(house, dana)


@contextmanager
def switched(scene: Scene, path: str, off: str, on: str) -> Iterator[None]:
    scene.house.manage("POST", f"{path}?action={off}")
    try:
        yield
    finally:
        scene.house.manage("POST", f"{path}?action={on}")


@contextmanager
def product_as(scene: Scene, change: Callable[[Settings], Settings]) -> Iterator[None]:
    before = scene.house.manage("GET", PRODUCT)
    scene.house.manage("PUT", PRODUCT, change(before))
    try:
        yield
    finally:
        scene.house.manage("PUT", PRODUCT, before)


UNCOVERED = "oauth.v2.InvalidApiKeyForGivenResource"
Switch = tuple[Callable[[str], str], str, str, str, str]
SWITCHES: dict[str, Switch] = {
    "developer": (
        lambda _key: DANA,
        "inactive",
        "active",
        "keymanagement.service.DeveloperStatusNotActive",
        "your developer account",
    ),
    "app": (
        lambda _key: WIDGET,
        "revoke",
        "approve",
        "keymanagement.service.invalid_client-app_not_approved",
        "the app",
    ),
    "key": (
        lambda key: f"{WIDGET}/keys/{key}",
        "revoke",
        "approve",
        "oauth.v2.ApiKeyNotApproved",
        "the key",
    ),
    "product": (
        lambda key: f"{WIDGET}/keys/{key}/apiproducts/weather-free",
        "revoke",
        "approve",
        UNCOVERED,
        "the product on the key",
    ),
}


@pytest.mark.parametrize("name", list(SWITCHES))
def test_what_was_switched_off_is_named_and_so_is_that_it_is_on_again(
    scene: Scene, name: str
) -> None:
    path, off, on, code, link = SWITCHES[name]
    key = scene.key()
    assert scene.call(key).status_code == 200
    with switched(scene, path(key), off, on):
        pasted = scene.refused(key, code)
        assert scene.explained("weather-widget", pasted) == f"The call stops at {link}"
        everywhere = scene.dana.send(scene.dana.open("/diagnosis"), "/diagnosis", {"fault": pasted})
        assert everywhere.text("finding") == f"The call stops at {link}"
    assert scene.call(key).status_code == 200
    assert scene.explained("weather-widget", pasted).startswith("In order now")


def with_operations(product: Settings) -> Settings:
    kept = {name: value for name, value in product.items() if name != "apiResources"}
    operations = [{"resource": "/today", "methods": ["POST"]}]
    configs = [{"apiSource": "weather", "operations": operations}]
    group = {"operationConfigType": "proxy", "operationConfigs": configs}
    return {**kept, "proxies": [], "operationGroup": group}


PARTS: dict[str, Callable[[Settings], Settings]] = {
    "API proxy": lambda product: {**product, "proxies": ["tides"]},
    "environment": lambda product: {**product, "environments": ["test"]},
    "path": lambda product: {**product, "apiResources": ["/forecast", "/today/*"]},
    "method": with_operations,
}


@pytest.mark.parametrize("part", list(PARTS))
def test_the_part_of_the_call_that_a_product_leaves_out_is_named(scene: Scene, part: str) -> None:
    key = scene.key()
    with product_as(scene, PARTS[part]):
        pasted = scene.refused(key, UNCOVERED)
        assert scene.explained("weather-widget", pasted) == f"The call stops at the {part}"
    assert scene.call(key).status_code == 200


def test_a_used_up_quota_is_named(scene: Scene) -> None:
    key = scene.key()
    with product_as(scene, lambda product: {**product, "quota": "1"}):
        scene.call(key)
        pasted = scene.refused(key, "policies.ratelimit.QuotaViolation")
        found = scene.explained("weather-widget", pasted)
    assert found == "The call stops at the quota or rate"


def test_an_expired_key_is_named(scene: Scene) -> None:
    key = scene.key(f"{DANA}/apps/fleet-prototype")
    pasted = scene.refused(key, "keymanagement.service.consumer_key_expired")
    found = scene.explained("fleet-prototype", pasted)
    assert found == "The call stops at the expiry of the key"


def test_a_key_without_the_product_is_named_with_the_product_to_ask_for(scene: Scene) -> None:
    key = scene.key(f"{DANA}/apps/checkout")
    pasted = scene.refused(key, UNCOVERED)
    page = scene.dana.send(scene.page_of("checkout"), "/diagnosis", {**CALLED, "fault": pasted})
    assert page.text("finding") == "The call stops at the product on the key"
    assert "Give this key the product Weather Free" in page.answer.text
    assert page.link("Change the key's products").partition("?")[0].endswith("/products")


def test_a_product_that_waits_for_approval_is_named(scene: Scene) -> None:
    body = {"name": "doctor-waits", "apiProducts": ["weather-pro"]}
    scene.house.manage("POST", f"{DANA}/apps", body)
    key = scene.key(f"{DANA}/apps/doctor-waits")
    page = scene.page_of("doctor-waits")
    pasted = {**CALLED, "fault": scene.refused(key, UNCOVERED)}
    page = scene.dana.send(page, "/diagnosis", pasted)
    scene.house.manage("DELETE", f"{DANA}/apps/doctor-waits")
    assert page.text("finding") == "The call stops at the product on the key"
    assert "Weather Pro waits for approval" in page.answer.text


def test_a_call_without_a_key_and_with_an_unknown_one_are_explained(scene: Scene) -> None:
    unknown = scene.refused(secrets.token_hex(16), "oauth.v2.InvalidApiKey")
    missing = scene.refused(None, "steps.oauth.v2.FailedToResolveAPIKey")
    for pasted, text in (
        (unknown, "Apigee does not know the key that was sent."),
        (missing, "The call carried no key."),
    ):
        page = scene.dana.send(scene.dana.open("/diagnosis"), "/diagnosis", {"fault": pasted})
        assert page.text("finding") == text
        assert scene.explained("weather-widget", pasted) == "The call stops at the call itself"


def test_the_key_of_somebody_else_is_like_one_that_nobody_has(scene: Scene) -> None:
    theirs = scene.key("/developers/ines@example.com/apps/port-calendar")
    code = "keymanagement.service.DeveloperStatusNotActive"
    said = []
    for key in (theirs, secrets.token_hex(len(theirs) // 2)):
        pasted = scene.refused(theirs, code).replace(theirs, key)
        page = scene.dana.send(scene.dana.open("/diagnosis"), "/diagnosis", {"fault": pasted})
        token = page.forms[page.action("/diagnosis")]["csrf_token"]
        said.append(page.answer.text.replace(token, ""))
    assert said[0] == said[1]
    assert "none of your keys" in said[0]
    for word in ("ines", "port-calendar", theirs):
        assert word not in said[0].casefold()
