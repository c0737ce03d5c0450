"""Contrast as WCAG has it, and the nearest color that can be read."""

import pytest

from app.domain.colors import BLACK, WHITE, Color, Need, color, contrast, nearest


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000", "#ffffff", 21),
        ("#777777", "#fff", 4.48),
        ("#767676", "#fff", 4.54),
        ("#f00", "#fff", 4.0),
    ],
)
def test_the_contrast_is_that_of_the_standard(one: str, other: str, ratio: float) -> None:
    first, second = color(one), color(other)
    assert first is not None
    assert second is not None
    assert contrast(first, second) == pytest.approx(ratio, abs=0.005)
    assert contrast(second, first) == contrast(first, second)


@pytest.mark.parametrize(
    "text", ["", "red", "#12", "#12345", "#gggggg", "#123456;", "rgb(0,0,0)", "#12 456"]
)
def test_what_is_no_color_is_none(text: str) -> None:
    assert color(text) is None


def test_the_nearest_color_passes_and_the_one_before_it_does_not() -> None:
    found = nearest(Color(0xF5, 0x9E, 0x0B), [Need(WHITE, 4.5)])
    assert found is not None
    assert 4.5 <= contrast(found, WHITE) < 4.6


def test_a_color_that_passes_stays_as_it_is() -> None:
    assert nearest(BLACK, [Need(WHITE, 4.5)]) == BLACK


def test_where_no_color_passes_there_is_none() -> None:
    assert nearest(WHITE, [Need(WHITE, 4.5), Need(BLACK, 20)]) is None
