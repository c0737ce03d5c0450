"""Addresses, names and references that mails are made of."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from app.domain.approvals import Wanted
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

    def request(self, wanted: Wanted, *, is_only: bool) -> str:
        """Return the address of a request's row in the queue, narrowed to its app.

        Where it ``is_only`` one it is narrowed to the product as well: what is behind the mark of
        an address does not survive a sign-in.
        """
        asked = {"app": wanted.app_id, **({"product": wanted.product} if is_only else {})}
        return f"{self.address('admin', 'approvals')}?{urlencode(asked)}#{wanted.anchor}"

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
