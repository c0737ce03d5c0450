"""The apps of the whole organization, as Apigee's own filters narrow them."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.apps import AppFilter, OrganizationApp
from app.domain.clock import Clock
from app.domain.errors import NotFound
from app.domain.overview import KeyRow, key_rows
from app.services.apigee_port import ApigeeOrganizationApps
from app.services.approvals.decisions import GONE
from app.services.audit_port import AuditLog
from app.services.developer_port import DeveloperFilter, IndexedDeveloper
from app.services.developer_status import switched_at
from app.services.memories import Memories
from app.services.ports import DeveloperIndex


@dataclass(frozen=True, slots=True)
class FoundApp:
    """An app with its developer, who is None for a group's app and until synchronized.

    ``keys`` are what they are while the developer is what the index last heard.
    """

    app: OrganizationApp
    developer: IndexedDeveloper | None
    keys: tuple[KeyRow, ...]


@dataclass(frozen=True, slots=True)
class FoundApps:
    """One page; ``next_start`` leads to the next and is empty on the last."""

    rows: tuple[FoundApp, ...]
    next_start: str = ""


@dataclass(frozen=True, slots=True)
class AppListing:
    """Reads Apigee a page at a time; who the developers are the index knows."""

    apps: ApigeeOrganizationApps
    index: DeveloperIndex
    memories: Memories
    audit: AuditLog
    clock: Clock

    def page(self, only: AppFilter, start: str = "") -> FoundApps:
        """Return one page of the apps that pass the filter; one call."""
        page = self.apps.page(only, start)
        ids = {item.app.developer_id for item in page.apps}
        people = self.index.by_developer_id(ids, DeveloperFilter())
        rows = (self._row(item, people.get(item.app.developer_id)) for item in page.apps)
        return FoundApps(tuple(rows), page.next_start)

    def get(self, app_id: str) -> FoundApp:
        """Return one app by Apigee's ``appId``; raise ``NotFound``."""
        try:
            item = self.apps.get(app_id)
        except NotFound:
            raise NotFound(GONE) from None
        owner = item.app.developer_id
        people = self.index.by_developer_id({owner}, DeveloperFilter())
        return self._row(item, people.get(owner), self.memories)

    def _row(
        self,
        item: OrganizationApp,
        developer: IndexedDeveloper | None,
        memories: Memories | None = None,
    ) -> FoundApp:
        app = item.app
        known = memories.of_app(app.developer_id, app.app_id) if memories else {}
        active = developer is None or developer.is_active
        now = self.clock.now()
        return FoundApp(
            item,
            developer,
            key_rows(
                app,
                developer_active=active,
                now=now,
                memories=known,
                switched_at=self._switched_at(developer) if memories else None,
            ),
        )

    def _switched_at(self, developer: IndexedDeveloper | None) -> datetime | None:
        return switched_at(self.audit, developer.email) if developer else None
