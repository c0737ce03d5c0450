"""Analytics: `stats` in its verbose form and in the compact ("optimized") one."""

import uuid
from collections.abc import Callable, Sequence

from emulator.calls import EDGE_ONLY, X_ONLY, Call, Reply, route
from emulator.errors import environment_missing
from emulator.stats_count import Group, Result, count
from emulator.stats_query import Query, read_query
from emulator.traffic import Tally
from emulator.wire import Json


def verbose(call: Call) -> Reply:
    """Groups with their metrics; on Edge `_optimized=js` asks for the compact form here too."""
    asked = (call.query.get("_optimized"), call.query.get("_optimize"))
    if call.site.flavor == "edge" and "js" in asked:
        return optimized(call)
    result = _result(call)
    environment: Json = {"name": result.query.environment}
    groups = [_named(call, group, result.query) for group in result.groups]
    if groups and result.query.dimensions:
        environment["dimensions"] = groups
    elif groups:
        environment["metrics"] = groups[0]["metrics"]
    return Reply(200, {"environments": [environment], "metaData": _meta(call)})


def _named(call: Call, group: Group, query: Query) -> Json:
    metrics = []
    for metric in query.metrics:
        metrics.append({"name": metric.name, "values": _values(group, query, metric.of)})
        if metric.function == "avg":
            overall = [str(metric.of(group.total))]
            metrics.append({"name": metric.overall_name, "values": overall})
    shape: Json = {"metrics": metrics, "name": ",".join(group.values)}
    if call.site.flavor == "x" and len(group.values) > 1:
        shape["individualNames"] = list(group.values)
    return shape


def _values(
    group: Group, query: Query, value: Callable[[Tally | None], float]
) -> list[Json] | list[str]:
    if query.units is None:
        return [str(value(group.total))]
    order = sorted(group.by_unit, reverse=not query.oldest_first)
    return [{"timestamp": unit, "value": str(value(group.by_unit[unit]))} for unit in order]


def optimized(call: Call) -> Reply:
    """The compact form: one list of times, and for each group its values in the same order."""
    result = _result(call)
    units = result.units(all_of_them=call.switches.stats_time_units == "all")
    data = [each for group in result.groups for each in _data(group, result.query, units)]
    x = call.site.flavor == "x"
    response: Json = {
        "TimeUnit": [str(each) for each in units] if x else units,
        "metaData": _meta(call),
        "resultTruncated": result.truncated,
    }
    if data or call.switches.stats_without_data == "empty":
        response["stats"] = {"data": data}
    if _leaves_out(call):
        response = {name: each for name, each in response.items() if each}
    return Reply(200, {"Response": response})


def _data(group: Group, query: Query, units: Sequence[int]) -> list[Json]:
    metrics = []
    for metric in query.metrics:
        tallies = [group.by_unit.get(unit) for unit in units] if query.units else [group.total]
        metrics.append(_metric(query, metric.name, [metric.of(each) for each in tallies]))
        if metric.function == "avg":
            metrics.append(_metric(query, metric.overall_name, [metric.of(group.total)]))
    if not query.dimensions:
        return metrics
    identifier = {"names": list(query.dimensions), "values": list(group.values)}
    return [{"identifier": identifier, "metric": metrics}]


def _metric(query: Query, name: str, values: list[float]) -> Json:
    return {"env": query.environment, "name": name, "values": values}


def _result(call: Call) -> Result:
    environment = call.names["environment"]
    if environment not in call.site.organization.environments:
        raise environment_missing(environment)
    query = read_query(call, environment, call.names.get("dimensions", ""))
    newest = call.site.now() - int(call.switches.stats_delay_seconds * 1000)
    return count(query, call.site.traffic.rows(), newest)


def _meta(call: Call) -> Json:
    notices = [f"query served by:{uuid.uuid4()}", "Table used: calls counted by the local gateway"]
    return {"notices": notices} if _leaves_out(call) else {"errors": [], "notices": notices}


def _leaves_out(call: Call) -> bool:
    """Whether what is empty or false is left out, as proto3 JSON does."""
    return call.site.flavor == "x" and not call.switches.x_stats_write_empties


_PARAMETERS = (
    "accuracy aggTable filter limit offset realtime select sonar sort sortby timeRange timeUnit "
    "topk tsAscending tzo"
)
_ALL = "environments/{environment}/stats"
ROUTES = (
    route("GET", f"{_ALL}/{{dimensions}}", verbose, query=_PARAMETERS),
    route("GET", _ALL, verbose, flavors=EDGE_ONLY),
    route(
        "GET",
        "environments/{environment}/optimizedStats/{dimensions}",
        optimized,
        flavors=X_ONLY,
        query=_PARAMETERS,
    ),
)
