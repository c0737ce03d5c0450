"""The page of one developer: what it shows, and what was typed into it and could not be kept."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Final

from flask import Response, url_for

from app.domain.attributes import value_of
from app.domain.audit import AuditEntry
from app.domain.developers import Developer
from app.domain.errors import NotFound
from app.domain.people import Account, Permission
from app.services.developer_office.access import Blocking
from app.services.developer_office.editing import MOST_ATTRIBUTES, shown_attributes
from app.services.developer_port import IndexedDeveloper
from app.services.developers import DeveloperView
from app.web import forms
from app.web.context import account, actor, may, portal
from app.web.htmx import go_to, render, wants_fragment

LABELS: Final[Mapping[str, str]] = {
    "first_name": "First name",
    "last_name": "Last name",
    "user_name": "User name",
}
NEW: Final = ("attribute_name", "attribute_value")


@dataclass(frozen=True, slots=True)
class Typed:
    """What was sent and not kept: ``fields`` of names and of a new attribute, and the problems.

    ``attributes`` are new values of attributes that are there. With ``is_late`` somebody else
    was faster.
    """

    fields: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class AttributeRow:
    """An attribute as the page has it: an id, Apigee's name and value, and what was typed."""

    field: str
    name: str
    label: str
    value: str
    error: str = ""


NOTHING: Final = Typed()


def developer_page(view: DeveloperView, typed: Typed = NOTHING, code: int = 200) -> Response:
    """Show one developer; a part is all below the head, and the head's own words."""
    changed = portal().developers.last_change(view.row)
    return render(
        "admin/developers_show.html",
        block="status",
        code=code,
        is_part=wants_fragment(),
        is_active=view.is_active,
        is_gone=view.is_gone,
        is_own=actor().has(view.account),
        may_change=may(Permission.CHANGE_DEVELOPER_STATUS) and not actor().has(view.account),
        working_keys=view.working_keys,
        status_since=changed.at if changed else None,
        status_by=changed.actor.name if changed else "",
        account=view.account,
        blocking=_blocking(view.account),
        offers=portal().accounts.office.offers(account(), view.account) if view.account else None,
        sessions=portal().session_office.of(view.account) if view.account else (),
        apps=view.apps,
        activity=_activity(view),
        organizations=portal().developers.organizations.names,
        elsewhere=view.elsewhere,
        titles=portal().products.titles(),
        **_details(view.row, view.developer, typed),
    )


def page_when_gone(change: Callable[[str], Response]) -> Callable[[str], Response]:
    """Lead to the page that says it, where only a part was asked for and the developer is gone."""

    @wraps(change)
    def changed(developer: str) -> Response:
        try:
            return change(developer)
        except NotFound:
            if wants_fragment():
                return go_to(url_for("admin.developers_show", developer=developer))
            raise

    return changed


def _blocking(person: Account | None) -> Blocking | None:
    """Return it where the person who looks may see accounts."""
    if person is None or not may(Permission.READ_ACCOUNTS):
        return None
    return portal().developer_office.access.blocking(person)


def _activity(view: DeveloperView) -> Sequence[AuditEntry]:
    """Return it where the person may read the audit log."""
    if not may(Permission.READ_AUDIT):
        return ()
    return portal().developer_office.activity.newest(view.row, view.account)


def _details(row: IndexedDeveloper, developer: Developer | None, typed: Typed) -> Mapping[str, Any]:
    held = {name: getattr(developer or row, name) for name in LABELS}
    values = {**held, **dict.fromkeys(NEW, ""), **_visible(typed.fields)}
    rows = tuple(_rows(developer, typed)) if developer else ()
    count = len(developer.attributes) if developer else 0
    return {
        "row": row,
        "developer": developer,
        "labels": LABELS,
        "may_edit": may(Permission.CHANGE_DEVELOPERS) and developer is not None,
        "is_address_fixed": portal().developer_office.moving.is_fixed,
        "form": forms.FormView(values, _problems(typed, rows)),
        "attributes": rows,
        "attribute_count": count,
        "hidden_count": count - len(rows),
        "most": MOST_ATTRIBUTES,
        "conflict": tuple(_differences(developer, typed)) if typed.is_late else None,
    }


def _rows(developer: Developer, typed: Typed) -> Iterator[AttributeRow]:
    labels = {extra.name: extra.label for extra in portal().registration.rules.fields}
    for number, item in enumerate(shown_attributes(developer.attributes), start=1):
        yield AttributeRow(
            field=f"attribute-{number}",
            name=item.name,
            label=labels.get(item.name, item.name),
            value=_visible(typed.attributes).get(item.name, item.value),
            error=typed.problems.get(item.name, "") if item.name in typed.attributes else "",
        )


def _problems(typed: Typed, rows: tuple[AttributeRow, ...]) -> Mapping[str, str]:
    """Return the problems by the ids of the fields."""
    fields = {row.name: row.field for row in rows if row.name in typed.attributes}
    return {fields.get(name, name): text for name, text in typed.problems.items()}


def _differences(developer: Developer | None, typed: Typed) -> Iterator[tuple[str, str, str]]:
    """Yield label, Apigee's value and the typed one of what somebody else has changed."""
    if developer is None:
        return
    for name, text in _visible(typed.fields).items():
        if name in LABELS and getattr(developer, name) != text:
            yield LABELS[name], getattr(developer, name), text
    for name, text in _visible(typed.attributes).items():
        held = value_of(developer.attributes, name) or ""
        if held != text:
            yield name, held, text


def _visible(typed: Mapping[str, str]) -> Mapping[str, str]:
    return {forms.visible(name): forms.visible(text) for name, text in typed.items()}
