"""What every kind of credentials can do."""

from collections.abc import Mapping
from typing import Protocol

from app.apigee.deadline import Deadline


class Credentials(Protocol):
    """Makes the headers that let a call in; shared by all threads."""

    @property
    def refused_code(self) -> str:
        """The code, see ``hints``, for headers that Apigee refuses although they are fresh."""
        ...

    def headers(self, deadline: Deadline) -> Mapping[str, str]:
        """Return the headers, fetched before the deadline if need be; raise ``Upstream``."""
        ...

    def renew(self, refused: Mapping[str, str]) -> bool:
        """Give up headers that Apigee refused; False when there can be no others."""
        ...

    def close(self) -> None:
        """Close what is open."""
        ...
