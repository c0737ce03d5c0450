"""Numbers of things, as people write them."""

import pytest

from app.domain.plurals import number_of


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0 calls"), (1, "1 call"), (2, "2 calls"), (1200, "1,200 calls")]
)
def test_one_thing_is_told_as_one(number: int, text: str) -> None:
    assert number_of(number, "call") == text
