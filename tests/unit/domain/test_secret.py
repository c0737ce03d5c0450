"""Keys and secrets print as dots wherever somebody prints them."""

import copy
import json
import pickle

import pytest

from app.domain.keys import KeyPair
from app.domain.secret import MASK, Secret

CANARY = "canary-consumer-key-4711"
SECRET = Secret(CANARY)
PAIR = KeyPair("0" * 16, SECRET, Secret("canary-consumer-secret"))


def test_a_secret_prints_as_dots() -> None:
    ways = [str(SECRET), repr(SECRET), f"{SECRET}", f"{SECRET!r}", str([SECRET]), repr(PAIR)]
    for text in ways:
        assert "canary" not in text
        assert MASK in text


def test_a_secret_is_never_serialized() -> None:
    for serialize in (pickle.dumps, copy.copy, copy.deepcopy, json.dumps):
        with pytest.raises(TypeError) as refused:
            serialize(SECRET)
        assert "canary" not in str(refused.value)


def test_a_secret_has_no_place_for_other_things() -> None:
    with pytest.raises(AttributeError):
        SECRET.note = CANARY  # type: ignore[attr-defined] # it must not be possible


def test_secrets_are_equal_by_their_value_only_to_secrets() -> None:
    assert Secret("a") == Secret("a")
    assert hash(Secret("a")) == hash(Secret("a"))
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"


def test_the_text_comes_out_on_request_only() -> None:
    assert SECRET.reveal() == CANARY
    assert PAIR.ending == "4711"
