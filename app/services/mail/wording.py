"""Addresses, names and references that mails are made of."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from app.domain.apps import DeveloperApp


@dataclass(frozen=True, slots=True)
class Wording:
    """Says where things are and what they are called, without asking Apigee.

    ``titles`` returns what is known of products' display names; ``mark`` makes 16 hex characters
    of a text that nobody can guess it from.
    """

    public_url: str
    titles: Callable[[], Mapping[str, str]]
    mark: Callable[[str], str]

    def address(self, *parts: str) -> str:
        """Return the address of a page."""
        return "/".join([self.public_url, *(quote(part, safe="") for part in parts)])

    def products(self, names: Iterable[str]) -> str:
        """Return what products are called, in one line."""
        titles = self.titles()
        return ", ".join(titles.get(name) or name for name in names)

    def about_app(self, app: DeveloperApp) -> Mapping[str, str]:
        """Return what an app is called, and the address of its page."""
        return {"app": app.display_name, "url": self.address("apps", app.name)}

    def reference(self, *parts: str) -> str:
        """Return what tells one mail from every other."""
        return self.mark("\n".join(parts))
