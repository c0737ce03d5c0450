"""Whose turn it is to change an object."""

import pytest

from app.apigee.paths import path
from app.apigee.turns import Turns
from app.domain.errors import Upstream, UpstreamKind

TRIP = path("apps/{a}", a="trip")


def test_who_waits_too_long_for_a_turn_is_told_that_apigee_is_busy() -> None:
    turns = Turns()
    with turns.of(TRIP, 0), pytest.raises(Upstream) as refused, turns.of(TRIP, 0.01):
        raise AssertionError
    assert refused.value.kind is UpstreamKind.BUSY


def test_a_turn_ends_with_an_error_too() -> None:
    turns = Turns()
    with pytest.raises(KeyError), turns.of(TRIP, 0):
        raise KeyError
    with turns.of(TRIP, 0):
        pass
