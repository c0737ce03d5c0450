"""Answering a stats query from the rows the gateway counted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from emulator.stats_query import Query
from emulator.traffic import Facts, Row, Tally


@dataclass
class Group:
    """The calls with the same values of the dimensions: all together, and by unit of time."""

    values: tuple[str, ...]
    total: Tally
    by_unit: dict[int, Tally] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    """The groups that are shown, in order; `truncated` if the limit cut others off."""

    query: Query
    groups: list[Group]
    truncated: bool

    def units(self, *, all_of_them: bool) -> list[int]:
        """The starts of the units of time in the order asked for, each once."""
        query = self.query
        if query.units is None:
            return []
        if all_of_them:
            found = list(query.units.between(query.start, query.end))
        else:
            found = sorted({unit for group in self.groups for unit in group.by_unit})
        return found if query.oldest_first else found[::-1]


def count(query: Query, rows: Iterable[Row], newest: int) -> Result:
    """Group and order what the query asks for; calls after `newest` are not yet seen."""
    groups = _group(query, rows, newest)
    ordered = [groups[values] for values in sorted(groups)]
    for metric in reversed(query.order):
        ordered.sort(key=lambda each: metric.of(each.total), reverse=not query.ascending)
    if query.top is not None:
        ordered = _top(query, ordered)
    shown = ordered[query.offset : query.offset + query.limit]
    return Result(query, shown, len(ordered) > query.offset + len(shown))


def _group(query: Query, rows: Iterable[Row], newest: int) -> Mapping[tuple[str, ...], Group]:
    groups: dict[tuple[str, ...], Group] = {}
    for facts, tally in rows:
        if _asked_for(query, facts) and facts.minute <= newest:
            values = tuple(read(facts) for read in query.readers)
            group = groups.get(values)
            if group is None:
                group = groups[values] = Group(values, tally)
            else:
                group.total = group.total.plus(tally)
            if query.units:
                unit = query.units.start(facts.minute)
                old = group.by_unit.get(unit)
                group.by_unit[unit] = old.plus(tally) if old else tally
    return groups


def _asked_for(query: Query, facts: Facts) -> bool:
    inside = query.start <= facts.minute < query.end
    return inside and facts.environment == query.environment and query.condition(facts)


def _top(query: Query, groups: list[Group]) -> list[Group]:
    """The so many with most of what is sorted by, else of the first metric, in their order."""
    by = (query.order or query.metrics)[0]
    best = sorted(groups, key=lambda each: by.of(each.total), reverse=True)[: query.top]
    chosen = {each.values for each in best}
    return [each for each in groups if each.values in chosen]
