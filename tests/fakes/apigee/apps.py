"""Apps of the fake Apigee, of one developer and of everybody."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from app.domain.apps import (
    DISPLAY_NAME,
    NOTES,
    REQUEST_ID,
    AppChange,
    AppFilter,
    AppPage,
    CreatedApp,
    DeveloperApp,
    NewApp,
    OrganizationApp,
    OrganizationAppPage,
)
from app.domain.attributes import Attribute, changed
from app.domain.errors import AlreadyExists, Conflict, InvalidInput, NotFound
from app.domain.keys import ApprovalStatus
from tests.fakes.apigee.attributes import Attributes, FakeAttributes
from tests.fakes.apigee.state import FakeState, digest

APP_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _\-.#$%]{0,254}")


@dataclass
class FakeApps:
    """``ApigeeApps`` over the fake."""

    fake: FakeState

    def page(self, developer: str, *, start: str | None = None) -> AppPage:
        with self.fake.call("apps.page"):
            rest = [name for name in self._names(developer) if start is None or name > start]
            shown = rest[: self.fake.page_size]
            more = len(rest) > len(shown)
            found = tuple(self.fake.by_app[developer, name] for name in shown)
            return AppPage(found, shown[-1] if more else None)

    def names(self, developer: str) -> Iterator[str]:
        with self.fake.call("apps.names"):
            found = self._names(developer)
        yield from found

    def get(self, developer: str, name: str) -> DeveloperApp:
        with self.fake.call("apps.get"):
            return _revised(self.fake.developer_app(developer, name))

    def create(self, developer: str, new: NewApp) -> CreatedApp:
        with self.fake.call("apps.create"):
            self.fake.developer(developer)
            if not APP_NAME.fullmatch(new.name):
                raise InvalidInput({"display_name": "Apigee does not accept this name."})
            if (developer, new.name) in self.fake.by_app:
                raise AlreadyExists("There is an app with that name already.")
            key = self.fake.granted(new.products, new.key_lifetime_seconds)
            made = self.fake.add_app(developer, new.name, key)
            attributes = _attributes(new)
            made = replace(made, callback_url=new.callback_url, attributes=attributes)
            pair = self.fake.by_key_id[made.keys[0].key_id]
            return CreatedApp(self.fake.put_app(developer, made), pair)

    def update(
        self, developer: str, name: str, change: AppChange, revision: str = ""
    ) -> DeveloperApp:
        with self.fake.call("apps.before"):
            known = _revised(self.fake.developer_app(developer, name))
        if revision and revision != known.revision:
            raise Conflict("This was changed in the meantime.")
        address = known.callback_url if change.callback_url is None else change.callback_url
        attributes = changed(known.attributes, change.attribute_changes)
        asked = replace(known, callback_url=address, attributes=attributes)
        if asked == known:
            return known
        with self.fake.call("apps.update"):
            return _revised(self.fake.put_app(developer, asked))

    def set_status(self, developer: str, name: str, status: ApprovalStatus) -> None:
        with self.fake.call("apps.set_status"):
            known = self.fake.developer_app(developer, name)
            self.fake.put_app(developer, replace(known, status=status))

    def delete(self, developer: str, name: str) -> None:
        with self.fake.call("apps.delete"):
            gone = self.fake.developer_app(developer, name)
            del self.fake.by_app[developer, name]
            for key in gone.keys:
                self.fake.by_key_id.pop(key.key_id, None)

    def attributes(self, developer: str, name: str) -> FakeAttributes:
        def write(attributes: Attributes) -> None:
            known = self.fake.developer_app(developer, name)
            self.fake.put_app(developer, replace(known, attributes=attributes))

        def read() -> Attributes:
            return self.fake.developer_app(developer, name).attributes

        return FakeAttributes(self.fake, read, write)

    def _names(self, developer: str) -> list[str]:
        self.fake.developer(developer)
        return sorted(name for email, name in self.fake.by_app if email == developer)


@dataclass
class FakeOrganizationApps:
    """``ApigeeOrganizationApps`` over the fake."""

    fake: FakeState

    def get(self, app_id: str) -> OrganizationApp:
        with self.fake.call("organization_apps.get"):
            for held in self.fake.by_app.values():
                if held.app_id == app_id:
                    return OrganizationApp(held)
            raise NotFound("There is no such app.")

    def all(self, only: AppFilter = AppFilter()) -> Iterator[OrganizationApp]:  # noqa: B008 - it is frozen
        with self.fake.call("organization_apps.all"):
            found = [held for held in self.fake.by_app.values() if self._passes(held, only)]
        yield from map(OrganizationApp, sorted(found, key=lambda held: held.app_id))

    def after(self, app_id: str) -> Iterator[OrganizationApp]:
        with self.fake.call("organization_apps.all"):
            found = sorted(self.fake.by_app.values(), key=lambda held: held.app_id)
            if app_id not in {held.app_id for held in found}:
                raise NotFound("There is no such app.")
        yield from (OrganizationApp(held) for held in found if held.app_id > app_id)

    def page(
        self,
        only: AppFilter = AppFilter(),  # noqa: B008 - it is frozen
        start: str = "",
    ) -> OrganizationAppPage:
        with self.fake.call("organization_apps.page"):
            found = [held for held in self.fake.by_app.values() if self._passes(held, only)]
        rest = sorted((held for held in found if held.app_id > start), key=lambda app: app.app_id)
        shown = tuple(map(OrganizationApp, rest[: self.fake.page_size]))
        return OrganizationAppPage(
            shown, shown[-1].app.app_id if len(rest) > self.fake.page_size else ""
        )

    def some(self, app_ids: Collection[str]) -> Sequence[OrganizationApp]:
        if not app_ids:
            return ()
        with self.fake.call("organization_apps.some"):
            found = [held for held in self.fake.by_app.values() if held.app_id in app_ids]
        return tuple(map(OrganizationApp, found))

    def _passes(self, held: DeveloperApp, only: AppFilter) -> bool:
        wanted = only.consumer_key and self.fake.fingerprint(only.consumer_key.reveal())
        return all(
            (
                only.name in {"", held.name},
                only.status in {None, held.status},
                only.product in {"", *held.products},
                only.key_status in {None, *(key.status for key in held.keys)},
                wanted in {None, *(key.key_id for key in held.keys)},
            )
        )


def _attributes(new: NewApp) -> tuple[Attribute, ...]:
    named = {DISPLAY_NAME: new.display_name, NOTES: new.description, REQUEST_ID: new.request_id}
    values = {**new.attributes, **named}
    return tuple(Attribute(name, value) for name, value in values.items() if value)


def _revised(known: DeveloperApp) -> DeveloperApp:
    return replace(known, revision=digest(known.app_id, known.callback_url, known.attributes))
