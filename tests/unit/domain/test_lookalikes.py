"""Which addresses are read as others."""

import pytest

from app.domain.lookalikes import ANOTHER, resembled


@pytest.mark.parametrize(
    "email",
    [
        "d\u0430na@example.com",
        "\uff44ana@example.com",
        "da\u00adna@example.com",
        "D\u0430na@example.com",
    ],
)
def test_letters_that_look_like_ascii_make_it_the_ascii_address(email: str) -> None:
    assert resembled(email) == "dana@example.com"


def test_a_word_of_two_scripts_is_read_as_another() -> None:
    assert resembled("d\u0430n\u0436@example.com") == ANOTHER


@pytest.mark.parametrize(
    "email",
    [
        "dana@example.com",
        "j\u00fcrgen@example.com",
        "\u0430\u043d\u043d\u0430@example.com",
        "\u5f20\u4e09@example.com",
    ],
)
def test_other_addresses_are_themselves(email: str) -> None:
    assert resembled(email) == ""
