"""What the portal understands of Apigee's JSON, in the words of both flavours."""

from datetime import UTC, datetime
from typing import Any

import pytest

from app.apigee.fields import Malformed, listed, moment, text, texts
from app.apigee.wire import app_from, developer_from, pairs_of
from app.apigee.wire_products import product_from
from app.domain.attributes import Attribute
from app.domain.developers import DeveloperStatus
from app.domain.keys import ApprovalStatus, KeyProduct
from app.domain.products import Approval, Operation, OperationKind, OtherOperation, Quota
from tests.unit.apigee.speaking import fingerprint

AT = datetime(2026, 1, 2, 3, 4, 5, 678_000, tzinfo=UTC)
MILLISECONDS = 1_767_323_045_678


def _app(**credential: object) -> dict[str, Any]:
    return {"name": "trip", "credentials": [{"consumerKey": "abcdefgh", **credential}]}


@pytest.mark.parametrize("value", [MILLISECONDS, str(MILLISECONDS)], ids=repr)
def test_times_are_numbers_on_edge_and_texts_on_x(value: object) -> None:
    assert moment({"createdAt": value}, "createdAt") == AT


@pytest.mark.parametrize("value", [None, -1, "-1", 0, "0", 10**18, "9" * 30], ids=repr)
def test_no_time_is_never(value: object) -> None:
    assert moment({"expiresAt": value}, "expiresAt") is None


@pytest.mark.parametrize(
    "value", ["soon", 1.5, [], {}, True, pytest.param("9" * 5000, id="endless")], ids=repr
)
def test_a_time_that_is_none_is_malformed(value: object) -> None:
    with pytest.raises(Malformed, match="expiresAt"):
        moment({"expiresAt": value}, "expiresAt")


def test_a_malformed_field_is_named_without_its_value() -> None:
    with pytest.raises(Malformed) as malformed:
        text({"consumerKey": ["secret-key"]}, "consumerKey")
    assert str(malformed.value) == "consumerKey"


@pytest.mark.parametrize(
    "answer", [{"app": [{"name": "a"}]}, [{"name": "a"}]], ids=["wrapped", "plain"]
)
def test_lists_come_in_two_shapes(answer: object) -> None:
    assert listed(answer, "app") == ({"name": "a"},)


@pytest.mark.parametrize("answer", [{}, [], {"app": []}, {"app": None}], ids=repr)
def test_an_empty_list_may_be_left_out(answer: object) -> None:
    assert listed(answer, "app") == ()


@pytest.mark.parametrize("answer", ["a", None, ["a"], {"app": "a"}, {"app": ["a"]}], ids=repr)
def test_a_list_of_names_is_not_what_was_asked_for(answer: object) -> None:
    with pytest.raises(Malformed):
        listed(answer, "app")


def test_texts_must_be_texts() -> None:
    assert texts({}, "scopes") == ()
    with pytest.raises(Malformed):
        texts({"scopes": [1]}, "scopes")


def test_a_developer_of_edge_is_read_whole() -> None:
    developer = developer_from(
        {
            "apps": [], "companies": [], "email": "Dana@Example.com", "developerId": "id-1",
            "firstName": "Dana", "lastName": "Reyes", "userName": "dana", "status": "INACTIVE",
            "attributes": [{"name": "team", "value": "a"}, {"name": "empty"}],
            "createdAt": MILLISECONDS, "createdBy": "x", "lastModifiedAt": MILLISECONDS,
        }
    )  # fmt: skip
    assert developer.email == "Dana@Example.com"
    assert developer.status is DeveloperStatus.INACTIVE
    assert developer.attributes == (Attribute("team", "a"), Attribute("empty", ""))
    assert (developer.created_at, developer.last_modified_at) == (AT, AT)


def test_a_developer_of_x_lacks_what_is_empty() -> None:
    developer = developer_from({"email": "dana@example.com"})
    assert (developer.first_name, developer.attributes, developer.is_active) == ("", (), True)


def test_a_status_nobody_knows_does_not_work() -> None:
    assert not developer_from({"email": "d@example.com", "status": "frozen"}).is_active
    strange = app_from(
        {"status": "frozen", **_app(apiProducts=[{"apiproduct": "p", "status": "odd"}])},
        fingerprint,
    )
    assert strange.status is ApprovalStatus.REVOKED
    assert strange.keys[0].products == (KeyProduct("p", ApprovalStatus.REVOKED),)


def test_an_app_keeps_the_facts_of_its_keys_but_not_the_keys() -> None:
    app = app_from(
        {
            "appId": "id-1",
            "developerId": "id-2",
            "status": "Approved",
            "callbackUrl": "https://trip.example",
            "scopes": ["read"],
            "attributes": [{"name": "DisplayName", "value": "Trip"}],
            **_app(
                consumerSecret="hidden-secret",
                status="approved",
                issuedAt=str(MILLISECONDS),
                expiresAt="-1",
                scopes=["read"],
                apiProducts=[{"apiproduct": "gold", "status": "pending"}],
            ),
        },
        fingerprint,
    )
    assert (app.display_name, app.products, app.scopes) == ("Trip", ("gold",), ("read",))
    key = app.keys[0]
    assert (key.key_id, key.ending) == (fingerprint("abcdefgh"), "efgh")
    assert (key.issued_at, key.expires_at) == (AT, None)
    assert key.products == (KeyProduct("gold", ApprovalStatus.PENDING),)
    assert "abcdefgh" not in repr(app)
    assert "hidden-secret" not in repr(app)


def test_the_newest_key_comes_first_in_facts_and_pairs() -> None:
    raw = {
        "name": "trip",
        "credentials": [
            {"consumerKey": "none"},
            {"consumerKey": "older", "issuedAt": 1},
            {"consumerKey": "newer", "consumerSecret": "s", "issuedAt": "2"},
        ],
    }
    assert [key.ending for key in app_from(raw, fingerprint).keys] == ["ewer", "lder", "none"]
    pairs = pairs_of(raw, fingerprint)
    assert [pair.consumer_key.reveal() for pair in pairs] == ["newer", "older", "none"]
    assert (pairs[0].key_id, pairs[0].consumer_secret.reveal()) == (fingerprint("newer"), "s")
    assert "newer" not in repr(pairs)


def test_a_credential_without_its_key_is_left_out() -> None:
    raw = {"name": "trip", "credentials": [{"status": "approved"}]}
    assert app_from(raw, fingerprint).keys == ()
    assert pairs_of(raw, fingerprint) == ()


def test_an_app_needs_a_name() -> None:
    with pytest.raises(Malformed, match="name"):
        app_from({"appId": "1"}, fingerprint)


def test_a_product_with_operations_is_read_whole() -> None:
    product = product_from(
        {
            "name": "gold",
            "displayName": "Gold",
            "description": "More calls",
            "approvalType": "manual",
            "attributes": [{"name": "access", "value": "Private"}],
            "environments": ["prod"],
            "proxies": ["weather"],
            "scopes": ["read"],
            "quota": "1000",
            "quotaInterval": 1,
            "quotaTimeUnit": "day",
            "operationGroup": {
                "operationConfigType": "proxy",
                "operationConfigs": [
                    {
                        "apiSource": "weather",
                        "operations": [{"resource": "/today", "methods": ["get"]}, {}],
                    },
                    {"apiSource": "maps"},
                ],
            },
        }
    )
    assert (product.approval, product.access) == (Approval.MANUAL, "private")
    assert product.quota == Quota("1000", "1", "day")
    assert product.proxies == ("weather", "maps")
    assert product.operations == (
        Operation("weather", "/today", ("GET",)),
        Operation("weather", "/"),
    )


def test_operation_groups_of_every_kind_are_read_with_their_own_quota() -> None:
    quota = {"limit": "10", "interval": "2", "timeUnit": "MINUTE"}
    product = product_from(
        {
            "name": "gold",
            "operationGroup": {
                "operationConfigs": [
                    {"apiSource": "rest", "operations": [{"resource": "/a"}], "quota": quota},
                    {"apiSource": "rest", "operations": [{"resource": "/b"}], "quota": {}},
                ]
            },
            "graphqlOperationGroup": {
                "operationConfigs": [
                    {
                        "apiSource": "graph",
                        "operations": [{"operation": "cargo", "operationTypes": ["query"]}],
                        "quota": quota,
                    }
                ]
            },
            "grpcOperationGroup": {
                "operationConfigs": [{"apiSource": "grpc", "service": "Cargo", "methods": ["Get"]}]
            },
            "llmOperationGroup": {
                "operationConfigs": [
                    {
                        "apiSource": "chat",
                        "llmOperations": [{"resource": "/v1", "methods": ["POST"], "model": "m"}],
                    }
                ]
            },
        }
    )
    own = Quota("10", "2", "minute")
    assert product.operations == (Operation("rest", "/a", (), own), Operation("rest", "/b"))
    assert product.other_operations == (
        OtherOperation(OperationKind.GRAPHQL, "graph", "cargo", ("query",), own),
        OtherOperation(OperationKind.GRPC, "grpc", "Cargo", ("Get",)),
        OtherOperation(OperationKind.LLM, "chat", "/v1", ("POST", "m")),
    )
    assert product.proxies == ("rest", "graph", "grpc", "chat")


def test_a_bare_product_is_public_and_instant() -> None:
    product = product_from({"name": "free", "apiResources": ["/**"], "quota": ""})
    assert (product.display_name, product.is_public, product.is_instant) == ("free", True, True)
    assert (product.paths, product.quota, product.operations) == (("/**",), None, ())


@pytest.mark.parametrize(
    ("value", "access"), [("", "public"), (" PUBLIC ", "public"), ("Internal", "internal")]
)
def test_access_is_read_without_regard_to_case(value: str, access: str) -> None:
    attributes = [{"name": "access", "value": value}]
    assert product_from({"name": "p", "attributes": attributes}).access == access


def test_an_unknown_approval_promises_nothing() -> None:
    assert not product_from({"name": "p", "approvalType": "lottery"}).is_instant


def test_a_quota_without_interval_counts_one() -> None:
    assert product_from({"name": "p", "quota": 5}).quota == Quota("5", "1", "")
