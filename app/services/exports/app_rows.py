"""Apps of the whole organization as rows: one for each developer, app and product."""

from collections.abc import Iterator, Mapping, Sequence

from app.domain.apps import DeveloperApp, OrganizationApp
from app.domain.keys import ApprovalStatus
from app.services.developer_port import DeveloperFilter, IndexedDeveloper
from app.services.exports.columns import Row, moment

# What works on one key works for the app.
_BEST_FIRST = (ApprovalStatus.APPROVED, ApprovalStatus.PENDING, ApprovalStatus.REVOKED)


def app_rows(
    apps: Sequence[OrganizationApp],
    developers: Mapping[str, IndexedDeveloper],
    asked: DeveloperFilter,
) -> Iterator[Row]:
    """Yield the rows of some apps by ``APP_COLUMNS``.

    Where developers were asked for, apps of nobody in ``developers`` are left out: those of
    AppGroups and companies, and of developers who do not match.
    """
    is_narrowed = asked != DeveloperFilter()
    for item in apps:
        developer = None if item.group else developers.get(item.app.developer_id)
        if developer is not None or not is_narrowed:
            yield from _rows(item, developer)


def _rows(item: OrganizationApp, developer: IndexedDeveloper | None) -> Iterator[Row]:
    app = item.app
    whose = _developer_cells(developer, "" if item.group else app.developer_id)
    facts = (
        *(item.group, app.name, app.display_name, app.app_id, app.status.value),
        *(moment(app.created_at), app.callback_url),
    )
    for product in app.products or ("",):
        yield (*whose, *facts, product, *_on_keys(app, product))


def _developer_cells(developer: IndexedDeveloper | None, developer_id: str) -> Row:
    if developer is None:
        return ("", "", "", "", "", developer_id)
    return (
        *(developer.email, developer.first_name, developer.last_name, developer.user_name),
        *(developer.status.value, developer.developer_id),
    )


def _on_keys(app: DeveloperApp, product: str) -> Row:
    """Return the best status of a product on any key, and how many keys hold it."""
    if not product:
        return ("", len(app.keys))
    held = [item.status for key in app.keys for item in key.products if item.name == product]
    best = next((status for status in _BEST_FIRST if status in held), held[0])
    return (best.value, len(held))
