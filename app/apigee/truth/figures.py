"""Questions about analytics, asked about an app that never was."""

from typing import Any, Final

from app.apigee.paths import path
from app.apigee.truth.asking import NotSeen, Reply
from app.apigee.truth.ground import Ground

PLAIN: Final = "environments/{environment}/stats/{dimensions}"
OPTIMIZED: Final = "environments/{environment}/optimizedStats/{dimensions}"
RANGE: Final = "01/01/2026 00:00~01/01/2026 03:00"
SELECT: Final = "sum(message_count)"


def stats_without_time_range(ground: Ground) -> str:
    """Ask for figures without saying of when."""
    reply = _asked(ground, {"select": SELECT})
    return reply.among({400: "refuse", 200: "last day"})


def stats_without_data(ground: Ground) -> str:
    """Ask for figures that there cannot be."""
    answer = _response(ground)
    stats = answer.get("stats")
    if stats is None:
        return "omit"
    if isinstance(stats, dict) and stats.get("data") in ([], None):
        return "empty"
    raise NotSeen("there were figures of an app that never was")


def stats_time_units(ground: Ground) -> str:
    """Look which hours are named where nothing was counted."""
    return "all" if _response(ground).get("TimeUnit") else "with data"


def x_stats_write_empties(ground: Ground) -> bool:
    """Look whether empty lists are written."""
    answer = _response(ground)
    meta = answer.get("metaData")
    errors = isinstance(meta, dict) and "errors" in meta
    return errors or "resultTruncated" in answer


def _response(ground: Ground) -> dict[str, Any]:
    query = {
        "select": SELECT,
        "timeRange": RANGE,
        "timeUnit": "hour",
        "filter": f"(developer_app eq '{ground.names.name('missing')}')",
    }
    answer = ground.once("figures", lambda: _asked(ground, query)).object().get("Response")
    if not isinstance(answer, dict):
        raise NotSeen("the answer did not have the optimized shape")
    return answer


def _asked(ground: Ground, query: dict[str, str]) -> Reply:
    template = OPTIMIZED if ground.is_x else PLAIN
    place = path(template, environment=ground.environment, dimensions="developer_app")
    shape = {} if ground.is_x else {"_optimized": "js"}
    return ground.asker.call("GET", place, query={**query, **shape})
