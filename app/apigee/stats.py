"""Figures from analytics: ``/environments/{env}/stats`` and ``optimizedStats``."""

from typing import Final

from app.apigee.client import ApigeeClient, Call
from app.apigee.flavor import Flavor
from app.apigee.lanes import Kind
from app.apigee.paths import Path, path
from app.apigee.wire_stats import narrowed, stats_from
from app.domain.stats import Stats, StatsQuery

PLAIN: Final = "environments/{environment}/stats/{dimensions}"
OPTIMIZED: Final = "environments/{environment}/optimizedStats/{dimensions}"
TIME: Final = "%m/%d/%Y %H:%M"


class StatsClient:
    """The port ``ApigeeStats`` over HTTP; asks for the optimized shape and reads either."""

    def __init__(self, client: ApigeeClient, flavor: Flavor) -> None:
        self._client = client
        self._flavor = flavor

    def query(self, query: StatsQuery) -> Stats:
        """Return figures; raise ``NotFound`` for an unknown environment."""
        # How a quote is written inside a value is not documented [?], so such a value is looked
        # for here, among the values of its dimension.
        here = {name: value for name, value in query.only.items() if "'" in value}
        dimensions = tuple(dict.fromkeys((*query.dimensions, *here)))
        call = Call(
            operation="stats.query",
            method="GET",
            path=self._path(query.environment, dimensions),
            thing="an environment",
            query=self._parameters(query),
            kind=Kind.ANALYTICS,
        )
        found = self._client.ask(call, lambda answer: stats_from(answer, query.metrics))
        return narrowed(found, dimensions, len(query.dimensions), here)

    def _path(self, environment: str, dimensions: tuple[str, ...]) -> Path:
        template = OPTIMIZED if self._flavor is Flavor.X else PLAIN
        return path(template, environment=environment, dimensions=",".join(dimensions))

    def _parameters(self, query: StatsQuery) -> dict[str, str]:
        conditions = [
            f"{name} eq '{value}'" for name, value in query.only.items() if "'" not in value
        ]
        given = {
            "select": ",".join(query.metrics),
            "timeRange": f"{query.start:{TIME}}~{query.end:{TIME}}",
            "timeUnit": query.unit.value if query.unit else "",
            "filter": f"({' and '.join(conditions)})" if conditions else "",
            "tsAscending": "true" if query.unit else "",
            "_optimized": "js" if self._flavor is Flavor.EDGE else "",
        }
        return {name: value for name, value in given.items() if value}
