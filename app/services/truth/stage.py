"""Where a case plays: an organization's ports, objects made for it, and checks that can wait.

A real organization may show a change some seconds later, so a check reads until what it reads is
right, for as long as patience lasts.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeVar

from app.domain.apps import CreatedApp, NewApp
from app.domain.attributes import Attribute
from app.domain.developers import Developer, NewDeveloper
from app.domain.errors import NotFound, PortalError
from app.domain.products import Approval, NewProduct
from app.domain.truth import Made, Note, Patience, ProbeNames, Trace
from app.services.apigee_port import (
    ApigeeApps,
    ApigeeDevelopers,
    ApigeeKeys,
    ApigeeOrganization,
    ApigeeOrganizationApps,
    ApigeeProducts,
)

T = TypeVar("T")
E = TypeVar("E", bound=PortalError)


class Unlike(Exception):
    """Something was not as a case expects; the text never holds what was read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationPorts:
    """The ports of one organization."""

    organization: ApigeeOrganization
    developers: ApigeeDevelopers
    apps: ApigeeApps
    organization_apps: ApigeeOrganizationApps
    keys: ApigeeKeys
    products: ApigeeProducts


def expect(holds: bool, told: str) -> None:
    """Raise ``Unlike`` with the text unless it holds."""
    if not holds:
        raise Unlike(told)


def refused(kind: type[E], work: Callable[[], object]) -> E:
    """Return the error of that kind that the work raises; raise ``Unlike`` where it succeeds."""
    try:
        work()
    except kind as error:
        return error
    raise Unlike(f"{kind.__name__} was expected, but nothing was refused")


@dataclass
class Stage:
    """One organization with what cases make in it; every object is noted before it is made."""

    ports: OrganizationPorts = field(repr=False)
    names: ProbeNames
    note: Note = field(repr=False)
    patience: Patience
    is_edge: bool

    @cached_property
    def home(self) -> Developer:
        """A developer whose apps are the cases' own; the developer itself stays as it is."""
        return self.developer()

    @cached_property
    def instant(self) -> str:
        """A product that a key gets at once, with the scope ``read``."""
        return self.product(Approval.AUTO)

    @cached_property
    def manual(self) -> str:
        """A product that waits for somebody's approval."""
        return self.product(Approval.MANUAL)

    @cached_property
    def other(self) -> Developer:
        """Another developer, whose apps and self stay as they are."""
        return self.developer()

    @cached_property
    def taken(self) -> CreatedApp:
        """An app at home with the instant product, which stays as it is."""
        return self.app(self.instant)

    def new_developer(self, *attributes: Attribute, word: str = "developer") -> NewDeveloper:
        """Return a developer to be made, already noted."""
        email = self.names.email(word)
        for address in {email, email.lower()}:
            self.note(Trace(Made.DEVELOPER, address))
        return NewDeveloper(email, "Séan", "O'Neil", email, attributes)

    def developer(self, *attributes: Attribute) -> Developer:
        """Make a developer and wait until it is shown."""
        new = self.new_developer(*attributes)
        self.ports.developers.create(new)
        return self.shown(lambda: self.ports.developers.get(new.email))

    def new_product(self, approval: Approval = Approval.AUTO) -> NewProduct:
        """Return a product to be made, already noted."""
        name = self.names.name(approval.value)
        self.note(Trace(Made.PRODUCT, name))
        return NewProduct(name, "Portal probe", approval, access="internal", scopes=("read",))

    def product(self, approval: Approval) -> str:
        """Make a product, wait until it is shown and return its name."""
        new = self.new_product(approval)
        self.ports.products.create(new)
        return self.shown(lambda: self.ports.products.get(new.name)).name

    def new_app(self, *products: str) -> NewApp:
        """Return an app to be made with everything that an app can have."""
        return NewApp(
            name=self.names.name("app"),
            display_name="Weather widget é",
            products=products,
            description="Shows the weather",
            callback_url="https://widget.example.com/back?a=b",
            request_id="request-1",
        )

    def app(self, *products: str) -> CreatedApp:
        """Make an app at home, without a word with the instant product, wait until it is shown."""
        new = self.new_app(*(products or (self.instant,)))
        made = self.ports.apps.create(self.home.email, new)
        shown = self.shown(lambda: self.ports.apps.get(self.home.email, made.app.name))
        return replace(made, app=shown)

    def shown(self, read: Callable[[], T]) -> T:
        """Read until it is there."""
        return self.becomes(read, lambda _: True, "what was made is not shown")

    def becomes(self, read: Callable[[], T], is_so: Callable[[T], bool], told: str) -> T:
        """Read until it is as expected and return it; raise ``Unlike`` with the text."""
        missing: NotFound | None = None
        for _ in self.patience.looks():
            try:
                found = read()
            except NotFound as error:
                missing = error
            else:
                missing = None
                if is_so(found):
                    return found
        if missing is not None:
            raise missing
        raise Unlike(told)

    def gone(self, read: Callable[[], object]) -> None:
        """Read until it is not there any more; raise ``Unlike`` where it stays."""
        for _ in self.patience.looks():
            try:
                read()
            except NotFound:
                return
        raise Unlike("what was deleted is still shown")
