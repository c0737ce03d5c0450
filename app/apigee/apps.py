"""Apps of one developer: ``/developers/{developer}/apps`` of the management API."""

from typing import Any, Final

from app.apigee.client import ApigeeClient, Call
from app.apigee.fields import listed
from app.apigee.flavor import Flavor
from app.apigee.paths import path
from app.apigee.wire import Fingerprint, app_from, new_app_body, pairs_of
from app.domain.apps import AppPage, CreatedApp, DeveloperApp, NewApp

APPS: Final = "developers/{developer}/apps"
APP: Final = "developers/{developer}/apps/{app}"
THING: Final = "an app"
# Edge gives at most 100 apps at once; X may give more, but does not promise to.
PAGE: Final = 100


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
        return self._client.ask(reading(developer, name, "apps.get"), self._app)

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

    def delete(self, developer: str, name: str) -> None:
        """Delete an app and its keys; raise ``NotFound`` or ``OutcomeUnknown``."""
        call = Call(
            operation="apps.delete",
            method="DELETE",
            path=path(APP, developer=developer, app=name),
            thing=THING,
        )
        self._client.tell(call)

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
