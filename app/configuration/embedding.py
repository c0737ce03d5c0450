"""The settings of what stands before the portal and around it: proxies, and pages that frame it."""

import re
from collections.abc import Iterator
from typing import Final, Literal

from pydantic import Field, field_validator

from app.configuration.section import Section
from app.domain.addresses import safe_address, split_address

ADDRESS: Final = "X-Forwarded-For"
SCHEME: Final = "X-Forwarded-Proto"
HOST: Final = "X-Forwarded-Host"
PLAIN_HOST: Final = re.compile(r"[a-z0-9.-]+(:\d+)?|\[[0-9a-f:]+\](:\d+)?")


class Proxy(Section):
    """Reverse proxies in front of the portal; the path is always that of public_url."""

    hops: int = Field(
        0,
        ge=0,
        le=9,
        description="How many proxies in front of the portal add to the headers below, counted "
        "exactly; nobody may reach the portal but through them. 0 = no such header is believed.",
    )
    headers: tuple[Literal["X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host"], ...] = (
        Field(
            (ADDRESS,),
            description="Which of X-Forwarded-For (whose address limits and the audit log count), "
            "X-Forwarded-Proto and X-Forwarded-Host they set; where they keep Host the first is "
            "enough.",
        )
    )

    def contradictions(self) -> Iterator[str]:
        if self.hops and not self.headers:
            yield "hops has no effect without headers: name those that the proxies set"

    def believed(self, header: str) -> int:
        """Return how many values of the header, from its end, were set by a proxy of ours."""
        return self.hops if header in self.headers else 0


class Embedding(Section):
    """Pages of other sites that may show the portal in a frame."""

    frame_ancestors: tuple[str, ...] = Field(
        (),
        description="Their origins, such as https://intranet.example.com; empty = none. Pages "
        "with keys, the sign-in, forms and administration open in a window of their own all the "
        "same; see docs/embedding.md.",
    )

    @field_validator("frame_ancestors")
    @classmethod
    def _origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        for origin in origins:
            parts = split_address(safe_address(origin))
            is_origin = origin == f"{parts.scheme}://{parts.netloc.lower()}"
            if not is_origin or not PLAIN_HOST.fullmatch(parts.netloc):
                raise ValueError("must be origins such as https://host.example, without a path")
        return origins
