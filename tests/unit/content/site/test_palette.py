"""The colors of a theme can always be read, whatever the operator writes."""

import random

import pytest

from app.content.site.palette import MODES, NAMES, chosen, tokens, unmet
from app.content_ports import TOKENS
from app.domain.colors import Color, color, contrast

OWN = tokens(TOKENS)


@pytest.mark.parametrize("mode", MODES)
def test_the_portal_s_own_colors_can_be_read(mode: str) -> None:
    assert list(unmet(OWN.colors[mode])) == []
    assert set(NAMES) <= OWN.colors[mode].keys()


@pytest.mark.parametrize("mode", MODES)
def test_whatever_is_given_what_is_used_can_be_read(mode: str) -> None:
    dice = random.Random(7)  # noqa: S311 - examples, not secrets
    own = OWN.colors[mode]
    for _ in range(150):
        names = dice.sample(NAMES, dice.randint(1, 5))
        given = {name: Color(*(dice.randrange(256) for _ in range(3))) for name in names}
        found, refused = chosen(given, own)
        assert list(unmet({**own, **found})) == []
        assert {each.name for each in refused} <= set(names)


@pytest.mark.parametrize("mode", MODES)
def test_the_nearest_brand_that_passes_is_used_without_a_word(mode: str) -> None:
    dice = random.Random(11)  # noqa: S311 - examples, not secrets
    own = OWN.colors[mode]
    told = 0
    for _ in range(100):
        brand = Color(*(dice.randrange(256) for _ in range(3)))
        _, refused = chosen({"brand": brand}, own)
        for problem in refused:
            assert problem.passing is not None
            assert chosen({"brand": problem.passing}, own)[1] == []
            told += 1
    assert told


def test_the_words_name_both_colors_and_one_that_passes() -> None:
    orange, white = color("#f59e0b"), color("#ffffff")
    assert orange is not None
    assert white is not None
    _, [problem] = chosen({"brand-text": orange}, OWN.colors["light"])
    assert "brand-text #f59e0b and surface #ffffff have a contrast of 2.15:1" in str(problem)
    assert "4.5:1 is needed; the nearest that passes is #" in str(problem)
    assert problem.passing is not None
    assert contrast(problem.passing, white) >= 4.5
