"""The columns of the exports; people's own programs read them, so names are kept for ever."""

import json
from datetime import UTC, datetime
from typing import Final

from app.services.developer_port import DeveloperFilter, DeveloperSearch, IndexedDeveloper

Cell = str | int | None
Row = tuple[Cell, ...]

DEVELOPER_COLUMNS: Final = (
    *("email", "first_name", "last_name", "user_name", "status", "developer_id"),
    *("registered_at", "last_modified_at", "last_sign_in_at", "apps", "attributes"),
    "synchronized_at",
)
APP_COLUMNS: Final = (
    *("email", "first_name", "last_name", "user_name", "developer_status", "developer_id"),
    *("app_group", "app_name", "app_display_name", "app_id", "app_status", "app_created_at"),
    *("callback_url", "product", "product_status", "keys"),
)


def developer_cells(row: IndexedDeveloper) -> Row:
    """Return one developer by ``DEVELOPER_COLUMNS``; attributes are one JSON object."""
    return (
        row.email,
        row.first_name,
        row.last_name,
        row.user_name,
        row.status.value,
        row.developer_id,
        moment(row.created_at),
        moment(row.last_modified_at),
        moment(row.last_sign_in_at),
        row.apps_count,
        attributes_of(row),
        moment(row.synced_at),
    )


def attributes_of(row: IndexedDeveloper) -> str:
    """Return the custom attributes as one JSON object, empty without any."""
    held = {item.name: item.value for item in reversed(row.attributes)}
    return json.dumps(held, ensure_ascii=False, sort_keys=True) if held else ""


def moment(at: datetime | None) -> str:
    """Return a moment in UTC to the second (ISO 8601), empty where there is none."""
    return at.astimezone(UTC).isoformat(timespec="seconds") if at else ""


def wanted(query: DeveloperFilter) -> str:
    """Say for the audit log what was exported; typed words stay out, they may be names."""
    order = ""
    if isinstance(query, DeveloperSearch):
        order = f"by {query.order.value}{', descending' if query.descending else ''}"
    parts = (
        "some words" if query.words else "",
        f"status {query.status.value}" if query.status else "",
        f"attribute {query.attribute.partition('=')[0].strip()}" if query.attribute else "",
        "never signed in" if query.never_signed_in else "",
    )
    whom = ", ".join(filter(None, parts)) or "everybody"
    return f"{whom}, {order}" if order else whom
