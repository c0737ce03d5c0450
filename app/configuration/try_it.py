"""The table of the settings about Try-it."""

from typing import Annotated

from pydantic import AfterValidator, Field

from app.configuration.section import Section
from app.domain.addresses import split_address
from app.domain.destinations import Destinations, Origin


def origin(address: str) -> str:
    """Return scheme, host and port as they are; raise ``ValueError`` for anything more."""
    if split_address(address).path not in {"", "/"}:
        raise ValueError("must end with the host or its port, such as https://api.example.com:8443")
    return address


Host = Annotated[str, AfterValidator(origin)]


class TryIt(Section):
    """Calls that the portal makes for developers, with their own keys."""

    enabled: bool = Field(True, description="Offer Try-it at all.")
    hosts: tuple[Host, ...] = Field(
        (),
        description="Further hosts that may be called, by exact scheme, host and port, such as "
        "https://sandbox.example.com: servers that a document names are offered if they are at "
        "one of these. The base_url of an API may be called without being named here.",
    )
    internal: tuple[Host, ...] = Field(
        (),
        description="Hosts, a base_url's too, that may be at addresses that are not public and "
        "may be called by http. Any other host is refused once it leads there.",
    )
    production: tuple[str, ...] = Field(
        ("prod", "production", "live"),
        description="Environments of an API where calls that write are asked for once more.",
    )

    @property
    def destinations(self) -> Destinations:
        """The hosts as the sender wants them."""
        return Destinations(
            frozenset(map(Origin.of, self.hosts)), frozenset(map(Origin.of, self.internal))
        )
