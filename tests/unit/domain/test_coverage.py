"""Whether a product covers a call: part by part, and just as the gateway has it."""

from itertools import product as combinations

import pytest

from app.apigee.wire_products import product_from
from app.domain.coverage import Call, Fit, coverage, path_matches
from app.domain.products import ApiProduct, Operation
from emulator.matching import Target, covers
from emulator.model import ApiProduct as HeldProduct
from emulator.model import Stamp

YES, NO, OPEN = Fit.YES, Fit.NO, Fit.OPEN


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("/", "/", True),
        ("/", "/a/b", True),
        ("/*", "/a", True),
        ("/*", "/a/b", False),
        ("/*", "/", False),
        ("/**", "/", True),
        ("/**", "/a/b/c", True),
        ("/a/**", "/a/b/c", True),
        ("/a/**", "/b", False),
        ("/a/{id}", "/a/7", True),
        ("/a/{id}", "/a/7/b", False),
        ("/a/{id}/b", "/a/7/b", True),
        ("/a.b", "/aXb", False),
        ("/a", "/a/", False),
    ],
)
def test_a_pattern_matches_what_apigee_says_it_matches(pattern: str, path: str, fits: bool) -> None:
    assert path_matches(pattern, path) is fits


def test_nothing_listed_means_everything() -> None:
    found = coverage(ApiProduct("p", "P"), Call("weather", "prod", "/today", "GET"))
    assert found.parts == (YES, YES, YES, YES)


def test_what_was_not_named_is_left_open_where_it_matters() -> None:
    listed = ApiProduct("p", "P", proxies=("w",), environments=("prod",), paths=("/a",))
    assert coverage(listed, Call()).parts == (OPEN, OPEN, OPEN, OPEN)
    assert coverage(listed, Call()).is_whole


def test_each_part_is_compared_for_itself() -> None:
    listed = ApiProduct("p", "P", proxies=("w",), environments=("prod",), paths=("/a",))
    assert coverage(listed, Call("v", "test", "/b", "GET")).parts == (NO, NO, NO, YES)


def test_a_method_counts_only_where_its_path_does() -> None:
    operations = (Operation("w", "/a", ("GET",)), Operation("w", "/b", ("POST",)))
    made = ApiProduct("p", "P", proxies=("w",), operations=operations)
    assert coverage(made, Call("w", "", "/a", "POST")).parts == (YES, YES, YES, NO)
    assert coverage(made, Call("w", "", "/b", "POST")).parts == (YES, YES, YES, YES)
    assert coverage(made, Call("w", "", "/c", "POST")).parts == (YES, YES, NO, OPEN)


def test_an_operation_without_methods_has_all_of_them() -> None:
    made = ApiProduct("p", "P", operations=(Operation("w", "/**"),))
    assert coverage(made, Call("w", "", "/a", "DELETE")).method is YES


def test_operations_of_other_kinds_are_not_judged() -> None:
    configs = [{"apiSource": "w", "operations": [{"operation": "ports"}]}]
    made = product_from({"name": "p", "graphqlOperationGroup": {"operationConfigs": configs}})
    assert coverage(made, Call("w", "prod", "/a", "GET")).parts == (OPEN, YES, OPEN, OPEN)


GROUP = {
    "operationConfigs": [
        {
            "apiSource": "weather",
            "operations": [
                {"resource": "/today", "methods": ["GET"]},
                {"resource": "/ports/{port}", "methods": []},
            ],
        },
        {"apiSource": "tides", "operations": [{"resource": "/**", "methods": ["GET", "POST"]}]},
    ]
}
INSIDES: tuple[dict[str, object], ...] = (
    {"proxies": []},
    {"proxies": ["weather"]},
    {"proxies": ["weather", "tides"]},
    {"proxies": ["weather"], "apiResources": ["/"]},
    {"proxies": ["weather"], "apiResources": ["/*"]},
    {"proxies": ["weather"], "apiResources": ["/**"]},
    {"proxies": ["tides"], "apiResources": ["/today", "/ports/{port}"]},
    {"operationGroup": GROUP},
)
PRODUCTS = [
    {"environments": environments, **inside}
    for environments in ([], ["prod"], ["prod", "test"])
    for inside in INSIDES
]
CALLS = [
    Call(*parts)
    for parts in combinations(
        ("weather", "tides", "other"),
        ("prod", "test"),
        ("/", "/today", "/ports/lisbon", "/ports/lisbon/tide"),
        ("GET", "POST"),
    )
]


@pytest.mark.parametrize("settings", PRODUCTS, ids=str)
def test_a_product_covers_what_the_gateway_lets_through(settings: dict[str, object]) -> None:
    held = HeldProduct(
        name="p",
        stamp=Stamp(created_at=0, created_by="", modified_at=0, modified_by=""),
        settings=settings,
    )
    own = product_from({"name": "p", **settings})
    for call in CALLS:
        target = Target(call.environment, call.proxy, call.path, call.method)
        assert coverage(own, call).is_whole is covers(held, target), call
