"""What a secret key must be like."""

from typing import Annotated, Final

from pydantic import AfterValidator, SecretStr

SHORTEST_KEY: Final = 32
FEWEST_DIFFERENT: Final = 8
PLACEHOLDER: Final = "replace this by what openssl rand -hex 32 prints"


def _long_secret(secret: SecretStr) -> SecretStr:
    text = secret.get_secret_value()
    if text == PLACEHOLDER or len(text) < SHORTEST_KEY or len(set(text)) < FEWEST_DIFFERENT:
        raise ValueError(
            f"must be at least {SHORTEST_KEY} random characters: use openssl rand -hex 32"
        )
    return secret


LongSecret = Annotated[SecretStr, AfterValidator(_long_secret)]
