"""apigeetool, a command line for Edge written in JavaScript, works on the local Apigee."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from tests.clients.conftest import Visit, Visiting
from tests.clients.kept import NOTHING, Kept
from tests.clients.programs import Failed

EMAIL = "ana@example.com"
PERSON = ("--email", EMAIL, "--firstName", "Ana", "--lastName", "Ruiz", "--userName", "ana")
PRODUCT = ("--productName", "gold", "--displayName", "Gold", "--productDesc", "All that glitters")
PROXIES = ("--proxies", "weather, maps", "--environments", "prod,test", "--approvalType", "manual")
QUOTA = ("--quota", "10", "--quotaInterval", "1", "--quotaTimeUnit", "minute")
APP = ("--name", "widget", "--email", EMAIL)
# A command and its options; gives what was printed as JSON.
Cli = Callable[..., Any]


@pytest.fixture
def visit(visiting: Visiting) -> Iterator[Visit]:
    with visiting("apigeetool") as visit:
        yield visit


@pytest.fixture
def kept(visit: Visit) -> Kept:
    return visit.kept


@pytest.fixture(params=["basic", "token"])
def who(visit: Visit, request: pytest.FixtureRequest) -> Mapping[str, str]:
    """The options with which the client signs in."""
    where = {"organization": "demo", "baseuri": visit.local.root}
    if request.param == "token":
        return {**where, "token": visit.edge_token()}
    name, password = visit.local.basic
    return {**where, "username": name, "password": password}


@pytest.fixture
def cli(visit: Visit, who: Mapping[str, str]) -> Cli:
    """Runs a command, which must end well."""
    signed_in = [word for name, value in who.items() for word in (f"--{name}", value)]

    def run(command: str, *words: str) -> Any:
        outcome = visit.room.apigeetool(command, *signed_in, *words)
        assert outcome.status == 0, outcome.complained
        return outcome.json

    return run


def a_developer_and_a_product(cli: Cli) -> Any:
    assert cli("createDeveloper", *PERSON) == {}
    return cli("createProduct", *PRODUCT, *PROXIES, *QUOTA)


def test_developers_and_products_are_made_and_deleted(cli: Cli, kept: Kept) -> None:
    product = a_developer_and_a_product(cli)
    assert kept.developer(EMAIL).last_name == "Ruiz"
    assert product["proxies"] == ["weather", "maps"]
    assert kept.local.site.store.products["gold"].settings["quota"] == "10"
    assert cli("deleteDeveloper", "--email", EMAIL) is not None
    assert cli("deleteProduct", "--productName", "gold") is not None
    assert kept.counts == NOTHING


def test_an_app_gets_a_key_of_its_own_and_is_deleted(cli: Cli, kept: Kept) -> None:
    a_developer_and_a_product(cli)
    made = cli("createApp", *APP, "--apiProducts", "gold", "--callback", "https://example.com/")
    assert made["credentials"][0]["apiProducts"] == [{"apiproduct": "gold", "status": "pending"}]
    assert kept.app(EMAIL, "widget").callback_url == "https://example.com/"
    on = ("--developerId", EMAIL, "--appName", "widget", "--apiProducts", "gold")
    key = cli("createAppKey", *on, "--key", "own-key", "--secret", "own-secret")
    assert key["consumerSecret"] == "own-secret"
    assert kept.products_on("own-key") == {"gold": "pending"}
    assert cli("deleteApp", *APP)["appId"] == made["appId"]
    assert kept.counts == {**NOTHING, "developers": 1, "products": 1}


def test_programs_list_and_read_what_was_made(
    cli: Cli, visit: Visit, who: Mapping[str, str]
) -> None:
    a_developer_and_a_product(cli)
    made = cli("createApp", *APP, "--apiProducts", "gold")
    with visit.room.library("apigeetool_sdk.mjs") as library:
        assert library.call("listProducts", **who) == ["gold"]
        assert library.call("listApps", **who) == [made["appId"]]
        assert library.call("getApp", **who, app=made["appId"]) == made
        with pytest.raises(Failed, match="HTTP error 404"):
            library.call("getApp", **who, app="nothing")


def test_a_second_app_of_the_same_name_is_refused(
    cli: Cli, visit: Visit, kept: Kept, who: Mapping[str, str]
) -> None:
    a_developer_and_a_product(cli)
    cli("createApp", *APP, "--apiProducts", "gold")
    signed_in = [word for name, value in who.items() for word in (f"--{name}", value)]
    again = visit.room.apigeetool("createApp", *signed_in, *APP, "--apiProducts", "gold")
    assert again.status == 6
    assert "already exists" in again.complained
    assert kept.counts == {"developers": 1, "apps": 1, "products": 1}
