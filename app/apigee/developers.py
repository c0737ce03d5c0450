"""Developers of the organization: ``/developers`` of the management API."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from app.apigee.client import ApigeeClient, Call
from app.apigee.exchange import Limits
from app.apigee.fields import listed
from app.apigee.flavor import Flavor
from app.apigee.lists import PAGE, every_item
from app.apigee.paths import path
from app.apigee.wire import developer_from, new_developer_body
from app.domain.developers import Developer, DeveloperStatus, NewDeveloper

THING: Final = "a developer"
# Nobody waits for the whole list, and a page of a thousand can take Apigee several seconds.
PATIENT: Final = Limits(total=30.0, read=15.0, answer_bytes=128 * 1024 * 1024)


class DevelopersClient:
    """The port ``ApigeeDevelopers`` over HTTP; e-mail addresses are sent exactly as given."""

    def __init__(self, client: ApigeeClient, flavor: Flavor) -> None:
        self._client = client
        self._flavor = flavor

    def get(self, email: str) -> Developer:
        """Return one developer; raise ``NotFound``."""
        call = Call(
            operation="developers.get",
            method="GET",
            path=path("developers/{developer}", developer=email),
            thing=THING,
        )
        return self._client.ask(call, developer_from)

    def create(self, new: NewDeveloper) -> Developer:
        """Create a developer (on X with the e-mail address in small letters).

        Raises ``AlreadyExists``, ``InvalidInput`` or ``OutcomeUnknown``.
        """
        body = new_developer_body(new, self._flavor)
        call = Call(
            operation="developers.create",
            method="POST",
            path=path("developers"),
            thing=THING,
            body=body,
            makes=path("developers/{developer}", developer=str(body["email"])),
        )
        return self._client.ask(call, developer_from)

    def set_status(self, email: str, status: DeveloperStatus) -> None:
        """Activate or deactivate; raise ``NotFound`` or ``OutcomeUnknown``."""
        call = Call(
            operation="developers.set_status",
            method="POST",
            path=path("developers/{developer}", developer=email),
            thing=THING,
            query={"action": status.value},
        )
        self._client.tell(call)

    def all(self) -> Iterator[Developer]:
        """Yield every developer once; each page of 1000 is fetched when it is reached."""
        return every_item(self._page, lambda developer: developer.email)

    def _page(self, start: str | None) -> Sequence[Developer]:
        query = {"expand": "true", "count": str(PAGE)}
        call = Call(
            operation="developers.all",
            method="GET",
            path=path("developers"),
            thing=THING,
            query=query if start is None else {**query, "startKey": start},
        )
        return self._client.ask(call, _developers, PATIENT)


def _developers(answer: Any) -> tuple[Developer, ...]:
    return tuple(developer_from(item) for item in listed(answer, "developer"))
