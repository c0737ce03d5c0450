"""What the local Apigee ended up with, read from its store and not through its API."""

from collections.abc import Mapping
from dataclasses import dataclass

from emulator.model import Credential, Developer, DeveloperApp
from emulator.running import LocalApigee


@dataclass(frozen=True)
class Kept:
    """Looks into one organisation."""

    local: LocalApigee

    @property
    def counts(self) -> Mapping[str, int]:
        """How many of everything there are."""
        store = self.local.site.store
        return {
            "developers": len(store.developers),
            "apps": len(store.apps),
            "products": len(store.products),
        }

    def developer(self, email: str) -> Developer:
        found = self.local.site.store.developer(email)
        assert found is not None
        return found

    def app(self, email: str, name: str) -> DeveloperApp:
        found = self.local.site.store.app(self.developer(email), name)
        assert found is not None
        return found

    def key(self, consumer_key: str) -> Credential:
        """A credential, wherever it is."""
        app = self.local.site.store.app_of_key(consumer_key)
        assert app is not None
        return next(each for each in app.credentials if each.consumer_key == consumer_key)

    def products_on(self, consumer_key: str) -> Mapping[str, str]:
        """The products of a key and the status of each there."""
        return {each.name: each.status for each in self.key(consumer_key).products}


NOTHING = {"developers": 0, "apps": 0, "products": 0}
