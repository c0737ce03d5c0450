"""apigeecli, a command line for Edge written in Python, works on the local Apigee."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.clients.conftest import Visit, Visiting
from tests.clients.kept import NOTHING, Kept

EMAIL = "ana@example.com"
PERSON = {"email": EMAIL, "firstName": "Anna", "lastName": "Ruiz", "userName": "ana"}
PRODUCT = {
    "name": "gold",
    "displayName": "Gold",
    "approvalType": "manual",
    "proxies": ["weather"],
    "apiResources": ["/**"],
    "environments": ["prod"],
    "attributes": [{"name": "access", "value": "public"}],
}
APP = ("-n", "widget", "--developer", EMAIL)
# Group and command, then its options; gives what was printed as JSON.
Cli = Callable[..., Any]


@pytest.fixture
def visit(visiting: Visiting) -> Iterator[Visit]:
    with visiting("apigeecli") as visit:
        yield visit


@pytest.fixture
def kept(visit: Visit) -> Kept:
    return visit.kept


@pytest.fixture
def cli(visit: Visit) -> Cli:
    """Runs a command, which must end well, with an e-mail and a password."""
    return signed_in(visit, "--no-token")


def signed_in(visit: Visit, how: str) -> Cli:
    name, password = visit.local.basic

    def run(group: str, command: str, *words: str) -> Any:
        who = ("-u", name, "-p", password, "-o", "demo", how)
        outcome = visit.room.apigeecli(group, command, *who, *words)
        assert outcome.status == 0, outcome.complained
        return outcome.json if outcome.said.strip() else None

    return run


def a_developer(cli: Cli) -> Any:
    names = ("--first-name", "Ana", "--last-name", "Ruiz", "--user-name", "ana")
    return cli("developers", "create", "-n", EMAIL, *names)


def a_product(cli: Cli) -> Any:
    return cli("apiproducts", "create", "-n", "gold", "-b", json.dumps(PRODUCT))


def an_app(cli: Cli) -> Any:
    a_product(cli)
    a_developer(cli)
    body = {"name": "widget", "apiProducts": ["gold"], "keyExpiresIn": 60000}
    return cli("apps", "create", *APP, "-b", json.dumps(body))


def test_a_product_lives_and_ends(cli: Cli, kept: Kept) -> None:
    made = a_product(cli)
    assert PRODUCT.items() <= made.items()
    assert cli("apiproducts", "get", "-n", "gold") == made
    assert cli("apiproducts", "list") == ["gold"]
    assert cli("apiproducts", "list", "--expand") == {"apiProduct": [made]}
    changed = json.dumps({**PRODUCT, "displayName": "Golden", "approvalType": "auto"})
    assert cli("apiproducts", "update", "-n", "gold", "-b", changed)["displayName"] == "Golden"
    assert kept.local.site.store.products["gold"].settings["approvalType"] == "auto"
    assert cli("apiproducts", "delete", "-n", "gold")["name"] == "gold"
    assert cli("apiproducts", "list") == []
    assert kept.counts == NOTHING


def test_a_developer_lives_and_ends(cli: Cli, kept: Kept, visit: Visit) -> None:
    made = a_developer(cli)
    assert kept.developer(EMAIL).developer_id == made["developerId"]
    assert cli("developers", "get", "-n", EMAIL) == made
    assert cli("developers", "list") == [EMAIL]
    assert cli("developers", "list", "--expand") == {"developer": [made]}
    assert cli("developers", "update", "-n", EMAIL, "-b", json.dumps(PERSON))["apps"] == []
    assert kept.developer(EMAIL).first_name == "Anna"
    assert cli("developers", "set-status", "-n", EMAIL, "--action", "inactive") is None
    assert kept.developer(EMAIL).status == "inactive"
    assert cli("developers", "set-status", "-n", EMAIL, "--action", "active") is None
    assert cli("developers", "get", "-n", EMAIL)["status"] == "active"
    assert cli("developers", "delete", "-n", EMAIL)["email"] == EMAIL
    assert kept.counts == NOTHING
    name, password = visit.local.basic
    gone = visit.room.apigeecli(
        *("developers", "get", "-u", name, "-p", password, "-o", "demo", "-n", EMAIL)
    )
    assert gone.status == 1
    assert "404 Client Error" in gone.complained


def test_attributes_are_set_changed_and_removed(cli: Cli, kept: Kept) -> None:
    a_developer(cli)
    on, one = ("-n", EMAIL), ("--attribute-name", "a")
    changed = cli("developers", "update-attr", *on, *one, "--updated-value", "1")
    assert changed == {"name": "a", "value": "1"}
    every = {"attribute": [{"name": "a", "value": "2"}, {"name": "b", "value": "3"}]}
    assert cli("developers", "update-all-attrs", *on, "-b", json.dumps(every)) == every
    assert cli("developers", "get-attrs", *on) == every
    assert cli("developers", "delete-attr", *on, *one) == {"name": "a", "value": "2"}
    assert kept.developer(EMAIL).attributes == {"b": "3"}


def test_an_app_is_found_in_every_list_and_deleted(cli: Cli, kept: Kept) -> None:
    made = an_app(cli)
    (credential,) = made["credentials"]
    assert credential["apiProducts"] == [{"apiproduct": "gold", "status": "pending"}]
    assert credential["expiresAt"] == credential["issuedAt"] + 60000
    assert cli("apps", "get", *APP) == made
    of_ana = ("--developer", EMAIL)
    assert cli("apps", "list", *of_ana) == ["widget"]
    assert cli("apps", "list", *of_ana, "--expand") == {"app": [made]}
    assert cli("apps", "list-org-apps") == [made["appId"]]
    (listed,) = cli("apps", "list-org-apps", "--expand")["app"]
    assert listed.items() <= made.items()
    assert cli("apps", "get-org-app", "-n", made["appId"]) == made
    assert cli("developers", "get-by-app", "--app-name", "widget") == [EMAIL]
    assert cli("apps", "delete", *APP)["appId"] == made["appId"]
    assert kept.counts == {**NOTHING, "developers": 1, "products": 1}


def test_an_app_without_a_key_gets_one_that_is_revoked_and_deleted(cli: Cli, kept: Kept) -> None:
    a_product(cli)
    a_developer(cli)
    made = cli("apps", "create-empty", *APP, "--display-name", "Widget")
    assert made["credentials"] == []
    assert made["attributes"] == [{"name": "DisplayName", "value": "Widget"}]
    pair = ("--consumer-key", "own-key", "--consumer-secret", "own-secret")
    assert cli("apps", "create-creds", *APP, *pair)["apiProducts"] == []
    assert kept.key("own-key").consumer_secret == "own-secret"
    assert cli("apps", "revoke-creds", *APP, "--consumer-key", "own-key") is None
    assert kept.key("own-key").status == "revoked"
    assert cli("apps", "approve-creds", *APP, "--consumer-key", "own-key") is None
    assert kept.key("own-key").status == "approved"
    deleted = cli("apps", "delete-creds", *APP, "--consumer-key", "own-key")
    assert deleted["consumerKey"] == "own-key"
    assert kept.app(EMAIL, "widget").credentials == ()


def test_a_generated_pair_is_given_its_products(cli: Cli, kept: Kept, visit: Visit) -> None:
    an_app(cli)
    name, password = visit.local.basic
    who = ("-u", name, "-p", password, "-o", "demo", "--no-token")
    done = visit.room.apigeecli("apps", "create-creds", *who, *APP, "--products", "gold")
    # It prints the pair as it was made, a sentence, and the pair with its products.
    first, _, last = done.said.strip().splitlines()
    key = json.loads(first)["consumerKey"]
    assert done.status == 0
    assert json.loads(last)["apiProducts"] == [{"apiproduct": "gold", "status": "pending"}]
    assert kept.products_on(key) == {"gold": "pending"}
    assert len(kept.app(EMAIL, "widget").credentials) == 2


def test_a_token_is_fetched_once_and_kept_for_the_next_commands(visit: Visit, kept: Kept) -> None:
    cli = signed_in(visit, "--token")
    made = an_app(cli)
    key = made["credentials"][0]["consumerKey"]
    cli("apps", "revoke-creds", *APP, "--consumer-key", key)
    assert kept.key(key).status == "revoked"
    assert cli("apps", "get", *APP)["credentials"][0]["status"] == "revoked"
    cli("apps", "delete", *APP)
    cli("developers", "delete", "-n", EMAIL)
    cli("apiproducts", "delete", "-n", "gold")
    assert kept.counts == NOTHING
    assert len(visit.local.journal.select(kind="token")) == 1
