"""What the page that asks once more tells of what only administrators and product owners do."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType
from typing import Final

from app.blueprints.auth.telling import Facts, Told, developer
from app.domain.approvals import Wanted
from app.domain.errors import PortalError
from app.domain.plurals import number_of
from app.domain.step_up import Dangerous
from app.web.context import account, portal
from app.web.step_up import Asked

APP: Final = {
    "approved": ("Approve the app", "Its keys work again within about 3 minutes."),
    "revoked": (
        "Revoke the app",
        "Every key of the app stops working within about 3 minutes. Nothing is deleted.",
    ),
}
KEY: Final = {
    "approved": ("Approve the key", "Calls with it are accepted within about 3 minutes."),
    "revoked": (
        "Revoke the key",
        "Calls with it fail within about 3 minutes. Only an administrator can turn it on again.",
    ),
}
OPENS: Final = "Calls to it are accepted within about 3 minutes."
STOPS: Final = "Calls to it fail within about 3 minutes. The developer reads the reason."
AUDIT: Final = ("Export the audit log", "The file holds names and addresses. It is recorded.")
NARROWED: Final = {
    "action": "Action",
    "actor": "Who",
    "target": "Object",
    "since": "From",
    "until": "To",
}
NEW: Final = ("Add the developer", "Apigee gets the developer, active.")
CHANGED: Final = {
    "first_name": "First name",
    "last_name": "Last name",
    "user_name": "User name",
    "attribute_name": "New attribute",
    "attribute_value": "Value",
    "name": "Attribute",
    "value": "Value",
}
CHANGE: Final = "Apigee gets the change at once."
VIEW: Final = (
    "View as the developer",
    "You see My apps and products as they do, for 15 minutes, to read only. It is recorded.",
)
RETRY: Final = ("Let the job be done now", "")
CANCEL: Final = ("Cancel the job", "What it would have done is not done.")


def told_office(asked: Asked, args: Mapping[str, str]) -> Told:
    """Return it; raise ``NotFound`` where what it is about is not there."""
    return OFFICE[Dangerous(asked.action)](asked, args, dict(asked.fields))


def _app(_asked: Asked, args: Mapping[str, str], sent: Mapping[str, str]) -> Told:
    return Told(*_one_of(APP, sent, "app"), _app_facts(args))


def _key(_asked: Asked, args: Mapping[str, str], sent: Mapping[str, str]) -> Told:
    return Told(*_one_of(KEY, sent, "key"), _app_facts(args))


def _audit(_asked: Asked, _args: Mapping[str, str], sent: Mapping[str, str]) -> Told:
    known = ((label, sent[name]) for name, label in NARROWED.items() if sent.get(name))
    return Told(*AUDIT, tuple(known))


def _new(_asked: Asked, _args: Mapping[str, str], sent: Mapping[str, str]) -> Told:
    name = f"{sent.get('first_name', '')} {sent.get('last_name', '')}".strip()
    return Told(*NEW, (("Name", name), ("E-mail address", sent.get("email", ""))))


def _view(_asked: Asked, args: Mapping[str, str], _sent: Mapping[str, str]) -> Told:
    return Told(*VIEW, developer(args["developer"]))


def _job(asked: Asked, args: Mapping[str, str], _sent: Mapping[str, str]) -> Told:
    job = portal().work.office.jobs.get(int(args["number"]))
    words = RETRY if asked.path.endswith("/retry") else CANCEL
    return Told(*words, (("Job", str(job.job_id)),), job=job.kind.value)


def _app_facts(args: Mapping[str, str]) -> Facts:
    """Tell an app of the organization, and the key where one is meant."""
    found = None
    with suppress(PortalError):  # what is done says for itself that Apigee is away
        found = portal().approvals.listing.get(args["app_id"])
    if found is None:
        return (("App ID", args["app_id"]),)
    owner = found.developer.email if found.developer else found.app.group
    labels = {row.key.key_id: f"{row.label} •••• {row.key.ending}" for row in found.keys}
    key = labels.get(args.get("key_id", ""))
    whose = (("Developer", owner),) if owner else ()
    return (("App", found.app.app.display_name), *whose, *((("Key", key),) if key else ()))


def _access(asked: Asked, args: Mapping[str, str], sent: Mapping[str, str]) -> Told:
    if "app_id" in args:
        approves = sent.get("status") == "approved"
        title = f"{'Approve' if approves else 'Revoke'} the product on the key"
        facts = (*_app_facts(args), ("Product", _product(sent.get("product", ""))))
    else:
        approves = bool(sent.get("approve")) or sent.get("decision") == "approve"
        name = "approve" if sent.get("approve") else "request"
        wanted = [each for key, text in asked.fields if key == name and (each := Wanted.read(text))]
        title = f"{'Approve' if approves else 'Refuse'} {number_of(len(wanted), 'request')}"
        facts = tuple(_requests(wanted))
    reason = (("Reason", sent["reason"]),) if sent.get("reason") and not approves else ()
    return Told(title, OPENS if approves else STOPS, (*facts, *reason))


def _requests(wanted: Sequence[Wanted]) -> Iterator[tuple[str, str]]:
    apps: Mapping[Wanted, str] = {}
    with suppress(PortalError):
        apps = portal().approvals.desk.apps_of(account(), wanted)
    for one in wanted:
        yield _product(one.product), apps.get(one, "one app")


def _product(product: str) -> str:
    return portal().products.known_titles().get(product, product)


def _change(_asked: Asked, args: Mapping[str, str], sent: Mapping[str, str]) -> Told:
    facts = ((label, sent[name]) for name, label in CHANGED.items() if name in sent)
    is_attribute = "do" in sent
    title = "Change the developer's name"
    if is_attribute:
        does = {"add": "Add", "delete": "Delete"}.get(sent["do"], "Change")
        title = f"{does} an attribute of the developer"
    return Told(title, CHANGE, (*developer(args["developer"]), *facts))


def _one_of(
    words: Mapping[str, tuple[str, str]], sent: Mapping[str, str], what: str
) -> tuple[str, str]:
    return words.get(sent.get("status", ""), (f"Change the {what}", ""))


Teller = Callable[[Asked, Mapping[str, str], Mapping[str, str]], Told]
# The form of every one of them is an administrator's or a product owner's.
OFFICE: Final[Mapping[Dangerous, Teller]] = MappingProxyType(
    {
        Dangerous.ACCESS_DECIDE: _access,
        Dangerous.APP_STATUS: _app,
        Dangerous.AUDIT_EXPORT: _audit,
        Dangerous.DEVELOPER_ADD: _new,
        Dangerous.DEVELOPER_CHANGE: _change,
        Dangerous.DEVELOPER_VIEW: _view,
        Dangerous.JOB_CHANGE: _job,
        Dangerous.KEY_STATUS: _key,
    }
)
