"""What the services need from Apigee, as protocols; every method may raise ``Upstream``.

A change may raise ``OutcomeUnknown`` as well, where its answer was lost and a second look could
not tell whether it was made. A developer is named by the exact e-mail address.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Protocol

from app.domain.apps import (
    AppChange,
    AppFilter,
    AppPage,
    CreatedApp,
    DeveloperApp,
    NewApp,
    OrganizationApp,
    OrganizationAppPage,
)
from app.domain.attributes import Attribute
from app.domain.developers import Developer, DeveloperChange, DeveloperStatus, NewDeveloper
from app.domain.keys import ApprovalStatus, Key, KeyPair, NewKey
from app.domain.organization import Environment, Organization, Placement
from app.domain.products import ApiProduct, NewProduct
from app.domain.stats import Stats, StatsQuery


class ApigeeOrganization(Protocol):
    """The organization itself."""

    def get(self) -> Organization:
        """Return its facts."""
        ...

    def environments(self) -> Sequence[str]:
        """Return the names of its environments."""
        ...

    def environment(self, name: str) -> Environment:
        """Return one environment; raise ``NotFound``."""
        ...

    def placement(self) -> Placement:
        """Return where it lives (X only); raise ``NotFound`` on Edge."""
        ...


class ApigeeAttributes(Protocol):
    """The custom attributes of one developer, app or product, changed one by one."""

    def all(self) -> Sequence[Attribute]:
        """Return every attribute; raise ``NotFound``."""
        ...

    def get(self, name: str) -> str:
        """Return the value of one; raise ``NotFound``."""
        ...

    def set(self, name: str, value: str) -> None:
        """Add or change one and leave the others alone; raise ``NotFound`` or ``InvalidInput``."""
        ...

    def remove(self, name: str) -> None:
        """Take one away; raise ``NotFound``."""
        ...

    def replace(self, attributes: Sequence[Attribute]) -> None:
        """Put these in the place of all; raise ``NotFound`` or ``InvalidInput``."""
        ...


class ApigeeDevelopers(Protocol):
    """Developers of the organization."""

    def get(self, email: str) -> Developer:
        """Return one developer, also by ``developerId``; raise ``NotFound``."""
        ...

    def create(self, new: NewDeveloper) -> Developer:
        """Create a developer (always active); raise ``AlreadyExists`` or ``InvalidInput``."""
        ...

    def update(self, email: str, change: DeveloperChange, revision: str = "") -> Developer:
        """Change names and attributes and keep the rest; raise ``NotFound`` or ``InvalidInput``.

        Raises ``Conflict`` where a ``revision`` is given and the developer changed since, and
        ``AlreadyExists`` where a new address is somebody else's. X has no new addresses.
        """
        ...

    def set_status(self, email: str, status: DeveloperStatus) -> None:
        """Activate or deactivate; raise ``NotFound``."""
        ...

    def delete(self, email: str) -> None:
        """Delete a developer with all apps and keys; raise ``NotFound``."""
        ...

    def all(self, start: str | None = None) -> Iterator[Developer]:
        """Yield every developer once, page by page, from the address ``start`` on."""
        ...

    def pages(self, start: str | None = None) -> Iterator[Sequence[Developer]]:
        """Yield the same in Apigee's pages; raise ``NotFound`` when there is no ``start``."""
        ...

    def emails(self, start: str | None = None) -> Iterator[str]:
        """Yield every address once, page by page, from ``start`` on."""
        ...

    def with_app(self, name: str) -> Sequence[str]:
        """Return the addresses of the developers who have an app of that name."""
        ...

    def attributes(self, email: str) -> ApigeeAttributes:
        """Return the developer's attributes, without a call."""
        ...


class ApigeeApps(Protocol):
    """Apps of one developer."""

    def page(self, developer: str, *, start: str | None = None) -> AppPage:
        """Return up to 100 apps with their keys' facts: the first, or those after ``start``."""
        ...

    def names(self, developer: str) -> Iterator[str]:
        """Yield the names of the developer's apps once each; raise ``NotFound``."""
        ...

    def get(self, developer: str, name: str) -> DeveloperApp:
        """Return one app; raise ``NotFound``."""
        ...

    def create(self, developer: str, new: NewApp) -> CreatedApp:
        """Create an app with one credential; raise ``AlreadyExists`` or ``InvalidInput``."""
        ...

    def update(
        self, developer: str, name: str, change: AppChange, revision: str = ""
    ) -> DeveloperApp:
        """Change an app and keep the rest, its keys too; raise ``NotFound`` or ``InvalidInput``.

        Raises ``Conflict`` where a ``revision`` is given and the app changed since.
        """
        ...

    def set_status(self, developer: str, name: str, status: ApprovalStatus) -> None:
        """Approve or revoke an app; raise ``NotFound``."""
        ...

    def delete(self, developer: str, name: str) -> None:
        """Delete an app and its keys; raise ``NotFound``."""
        ...

    def attributes(self, developer: str, name: str) -> ApigeeAttributes:
        """Return the app's attributes, without a call."""
        ...


class ApigeeOrganizationApps(Protocol):
    """Apps of everybody, of AppGroups and companies too."""

    def get(self, app_id: str) -> OrganizationApp:
        """Return one app by Apigee's ``appId``; raise ``NotFound``."""
        ...

    def all(self, only: AppFilter = AppFilter()) -> Iterator[OrganizationApp]:  # noqa: B008 - it is frozen
        """Yield every app that passes the filter once, page by page, with its keys' facts."""
        ...

    def after(self, app_id: str) -> Iterator[OrganizationApp]:
        """Yield every app that follows this one; raise ``NotFound`` at once where it is gone."""
        ...

    def page(
        self,
        only: AppFilter = AppFilter(),  # noqa: B008 - it is frozen
        start: str = "",
    ) -> OrganizationAppPage:
        """Return one page of those apps: the first, or the one that ``start`` leads to."""
        ...

    def some(self, app_ids: Collection[str]) -> Sequence[OrganizationApp]:
        """Return those of these apps (Apigee's ``appId``) that are there; one call."""
        ...


class ApigeeKeys(Protocol):
    """Credentials of one app, each named by its ``key_id``; all raise ``NotFound``."""

    def pair(self, developer: str, app: str, key_id: str) -> KeyPair:
        """Read one credential's key and secret afresh."""
        ...

    def new_pair(self) -> KeyPair:
        """Return a pair for a ``NewKey``, without a call."""
        ...

    def create(self, developer: str, app: str, new: NewKey) -> KeyPair:
        """Add a key with these products and leave the app's others alone.

        Returns its pair, which is the one that was brought wherever Apigee takes it.
        Raises ``InvalidInput`` for a product that does not exist; then there is no new key.
        """
        ...

    def set_status(self, developer: str, app: str, key_id: str, status: ApprovalStatus) -> None:
        """Approve or revoke a key."""
        ...

    def delete(self, developer: str, app: str, key_id: str) -> None:
        """Delete a key."""
        ...

    def add_products(self, developer: str, app: str, key_id: str, products: Sequence[str]) -> Key:
        """Add products to a key; those on it stay as they are. Raises ``InvalidInput``."""
        ...

    def remove_product(self, developer: str, app: str, key_id: str, product: str) -> None:
        """Take a product off a key; one that is not on it changes nothing."""
        ...

    def set_product_status(
        self, developer: str, app: str, key_id: str, product: str, status: ApprovalStatus
    ) -> None:
        """Approve or revoke one product on a key."""
        ...

    def replace_scopes(self, developer: str, app: str, key_id: str, scopes: Sequence[str]) -> Key:
        """Put these OAuth scopes in the place of the key's; raise ``InvalidInput``."""
        ...

    def replace_attributes(
        self, developer: str, app: str, key_id: str, attributes: Sequence[Attribute]
    ) -> Key:
        """Put these attributes in the place of the key's own."""
        ...


class ApigeeProducts(Protocol):
    """API products of the organization."""

    def all(self) -> Sequence[ApiProduct]:
        """Return every product of the organization."""
        ...

    def get(self, name: str) -> ApiProduct:
        """Return one product; raise ``NotFound``."""
        ...

    def create(self, new: NewProduct) -> ApiProduct:
        """Create a product; raise ``AlreadyExists`` or ``InvalidInput``."""
        ...

    def delete(self, name: str) -> None:
        """Delete a product; raise ``NotFound``, or ``Upstream`` where keys still hold it."""
        ...

    def attributes(self, name: str) -> ApigeeAttributes:
        """Return the product's attributes, without a call."""
        ...


class ApigeeStats(Protocol):
    """Figures from the calls that the organization's gateways answered."""

    def query(self, query: StatsQuery) -> Stats:
        """Return figures; raise ``NotFound`` for an unknown environment."""
        ...
