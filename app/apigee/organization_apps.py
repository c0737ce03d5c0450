"""Apps of the whole organization: ``/apps`` of the management API."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.apigee.client import ApigeeClient, Call
from app.apigee.exchange import Limits
from app.apigee.fields import as_object, listed, text
from app.apigee.flavor import Flavor
from app.apigee.lists import PAGE, every_item
from app.apigee.paths import path
from app.apigee.wire import Fingerprint, app_from
from app.domain.apps import AppFilter, DeveloperApp, OrganizationApp, OrganizationAppPage

THING: Final = "an app"
SHOWN: Final = 50
PATIENT: Final = Limits(total=30.0, read=15.0, answer_bytes=128 * 1024 * 1024)


@dataclass(frozen=True, slots=True)
class _Page:
    """Apps of one answer, and the token of the next page where there is one."""

    apps: tuple[OrganizationApp, ...]
    token: str


class OrganizationAppsClient:
    """The port ``ApigeeOrganizationApps`` over HTTP."""

    def __init__(self, client: ApigeeClient, flavor: Flavor, fingerprint: Fingerprint) -> None:
        self._client = client
        self._flavor = flavor
        self._fingerprint = fingerprint

    def get(self, app_id: str) -> OrganizationApp:
        """Return one app by Apigee's ``appId``; raise ``NotFound``."""
        call = Call(
            operation="organization_apps.get",
            method="GET",
            path=path("apps/{app}", app=app_id),
            thing=THING,
        )
        return self._client.ask(call, self._app)

    def all(self, only: AppFilter = AppFilter()) -> Iterator[OrganizationApp]:  # noqa: B008 - it is frozen
        """Yield every app that passes the filter once; a page of 1000 when it is reached.

        X narrows the list by one condition, Edge by several; what either leaves in is held
        against the whole filter here.
        """
        narrowed = self._flavor is Flavor.X and _filter_of(only)
        found = self._by_token(narrowed) if narrowed else self._by_key(only)
        return (item for item in found if self._passes(item.app, only))

    def after(self, app_id: str) -> Iterator[OrganizationApp]:
        """Yield every app that follows this one, page by page; raise ``NotFound`` if it is gone.

        Where Apigee goes on with the next app instead, so does this.
        """
        found = self._by_key(AppFilter(), app_id)
        return (item for item in found if item.app.app_id != app_id)

    def page(
        self,
        only: AppFilter = AppFilter(),  # noqa: B008 - it is frozen
        start: str = "",
    ) -> OrganizationAppPage:
        """Return one page of those apps; what is left out of it here makes it shorter."""
        narrowed = self._flavor is Flavor.X and _filter_of(only)
        if narrowed:
            query = {"filter": narrowed, "pageSize": str(SHOWN)}
            page = self._page({**query, "pageToken": start} if start else query)
            found, following = page.apps, page.token if page.token != start else ""
        else:
            paging = {"rows": str(SHOWN + 1), "startKey": start} if start else {"rows": str(SHOWN)}
            found = self._page({**_parameters_of(only), **paging}).apps
            following = found[-1].app.app_id if len(found) >= int(paging["rows"]) else ""
        shown = (item for item in found if item.app.app_id != start)
        return OrganizationAppPage(
            tuple(item for item in shown if self._passes(item.app, only)), following
        )

    def some(self, app_ids: Collection[str]) -> Sequence[OrganizationApp]:
        """Return those of these apps that are there; one call."""
        if not app_ids:
            return ()
        found = self._page({"ids": ",".join(app_ids)}).apps
        return tuple(item for item in found if item.app.app_id in app_ids)

    def _by_key(self, only: AppFilter, start: str | None = None) -> Iterator[OrganizationApp]:
        conditions = _parameters_of(only)

        def fetch(at: str | None) -> Sequence[OrganizationApp]:
            paging = {"rows": str(PAGE)} if at is None else {"rows": str(PAGE), "startKey": at}
            return self._page({**conditions, **paging}).apps

        return every_item(fetch, lambda item: item.app.app_id, start=start)

    def _by_token(self, narrowed: str) -> Iterator[OrganizationApp]:
        """A page may begin with the app that its token stands for, so the last one is known."""
        token, before = "", frozenset[str]()
        while True:
            query = {"filter": narrowed, "pageSize": str(PAGE)}
            page = self._page({**query, "pageToken": token} if token else query)
            yield from (item for item in page.apps if item.app.app_id not in before)
            if not page.token or page.token == token:
                return
            token, before = page.token, frozenset(item.app.app_id for item in page.apps)

    def _page(self, query: dict[str, str]) -> _Page:
        call = Call(
            operation="organization_apps.all",
            method="GET",
            path=path("apps"),
            thing=THING,
            query={"expand": "true", "includeCred": "true", **query},
        )
        return self._client.ask(call, self._read_page, PATIENT)

    def _read_page(self, answer: Any) -> _Page:
        apps = tuple(self._app(item) for item in listed(answer, "app"))
        token = "" if isinstance(answer, list) else text(as_object(answer), "nextPageToken")
        return _Page(apps, token)

    def _app(self, answer: Any) -> OrganizationApp:
        raw = as_object(answer)
        group = text(raw, "appGroup") or text(raw, "companyName")
        return OrganizationApp(app_from(raw, self._fingerprint), group)

    def _passes(self, app: DeveloperApp, only: AppFilter) -> bool:
        wanted = self._fingerprint(only.consumer_key.reveal()) if only.consumer_key else ""
        return (
            (not only.name or app.name == only.name)
            and (only.status is None or app.status is only.status)
            and (not only.product or only.product in app.products)
            and (only.key_status is None or only.key_status in {key.status for key in app.keys})
            and (not wanted or wanted in {key.key_id for key in app.keys})
        )


def _filter_of(only: AppFilter) -> str:
    """Return X's ``filter``, which takes one condition: the one that leaves fewest apps."""
    if only.consumer_key is not None:
        return f"consumerKey={only.consumer_key.reveal()}"
    if only.name:
        return f"appName={only.name}"
    if only.product:
        return f"apiProduct={only.product}"
    return f"status={only.status.value}" if only.status else ""


def _parameters_of(only: AppFilter) -> dict[str, str]:
    """Return the older parameters; without them Apigee is not to leave anything out."""
    given = {
        "apiProduct": only.product,
        "status": only.status.value if only.status else "",
        "keyStatus": only.key_status.value if only.key_status else "",
    }
    return {name: value for name, value in given.items() if value}
