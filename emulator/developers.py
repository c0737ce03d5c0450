"""Developers: list, create, read, replace, (de)activate, delete, attributes."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from emulator.attributes import Held, attribute_routes
from emulator.calls import Call, Reply, route
from emulator.errors import (
    ApiError,
    bad_action,
    bad_request,
    developer_exists,
    developer_missing,
    developer_not_found,
    name_mismatch,
)
from emulator.fields import Fields
from emulator.model import Developer
from emulator.names import check_email
from emulator.paging import key_page
from emulator.wire import Json, Names

_KNOWN = {
    "apps",
    "attributes",
    "companies",
    "createdAt",
    "developerId",
    "email",
    "firstName",
    "lastModifiedAt",
    "lastName",
    "organizationName",
    "status",
    "userName",
}
# Fields of the API that nothing here depends on; they are kept as they were sent.
_KEPT = ("accessType", "appFamily")
_ACTIONS = ("active", "inactive")


def find_developer(call: Call, missing: Callable[[str], ApiError] | None = None) -> Developer:
    """The developer of the address, by e-mail or developerId; raises 404."""
    ref = call.names["developer"]
    switches = call.switches
    if call.site.flavor == "x":
        sensitive = switches.x_email_case_sensitive
    else:
        sensitive = switches.edge_email_case_sensitive
    developer = call.store.developer(ref, case_sensitive=sensitive)
    if developer is None:
        raise missing(ref) if missing else developer_missing(ref, call.site.organization.name)
    return developer


def shape(call: Call, developer: Developer) -> Json:
    """The developer as the flavour writes it."""
    names = Names(call.store.app_names(developer), call.store.companies_of(developer))
    return call.wire.developer(developer, names, call.site.organization)


def list_developers(call: Call) -> Reply:
    """All developers in pages, those named by `ids`, or the owners of an app called `app`."""
    emails = _selected(call)
    if call.flag("expand"):
        found = (call.store.developer(email) for email in emails)
        return Reply(
            200, call.wire.page("developer", [shape(call, each) for each in found if each])
        )
    if call.query.get("app") and not emails:
        return Reply(200, call.wire.page("developer", []))
    return Reply(200, call.wire.stubs("developer", [{"email": email} for email in emails]))


def _selected(call: Call) -> Sequence[str]:
    app, ids = call.query.get("app"), call.query.get("ids")
    if app:
        return [each.email for each in call.store.developers_with(app)]
    if ids:
        named = (call.store.developer(each) for each in ids.split(","))
        return sorted({each.email for each in named if each})
    return key_page(call, call.store.emails, "developer")


def create(call: Call) -> Reply:
    """Add a developer, always active whatever status is sent."""
    fields = _checked(call)
    email = check_email(fields.text("email"), call.site.flavor)
    if call.store.developer(email) or call.store.reserved("developers", email):
        raise developer_exists(email)
    developer = Developer(
        developer_id=call.site.new_id(),
        email=email,
        first_name=fields.text("firstName"),
        last_name=fields.text("lastName"),
        user_name=fields.text("userName"),
        attributes=fields.attributes(),
        extra=fields.others(_KNOWN, _KEPT),
        stamp=call.new_stamp(),
    )
    call.store.put(developer)
    return Reply(201, shape(call, developer))


def read(call: Call) -> Reply:
    """One developer, with the first hundred names of its apps."""
    return Reply(200, shape(call, find_developer(call)))


def update(call: Call) -> Reply:
    """Replace a developer whole; attributes not sent are gone, the status stays."""
    old = find_developer(call, developer_not_found)
    fields = _checked(call, old.extra)
    email = _new_email(call, old, fields.text("email"))
    developer = replace(
        old,
        email=email,
        first_name=fields.text("firstName"),
        last_name=fields.text("lastName"),
        user_name=fields.text("userName"),
        attributes=fields.attributes(),
        extra=fields.others(_KNOWN, {*_KEPT, *old.extra}),
        stamp=call.touch(old.stamp),
    )
    call.store.put(developer)
    return Reply(200, shape(call, developer))


def _new_email(call: Call, old: Developer, email: str) -> str:
    if email == old.email:
        return email
    if call.site.flavor == "x":
        raise name_mismatch(call.switches)
    check_email(email, call.site.flavor)
    if call.store.developer(email) or call.store.reserved("developers", email):
        raise developer_exists(email)
    return email


def set_status(call: Call) -> Reply:
    """Activate or deactivate; keys keep their status and work, or not, all the same."""
    developer = find_developer(call, developer_not_found)
    call.store.put(replace(developer, status=activity(call), stamp=call.touch(developer.stamp)))
    return Reply(204)


def activity(call: Call) -> str:
    """The status that `?action=active|inactive` asks for; raises 400."""
    action = call.query.get("action", "")
    if action not in _ACTIONS:
        raise bad_action(action, call.switches)
    return action


def delete(call: Call) -> Reply:
    """Remove a developer with apps and keys; the answer is the developer as it was."""
    developer = find_developer(call)
    last = shape(call, developer)
    call.store.remove_developer(developer)
    return Reply(200, last)


def _checked(call: Call, held: Collection[str] = ()) -> Fields:
    fields = call.fields
    fields.only({*_KNOWN, *_KEPT, *held})
    needed: tuple[str, ...] = ("email", "userName", "firstName", "lastName")
    if call.names and not call.switches.update_needs_names:
        needed = ("email",)
    if not all(fields.text(name) for name in needed):
        raise bad_request(
            "required: Email, User Name, First Name, Last Name",
            "developer.service.CreateFieldsAbsent",
        )
    return fields


def _attributes(call: Call) -> Held:
    return Held(call, find_developer(call, developer_not_found))


_ALL, _ONE = "developers", "developers/{developer}"
ROUTES = (
    route("GET", _ALL, list_developers, query="app count expand ids includeCompany startKey"),
    route("POST", _ALL, create),
    route("GET", _ONE, read, query="action"),
    route("PUT", _ONE, update),
    route("POST", _ONE, set_status, query="action"),
    route("DELETE", _ONE, delete),
    *attribute_routes(_ONE, _attributes),
)
