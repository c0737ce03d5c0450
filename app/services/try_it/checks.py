"""What keeps Try-it from calling an API, told to whoever looks after the content."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from app.domain.apis import Api
from app.domain.destinations import Destinations
from app.domain.documentation import ContentProblem
from app.services.ports import ApiCatalogue

NOT_CALLED: Final = (
    "{name} is not https, so Try it does not call it: use https, or name its host in "
    "[try_it] internal"
)


@dataclass(frozen=True, slots=True)
class TryItChecks:
    """Implements ``Checked`` over the APIs that are shown."""

    apis: ApiCatalogue
    destinations: Destinations

    def problems(self) -> Sequence[ContentProblem]:
        """Return the addresses of APIs that may not be called."""
        return tuple(found for api in self.apis.all() for found in self._of(api))

    def _of(self, api: Api) -> Iterator[ContentProblem]:
        for name, url in (("base_url", api.base_url), ("token_url", api.token_url)):
            if url and not self.destinations.admits(url, (url,)):
                yield ContentProblem(f"apis/{api.slug}/api.toml", 0, NOT_CALLED.format(name=name))
