"""What the pages of an API share: its operations by tag, as many as a page can bear."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from app.domain.apis import ApiOperation
from app.domain.reference import ApiReference, Group
from app.services.reading.apis import SeenApi
from app.web import forms
from app.web.context import portal

MOST_LISTED: Final = 500


@dataclass(frozen=True, slots=True)
class ListedGroup:
    """A group with its operations, or only their number where there are too many on the page."""

    group: Group
    operations: tuple[ApiOperation, ...]
    count: int
    is_open: bool


def beside(
    seen: SeenApi, operation_id: str = "", present: ApiOperation | None = None
) -> Mapping[str, Any]:
    """Return what stands beside whatever a page of an API is about."""
    reference = portal().reading.apis.overview(seen.api)
    return {
        "reference": reference,
        "operation_id": operation_id,
        **listed(reference, present),
    }


def listed(reference: ApiReference, present: ApiOperation | None = None) -> Mapping[str, Any]:
    """Return the operations that a page lists: those with every word of ``q`` and with the tag.

    Where there are more than 500, only the groups that are asked for or present are told.
    """
    query, tag = forms.argument("q"), forms.argument("tag")
    groups = [_found(group, query) for group in reference.groups]
    total = sum(len(group.operations) for group in groups)
    is_small = total <= MOST_LISTED
    shown = [
        ListedGroup(
            group,
            group.operations if is_small or _is_chosen(group, tag, present) else (),
            len(group.operations),
            is_open=bool(query) or _is_chosen(group, tag, present),
        )
        for group in groups
        if group.operations
    ]
    return {"groups": tuple(shown), "total": total, "query": query}


def _is_chosen(group: Group, tag: str, present: ApiOperation | None) -> bool:
    if present is not None:
        return group.name in present.tags[:1] or (not group.name and not present.tags)
    return bool(tag) and group.name == tag


def _found(group: Group, query: str) -> Group:
    words = query.casefold().split()
    if not words:
        return group
    return replace(
        group,
        operations=tuple(
            each for each in group.operations if all(word in _text(each) for word in words)
        ),
    )


def _text(operation: ApiOperation) -> str:
    said = (operation.operation_id, operation.method, operation.path, operation.summary)
    return " ".join((*said, *operation.tags)).casefold()
