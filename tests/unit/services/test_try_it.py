"""Try-it's tokens and places."""

import json
from dataclasses import dataclass, field

import pytest

from app.domain.errors import TooMany
from app.domain.exchanges import MOST_RECEIVED, Failure, NoReply, Outbound, Received
from app.domain.keys import KeyPair
from app.domain.secret import Secret
from app.services.try_it.places import Places
from app.services.try_it.port import Nowhere
from app.services.try_it.tokens import LONGEST, MARGIN, TokenRefused, Tokens

PAIR = KeyPair("0123456789abcdef", Secret("the-key"), Secret("the-secret"))
URL = "https://api.example.com/token"


@dataclass
class Issuer:
    """A token address: it answers what a test says, and a new token each time."""

    answer: dict[str, object] = field(default_factory=lambda: {"expires_in": 100})
    status: int = 200
    body: bytes = b""
    now: float = 0.0
    asked: list[Outbound] = field(default_factory=list)

    def send(self, request: Outbound, most: int = MOST_RECEIVED) -> Received | NoReply:
        assert most < MOST_RECEIVED
        self.asked.append(request)
        said = {"access_token": f"token-{len(self.asked)}", **self.answer}
        return Received(self.status, (), self.body or json.dumps(said).encode())


def got(tokens: Tokens, url: str = URL, pair: KeyPair = PAIR) -> str:
    found = tokens.token(pair, url)
    assert isinstance(found, Secret), found
    return found.reveal()


@pytest.mark.parametrize(
    ("said", "seconds"),
    [(100, 100 - MARGIN), ("200", 200 - MARGIN), (10**8, LONGEST), (None, 270), ("x", 270)],
)
def test_a_token_is_kept_until_shortly_before_it_ends(said: object, seconds: float) -> None:
    issuer = Issuer({"expires_in": said})
    tokens = Tokens(issuer, lambda: issuer.now)
    assert got(tokens) == "token-1"
    issuer.now = seconds - 1
    assert got(tokens) == "token-1"
    issuer.now = seconds + 1
    assert got(tokens) == "token-2"


def test_a_token_that_hardly_lives_is_used_once() -> None:
    tokens = Tokens(Issuer({"expires_in": 1}))
    assert [got(tokens), got(tokens)] == ["token-1", "token-2"]


def test_each_key_and_each_address_has_its_own_token() -> None:
    tokens = Tokens(Issuer())
    other = KeyPair("f" * 16, Secret("k"), Secret("s"))
    found = [got(tokens), got(tokens, f"{URL}2"), got(tokens, URL, other)]
    assert found == ["token-1", "token-2", "token-3"]


def test_key_and_secret_go_to_the_token_address_alone() -> None:
    issuer = Issuer()
    got(Tokens(issuer))
    [asked] = issuer.asked
    assert (asked.method, asked.url, asked.own) == ("POST", URL, (URL,))
    assert ("Authorization", "Basic dGhlLWtleTp0aGUtc2VjcmV0") in asked.headers
    assert "the-secret" not in repr(asked)


@pytest.mark.parametrize(
    "body",
    [b"<html>", b"[]", b'{"access_token": 1}', b'{"access_token": "a\\r\\nX: y"}', b"[" * 9_999],
)
def test_what_is_no_token_is_not_sent_as_one(body: bytes) -> None:
    found = Tokens(Issuer(body=body)).token(PAIR, URL)
    assert isinstance(found, TokenRefused)
    assert isinstance(found.answer, NoReply)
    assert found.answer.failure is Failure.BROKEN


def test_a_refusal_is_told_as_it_is() -> None:
    found = Tokens(Issuer(status=401)).token(PAIR, URL)
    assert isinstance(found, TokenRefused)
    assert isinstance(found.answer, Received)
    assert found.answer.status == 401


def test_without_a_sender_nothing_is_called() -> None:
    found = Tokens(Nowhere()).token(PAIR, URL)
    assert isinstance(found, TokenRefused)
    assert found.answer == NoReply(Failure.FORBIDDEN)


def test_one_person_has_so_many_calls_on_their_way_and_everybody_so_many() -> None:
    places = Places(3, 2)
    with places.place("dana"), places.place("dana"):
        with pytest.raises(TooMany, match="Your last calls"), places.place("dana"):
            pass
        with (
            places.place("eve"),
            pytest.raises(TooMany, match="Many calls"),
            places.place("ravi"),
        ):
            pass
    with places.place("dana"), pytest.raises(ValueError, match="broken"), places.place("eve"):
        raise ValueError("broken")
    with places.place("eve"), places.place("eve"):
        pass
