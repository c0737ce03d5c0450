"""How to tell the evil provider what to forge."""

from collections.abc import Callable
from typing import Any

from joserfc.jwk import Key, OctKey
from joserfc.jws import JWSRegistry

from tests.identity.evil import Evil, encoded, rsa_key, signed

Forge = Callable[[Evil], None]


def says(**claims: object) -> Forge:
    return lambda evil: evil.says(**claims)


def omits(*names: str) -> Forge:
    return lambda evil: evil.omits(*names)


def headed(**header: object) -> Forge:
    return lambda evil: evil.header.update(header)


def answers(**tokens: object) -> Forge:
    return lambda evil: evil.tokens.update(tokens)


def later(claim: str, seconds: float) -> Forge:
    return lambda evil: evil.says(**{claim: int(evil.clock.now().timestamp()) + seconds})


def token(make: Callable[[dict[str, Any], dict[str, Any]], object]) -> Forge:
    def forge(evil: Evil) -> None:
        evil.token = make

    return forge


def offering(*algorithms: str) -> Forge:
    return lambda evil: evil.discovery.update(
        id_token_signing_alg_values_supported=list(algorithms)
    )


def signing(key: Key, **header: object) -> Forge:
    def forge(evil: Evil) -> None:
        evil.key = key
        evil.header.update(header)

    return forge


def publishing(*keys: dict[str, Any]) -> Forge:
    def forge(evil: Evil) -> None:
        evil.published = list(keys)

    return forge


def together(*forges: Forge) -> Forge:
    def forge(evil: Evil) -> None:
        for one in forges:
            one(evil)

    return forge


def public(key: Key, **more: object) -> dict[str, Any]:
    return {**key.as_dict(private=False), **more}


def hs256(secret: str) -> Callable[[dict[str, Any], dict[str, Any]], str]:
    return lambda header, claims: signed(
        {**header, "alg": "HS256"}, claims, OctKey.import_key(secret)
    )


def text(value: str) -> Callable[[dict[str, Any], dict[str, Any]], str]:
    return lambda _header, _claims: value


def with_header(value: object) -> Callable[[dict[str, Any], dict[str, Any]], str]:
    return lambda _header, claims: f"{encoded(value)}.{encoded(claims)}.{encoded(b'x')}"


def with_payload(value: bytes) -> Callable[[dict[str, Any], dict[str, Any]], str]:
    return lambda header, _claims: signed(header, value, rsa_key())


def change_payload(header: dict[str, Any], claims: dict[str, Any]) -> str:
    head, _, signature = signed(header, claims, rsa_key()).split(".")
    return f"{head}.{encoded({**claims, 'sub': 'dana'})}.{signature}"


def cut_signature(header: dict[str, Any], claims: dict[str, Any]) -> str:
    return signed(header, claims, rsa_key()).rpartition(".")[0] + "."


def named_ps256(header: dict[str, Any], claims: dict[str, Any]) -> str:
    """An RS256 signature over a header that says otherwise."""
    body = f"{encoded({**header, 'alg': 'PS256'})}.{encoded(claims)}"
    signature = JWSRegistry.algorithms["RS256"].sign(body.encode(), rsa_key())
    return f"{body}.{encoded(signature)}"
