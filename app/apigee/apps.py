"""Apps of one developer: ``/developers/{developer}/apps`` of the management API."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from app.apigee.attributes import AttributesClient
from app.apigee.client import ApigeeClient, Call
from app.apigee.fields import listed, stubs
from app.apigee.flavor import Flavor
from app.apigee.lists import every_item
from app.apigee.paths import path
from app.apigee.rewriting import Rewrite, revision_of, rewrite
from app.apigee.second_look import SECOND_LOOK, gone, settled
from app.apigee.wire import Fingerprint, app_from, changed_app, new_app_body, pairs_of
from app.domain.apps import AppChange, AppPage, CreatedApp, DeveloperApp, NewApp
from app.domain.keys import ApprovalStatus

APPS: Final = "developers/{developer}/apps"
APP: Final = "developers/{developer}/apps/{app}"
THING: Final = "an app"
# Edge gives at most 100 apps at once; X may give more, but does not promise to.
PAGE: Final = 100
ACTIONS: Final[Mapping[ApprovalStatus, str]] = {
    ApprovalStatus.APPROVED: "approve",
    ApprovalStatus.REVOKED: "revoke",
}


class AppsClient:
    """The port ``ApigeeApps`` over HTTP."""

    def __init__(self, client: ApigeeClient, flavor: Flavor, fingerprint: Fingerprint) -> None:
        self._client = client
        self._flavor = flavor
        self._fingerprint = fingerprint

    def page(self, developer: str, *, start: str | None = None) -> AppPage:
        """Return up to 100 apps, those after the app named ``start``; one call.

        A full page names its last app as ``next_start``: only the next call can tell whether
        that was all. Raises ``NotFound`` for an unknown developer or start.
        """
        query = {"expand": "true", "count": str(PAGE)}
        call = Call(
            operation="apps.page",
            method="GET",
            path=path(APPS, developer=developer),
            thing="a developer",
            query=query if start is None else {**query, "startKey": start},
        )
        found = self._client.ask(call, self._apps)
        by_name = {item.name: item for item in found if item.name != start}
        more = len(found) >= PAGE and bool(by_name)
        return AppPage(tuple(by_name.values()), found[-1].name if more else None)

    def get(self, developer: str, name: str) -> DeveloperApp:
        """Return one app; raise ``NotFound``."""
        return self._client.ask(reading(developer, name, "apps.get"), self._revised)

    def names(self, developer: str) -> Iterator[str]:
        """Yield the names of the developer's apps once each; raise ``NotFound``."""

        def fetch(start: str | None) -> Sequence[str]:
            query = {"shallowExpand": "true", "count": str(PAGE)}
            call = Call(
                operation="apps.names",
                method="GET",
                path=path(APPS, developer=developer),
                thing="a developer",
                query=query if start is None else {**query, "startKey": start},
            )
            return self._client.ask(call, lambda answer: stubs(answer, "app", "name"))

        return every_item(fetch, str, PAGE, of_organization=False)

    def create(self, developer: str, new: NewApp) -> CreatedApp:
        """Create an app with the one key pair that Apigee makes for it.

        Raises ``AlreadyExists``, ``InvalidInput``, ``NotFound`` (the developer) or
        ``OutcomeUnknown``.
        """
        call = Call(
            operation="apps.create",
            method="POST",
            path=path(APPS, developer=developer),
            thing=THING,
            body=new_app_body(new, self._flavor),
            makes=path(APP, developer=developer, app=new.name),
        )
        return self._client.ask(call, self._created)

    def update(
        self, developer: str, name: str, change: AppChange, revision: str = ""
    ) -> DeveloperApp:
        """Change an app and keep the rest; raise ``NotFound``, ``Conflict`` or ``InvalidInput``."""
        asked = Rewrite(
            reading=reading(developer, name, "apps.before"),
            operation="apps.update",
            read=self._revised,
            change=lambda raw: changed_app(raw, change),
            revision=revision,
        )
        return rewrite(self._client, asked)

    def set_status(self, developer: str, name: str, status: ApprovalStatus) -> None:
        """Approve or revoke an app; raise ``NotFound`` or ``OutcomeUnknown``."""
        call = Call(
            operation="apps.set_status",
            method="POST",
            path=path(APP, developer=developer, app=name),
            thing=THING,
            query={"action": ACTIONS[status]},
        )
        look = reading(developer, name, "apps.look")

        def is_set() -> bool | None:
            return self._client.ask(look, self._app, SECOND_LOOK).status is status or None

        settled(lambda: self._client.tell(call), is_set)

    def attributes(self, developer: str, name: str) -> AttributesClient:
        """Return the app's attributes, without a call."""
        return AttributesClient(self._client, APP, developer=developer, app=name)

    def delete(self, developer: str, name: str) -> None:
        """Delete an app and its keys; raise ``NotFound`` or ``OutcomeUnknown``."""
        call = Call(
            operation="apps.delete",
            method="DELETE",
            path=path(APP, developer=developer, app=name),
            thing=THING,
        )
        look = reading(developer, name, "apps.look")
        settled(
            lambda: self._client.tell(call),
            lambda: gone(lambda: self._client.ask(look, self._app, SECOND_LOOK)),
        )

    def _revised(self, answer: Any) -> DeveloperApp:
        return replace(self._app(answer), revision=revision_of(answer))

    def _app(self, answer: Any) -> DeveloperApp:
        return app_from(answer, self._fingerprint)

    def _apps(self, answer: Any) -> tuple[DeveloperApp, ...]:
        return tuple(self._app(item) for item in listed(answer, "app"))

    def _created(self, answer: Any) -> CreatedApp:
        newest = next(iter(pairs_of(answer, self._fingerprint)), None)
        return CreatedApp(self._app(answer), newest)


def reading(developer: str, name: str, operation: str) -> Call:
    """Return the call that reads one app with its credentials."""
    return Call(
        operation=operation,
        method="GET",
        path=path(APP, developer=developer, app=name),
        thing=THING,
    )
