"""How the portal is watched."""

from pathlib import Path
from typing import Annotated, Final

from pydantic import AfterValidator, Field, SecretStr

SHORTEST_TOKEN: Final = 8


def _hard_to_guess(token: SecretStr) -> SecretStr:
    if 0 < len(token.get_secret_value()) < SHORTEST_TOKEN:
        raise ValueError(
            f"must have at least {SHORTEST_TOKEN} characters: use openssl rand -hex 32"
        )
    return token


MetricsToken = Annotated[
    SecretStr,
    AfterValidator(_hard_to_guess),
    Field(
        description="Lets Prometheus read /metrics, as Authorization: Bearer …; see "
        "docs/metrics.md. Empty = nothing is counted, and /metrics is not there."
    ),
]
MetricsFolder = Annotated[
    Path | None,
    Field(
        description="Folder where all processes of this machine, workers too, count together; "
        "best in memory, such as /run/portal. Empty = each process tells its own figures only."
    ),
]
