"""Two e-mail addresses are one person's but for the case of letters, never by a likeness."""

import pytest

from app.domain.emails import folded_email, is_same_address


@pytest.mark.parametrize(
    ("one", "other"),
    [("Kim@Example.COM", "kim@example.com"), ("JOSÉ@example.com", "josé@example.com")],
)
def test_capital_letters_tell_nobody_apart(one: str, other: str) -> None:
    assert is_same_address(one, other)


@pytest.mark.parametrize(
    ("strange", "plain"),
    [
        ("\u212aim@example.com", "kim@example.com"),
        ("kim@\u212aelvin.example", "kim@kelvin.example"),
        ("straße@example.com", "strasse@example.com"),
        ("\u017fam@example.com", "sam@example.com"),
        ("\u0130da@example.com", "ida@example.com"),
        ("\uff2b\uff29\uff2d@example.com", "kim@example.com"),
        ("\ufb01ona@example.com", "fiona@example.com"),
    ],
)
def test_a_letter_outside_ascii_is_never_one_inside(strange: str, plain: str) -> None:
    assert not is_same_address(strange, plain)


def test_no_letter_at_all_becomes_an_ascii_one() -> None:
    strange = [chr(code) for code in range(0x80, 0x110000)]
    assert [char for char in strange if folded_email(f"{char}@x").isascii()] == []
