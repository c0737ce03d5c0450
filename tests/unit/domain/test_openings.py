"""What a product opens, proxy by proxy."""

from app.domain.openings import Line, Opening, openings
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
