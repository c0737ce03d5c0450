"""Developers of the organization: ``/developers`` of the management API."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any, Final

from app.apigee.attributes import AttributesClient
from app.apigee.client import ApigeeClient, Call
from app.apigee.exchange import Limits
from app.apigee.fields import listed, stubs
from app.apigee.flavor import Flavor
from app.apigee.lists import PAGE, every_item, every_page
from app.apigee.paths import path
from app.apigee.rewriting import Rewrite, revision_of, rewrite
from app.apigee.second_look import SECOND_LOOK, gone, settled
from app.apigee.wire import changed_developer, developer_from, new_developer_body
from app.domain.developers import Developer, DeveloperChange, DeveloperStatus, NewDeveloper
from app.domain.emails import is_same_address
from app.domain.errors import InvalidInput, NotFound

DEVELOPER: Final = "developers/{developer}"
THING: Final = "a developer"
UNFIT: Final = "Apigee cannot have a developer with this e-mail address."
ANOTHER: Final = "Apigee takes this e-mail address for another one."
# Nobody waits for the whole list, and a page of a thousand can take Apigee several seconds.
PATIENT: Final = Limits(total=30.0, read=15.0, answer_bytes=128 * 1024 * 1024)


class DevelopersClient:
    """The port ``ApigeeDevelopers`` over HTTP; e-mail addresses are sent exactly as given."""

    def __init__(self, client: ApigeeClient, flavor: Flavor) -> None:
        self._client = client
        self._flavor = flavor

    def get(self, email: str) -> Developer:
        """Return one developer, also by ``developerId``; raise ``NotFound``.

        How Apigee folds letters is not trusted: whoever it finds by an address has that address.
        """
        developer = self._client.ask(_reading(email, "developers.get"), _revised)
        if "@" in email and not is_same_address(developer.email, email):
            raise NotFound(ANOTHER)
        return developer

    def create(self, new: NewDeveloper) -> Developer:
        """Create a developer (on X with the e-mail address in small letters).

        An address that can be no part of a path is refused without a call.

        Raises ``AlreadyExists``, ``InvalidInput`` (also where Apigee made another address of it)
        or ``OutcomeUnknown``.
        """
        body = new_developer_body(new, self._flavor)
        try:
            makes = path("developers/{developer}", developer=str(body["email"]))
        except NotFound:
            raise InvalidInput({"email": UNFIT}) from None
        call = Call(
            operation="developers.create",
            method="POST",
            path=path("developers"),
            thing=THING,
            body=body,
            makes=makes,
        )
        made = self._client.ask(call, developer_from)
        if not is_same_address(made.email, new.email):
            raise InvalidInput({"email": ANOTHER})
        return made

    def update(self, email: str, change: DeveloperChange, revision: str = "") -> Developer:
        """Change a developer and keep the rest.

        Raises ``NotFound``, ``Conflict``, ``InvalidInput`` or ``OutcomeUnknown``; a new address
        may be somebody else's (``AlreadyExists``), and X refuses any (``Upstream``).
        """
        asked = Rewrite(
            reading=_reading(email, "developers.before"),
            operation="developers.update",
            read=_revised,
            change=lambda raw: changed_developer(raw, change),
            revision=revision,
            then=_reading(change.email, "developers.before") if change.email else None,
        )
        return rewrite(self._client, asked)

    def set_status(self, email: str, status: DeveloperStatus) -> None:
        """Activate or deactivate; raise ``NotFound`` or ``OutcomeUnknown``."""
        call = Call(
            operation="developers.set_status",
            method="POST",
            path=path(DEVELOPER, developer=email),
            thing=THING,
            query={"action": status.value},
        )
        look = _reading(email, "developers.look")

        def is_set() -> bool | None:
            return self._client.ask(look, developer_from, SECOND_LOOK).status is status or None

        settled(lambda: self._client.tell(call), is_set)

    def delete(self, email: str) -> None:
        """Delete a developer with all apps and keys; raise ``NotFound`` or ``OutcomeUnknown``."""
        call = Call(
            operation="developers.delete",
            method="DELETE",
            path=path(DEVELOPER, developer=email),
            thing=THING,
        )
        look = _reading(email, "developers.look")
        settled(
            lambda: self._client.tell(call),
            lambda: gone(lambda: self._client.ask(look, developer_from, SECOND_LOOK)),
        )

    def all(self, start: str | None = None) -> Iterator[Developer]:
        """Yield every developer once from ``start`` on; a page of 1000 when it is reached."""
        return chain.from_iterable(self.pages(start))

    def pages(self, start: str | None = None) -> Iterator[Sequence[Developer]]:
        """Yield the same page by page, as Apigee gives them."""

        def fetch(at: str | None) -> Sequence[Developer]:
            return self._client.ask(_listing("true", at), _developers, PATIENT)

        return every_page(fetch, lambda developer: developer.email, start=start)

    def emails(self, start: str | None = None) -> Iterator[str]:
        """Yield every address once from ``start`` on; a page of 1000 when it is reached."""

        def fetch(at: str | None) -> Sequence[str]:
            return self._client.ask(_listing("false", at), _emails, PATIENT)

        return every_item(fetch, str, start=start)

    def with_app(self, name: str) -> Sequence[str]:
        """Return the addresses of the developers who have an app of that name."""
        call = Call(
            operation="developers.with_app",
            method="GET",
            path=path("developers"),
            thing=THING,
            query={"app": name},
        )
        return self._client.ask(call, _emails)

    def attributes(self, email: str) -> AttributesClient:
        """Return the developer's attributes, without a call."""
        return AttributesClient(self._client, DEVELOPER, developer=email)


def _reading(email: str, operation: str) -> Call:
    return Call(
        operation=operation,
        method="GET",
        path=path(DEVELOPER, developer=email),
        thing=THING,
    )


def _listing(expand: str, start: str | None) -> Call:
    query = {"expand": expand, "count": str(PAGE)}
    return Call(
        operation="developers.all" if expand == "true" else "developers.emails",
        method="GET",
        path=path("developers"),
        thing=THING,
        query=query if start is None else {**query, "startKey": start},
    )


def _revised(answer: Any) -> Developer:
    developer = developer_from(answer)
    # X leaves an empty list of apps out of the answer about one developer.
    count = developer.apps_count or 0
    return replace(developer, revision=revision_of(answer), apps_count=count)


def _developers(answer: Any) -> tuple[Developer, ...]:
    found = tuple(developer_from(item) for item in listed(answer, "developer"))
    if all(item.apps_count is None for item in found):
        return found  # perhaps X names no apps in lists [?]
    # Where the apps of one are named, an empty list was left out for the others.
    return tuple(replace(item, apps_count=item.apps_count or 0) for item in found)


def _emails(answer: Any) -> tuple[str, ...]:
    return stubs(answer, "developer", "email")
