"""The objects that questions are asked about, each made when it is first needed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from app.apigee.flavor import Flavor
from app.apigee.paths import Path, path
from app.apigee.truth.asking import CREATED, OK, Asker, NotSeen, Reply
from app.domain.truth import Made, Note, ProbeNames, Trace

DEVELOPERS: Final = "developers"
DEVELOPER: Final = "developers/{developer}"
APPS: Final = "developers/{developer}/apps"
APP: Final = "developers/{developer}/apps/{app}"
KEY: Final = "developers/{developer}/apps/{app}/keys/{key}"
ON_KEY: Final = f"{KEY}/apiproducts/{{product}}"
PRODUCTS: Final = "apiproducts"
PRODUCT: Final = "apiproducts/{product}"
GROUPS: Final = "appgroups"
GROUP: Final = "appgroups/{group}"
COMPANIES: Final = "companies"
COMPANY: Final = "companies/{group}"
CHANNEL: Final = "portal-probe"
Json = dict[str, Any]


@dataclass
class Ground:
    """Objects of one run; every one is noted before it is made.

    ``hasty`` takes a 429 for an answer and does not wait. ``above`` asks for the list of
    organizations, ``elsewhere`` for one that there is not; ``stranger`` has nobody's credentials.
    ``lag`` is the longest that anything new was not shown, in seconds.
    """

    asker: Asker
    hasty: Asker
    above: Asker
    elsewhere: Asker
    stranger: Asker
    flavor: Flavor
    names: ProbeNames
    note: Note = field(repr=False)
    lag: float = 0.0
    kept: dict[str, Reply] = field(default_factory=dict)

    @property
    def is_x(self) -> bool:
        """Whether this is Apigee X or hybrid."""
        return self.flavor is Flavor.X

    @cached_property
    def developer(self) -> str:
        """A developer's address."""
        return self.new_developer()

    @cached_property
    def instant(self) -> str:
        """A product that a key gets at once."""
        return self.new_product("auto")

    @cached_property
    def manual(self) -> str:
        """A product that waits for somebody's approval."""
        return self.new_product("manual")

    @cached_property
    def app(self) -> Json:
        """An app with both products, as its creation answered."""
        return self.new_app(self.developer, self.instant, self.manual)

    @cached_property
    def apps(self) -> tuple[Json, Json, Json]:
        """Three apps of the instant product, the last one revoked."""
        revoked = self.new_app(self.developer, self.instant)
        action = {"action": "revoke"}
        place = path(APP, developer=self.developer, app=str(revoked["name"]))
        if self.asker.call("POST", place, query=action).status not in {OK, 204}:
            raise NotSeen("an app could not be revoked")
        self.asker.until(
            lambda: self.asker.call("GET", place),
            lambda reply: isinstance(reply.body, dict) and reply.body.get("status") == "revoked",
        )
        return self.app, self.new_app(self.developer, self.instant), revoked

    @cached_property
    def group(self) -> str:
        """An AppGroup of X, a company of Edge."""
        name = self.names.name("group")
        self.note(Trace(Made.APPGROUP if self.is_x else Made.COMPANY, name))
        self._made(self.once("group", lambda: self.make_group(name)), "a group")
        self._seen(path(GROUP if self.is_x else COMPANY, group=name))
        return name

    def make_group(self, name: str) -> Reply:
        """Ask for a group of that name, which must have been noted."""
        body: Json = {"name": name, "displayName": name}
        if self.is_x:
            body |= {"channelId": CHANNEL, "channelUri": "https://portal-probe.example.com"}
        return self.asker.call("POST", GROUPS if self.is_x else COMPANIES, body)

    @cached_property
    def environment(self) -> str:
        """The first environment."""
        found = self.asker.call("GET", "environments").body
        if not isinstance(found, list) or not found:
            raise NotSeen("the organization names no environment")
        return str(found[0])

    def once(self, name: str, ask: Callable[[], Reply]) -> Reply:
        """Return the answer to a call that several questions are about, made once."""
        if name not in self.kept:
            self.kept[name] = ask()
        return self.kept[name]

    def developer_body(self, email: str) -> Json:
        """Return the body of a developer."""
        return {"email": email, "firstName": "Portal", "lastName": "Probe", "userName": email}

    def new_developer(self) -> str:
        """Make a developer and return the address."""
        email = self.names.email("developer")
        self.note(Trace(Made.DEVELOPER, email))
        made = self.asker.call("POST", DEVELOPERS, self.developer_body(email))
        self._made(made, "a developer")
        self._seen(path(DEVELOPER, developer=email))
        return email

    def new_product(self, approval: str) -> str:
        """Make a product and return its name."""
        name = self.names.name(approval)
        self.make_product(self.product_body(name) | {"approvalType": approval})
        return name

    def product_body(self, name: str) -> Json:
        """Return the body of a product for a path that no proxy has, without a way of approval."""
        hidden = [{"name": "access", "value": "internal"}]
        return {
            "name": name,
            "displayName": name,
            "attributes": hidden,
            "apiResources": ["/portal-probe"],
        }

    def make_product(self, body: Mapping[str, Any]) -> Reply:
        """Make a product of this body and return the answer, which must be a success."""
        name = str(body["name"])
        self.note(Trace(Made.PRODUCT, name))
        made = self.asker.call("POST", PRODUCTS, body)
        self._made(made, "an API product")
        self._seen(path(PRODUCT, product=name))
        return made

    def new_app(self, developer: str, *products: str) -> Json:
        """Make an app with a key and return it."""
        name = self.names.name("app")
        body = {"name": name, "apiProducts": [*products]}
        made = self.asker.call("POST", APPS, body, developer=developer)
        self._made(made, "an app")
        self._seen(path(APP, developer=developer, app=name))
        return made.object()

    def _made(self, reply: Reply, thing: str) -> None:
        if reply.status not in CREATED:
            raise NotSeen(f"{thing} could not be made: the answer was {reply.status}")

    def _seen(self, place: Path) -> None:
        """Wait until what was made is shown to readers."""
        reply, seconds = self.asker.until(
            lambda: self.asker.call("GET", place), lambda reply: reply.status == OK
        )
        if seconds < 0:
            raise NotSeen(f"what was made was never shown: reading it answered {reply.status}")
        self.lag = max(self.lag, seconds)


def key_of(app: Json) -> Json:
    """Return the newest credential of an app; raise ``NotSeen`` where it has none."""
    held = app.get("credentials")
    if not isinstance(held, list) or not held or not isinstance(held[0], dict):
        raise NotSeen("a new app showed no key")
    return held[0]
