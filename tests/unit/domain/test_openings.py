"""What a product opens, proxy by proxy."""

from dataclasses import replace

import pytest

from app.domain.apis import Api, ApiOperation, KeyPlace
from app.domain.openings import Line, Opening, opened, openings
from app.domain.products import ApiProduct, Operation, OperationKind, OtherOperation, Quota

TEN = Quota("10", "1", "minute")


def test_operations_are_gathered_by_proxy_and_quota() -> None:
    product = ApiProduct(
        *("p", "P"),
        proxies=("weather", "maps"),
        operations=(
            Operation("weather", "/today", ("GET",)),
            Operation("weather", "/week"),
            Operation("weather", "/history", ("GET", "POST"), TEN),
        ),
        paths=("/**",),
    )
    assert openings(product) == (
        Opening("weather", (Line("/today", ("GET",)), Line("/week"))),
        Opening("weather", (Line("/history", ("GET", "POST")),), quota=TEN),
        Opening("maps", (Line("/**"),)),
    )


def test_operations_of_other_kinds_are_told_apart() -> None:
    other = OtherOperation(OperationKind.GRAPHQL, "graph", "cargo", ("query",), TEN)
    product = ApiProduct("p", "P", proxies=("graph",), other_operations=(other,))
    assert openings(product) == (Opening("graph", (Line("cargo", ("query",)),), "GraphQL", TEN),)


def test_a_product_that_names_no_proxy_opens_every_one() -> None:
    assert openings(ApiProduct("p", "P")) == (Opening(""),)
    assert openings(ApiProduct("p", "P", paths=("/a",))) == (Opening("", (Line("/a"),)),)


def api(base_url: str = "https://api.example/weather/v1", **facts: object) -> Api:
    """Return an API with three operations."""
    operations = (
        ApiOperation("all", "GET", "/days"),
        ApiOperation("one", "GET", "/days/{day}"),
        ApiOperation("add", "POST", "/days"),
    )
    known = Api(*("w", "Weather", "", ("p",), base_url), KeyPlace.HEADER, "x-apikey", operations)
    return replace(known, **{"proxy": "weather", "base_path": "/weather/v1", **facts})  # type: ignore[arg-type] # a test's own facts


@pytest.mark.parametrize(
    ("product", "found"),
    [
        (ApiProduct("p", "P"), ["all", "one", "add"]),
        (ApiProduct("p", "P", proxies=("weather",), paths=("/**",)), ["all", "one", "add"]),
        (ApiProduct("p", "P", proxies=("weather",), paths=("/days",)), ["all", "add"]),
        (ApiProduct("p", "P", proxies=("other",)), []),
        (ApiProduct("p", "P", operations=(Operation("weather", "/days/*", ("GET",)),)), ["one"]),
        (ApiProduct("p", "P", operations=(Operation("weather", "/days", ("POST",)),)), ["add"]),
        (ApiProduct("p", "P", operations=(Operation("other", "/days"),)), []),
        (ApiProduct("p", "P", environments=("test",)), []),
        (ApiProduct("p", "P", environments=("test", "prod")), ["all", "one", "add"]),
    ],
)
def test_an_api_is_shown_with_what_the_product_opens_of_it(
    product: ApiProduct, found: list[str]
) -> None:
    shown = opened(api(environments=("prod",)), [product])
    assert [item.operation_id for item in shown.operations] == found


def test_two_products_open_what_each_of_them_opens() -> None:
    reading = ApiProduct("r", "R", operations=(Operation("weather", "/**", ("GET",)),))
    writing = ApiProduct("w", "W", operations=(Operation("weather", "/days", ("POST",)),))
    shown = opened(api(), [reading, writing])
    assert [item.operation_id for item in shown.operations] == ["all", "one", "add"]
    assert opened(api(), []).operations == ()


@pytest.mark.parametrize(
    ("base_url", "base_path", "path"),
    [
        ("https://api.example/weather/v1", "/weather/v1", "/days"),
        ("https://api.example/weather/v1/", "/weather/v1/", "/days"),
        ("https://api.example/weather/v1", "/weather", "/v1/days"),
        ("https://weather.example", "/weather/v1", "/days"),
        ("https://api.example/weather/v1", "", "/days"),
        ("https://api.example/weather/v1", "/", "/days"),
        ("https://api.example/weather/v1", "/wea", "/days"),
    ],
)
def test_paths_are_compared_as_the_proxy_sees_them(
    base_url: str, base_path: str, path: str
) -> None:
    product = ApiProduct("p", "P", paths=(path,))
    shown = opened(api(base_url, base_path=base_path), [product])
    assert [item.operation_id for item in shown.operations] == ["all", "add"]
