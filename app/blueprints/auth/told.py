"""What the page that asks once more tells: about whom or what it is, and what follows."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from flask import current_app

from app.blueprints.auth.telling import Facts, Told, developer, person
from app.blueprints.auth.told_office import OFFICE, told_office
from app.domain.apps import DeveloperApp
from app.domain.developers import Owner
from app.domain.errors import PortalError
from app.domain.overview import key_rows
from app.domain.policy import Deletion
from app.domain.step_up import Dangerous
from app.domain.sync import Direction
from app.web.context import account, portal
from app.web.step_up import Asked

SIGN_IN: Final = {
    "blocked": (
        "Block sign-in",
        "The person is signed out everywhere and cannot sign in. API keys go on working.",
    ),
    "allowed": ("Allow sign-in", "The person can sign in again, with the same roles as before."),
}
STATUS: Final = {
    "inactive": (
        "Deactivate the developer",
        "Every key of the developer stops working within about 3 minutes. Nothing is deleted.",
    ),
    "active": (
        "Activate the developer",
        "The developer's keys work again within about 3 minutes.",
    ),
}
ROLE: Final = {
    "grant": ("Grant the role", "The person has it with the next page that they open."),
    "revoke": (
        "Take away the role",
        "It ends with the next page that they open, unless the provider gives it, too.",
    ),
}
ROTATION: Final = {
    "extend": ("Let the old key work longer", ""),
    "stop": ("Stop the old key now", "Calls with it fail within about 3 minutes."),
    "cancel": ("Cancel the replacement", "The old key stays on."),
}
TURN: Final = {
    "on": ("Turn the key on", "Calls with it are accepted within about 3 minutes."),
    "off": ("Turn the key off", "Calls with it fail within about 3 minutes."),
}
REPLACE: Final = ("Replace the key", "You get a new key now.")
LINK: Final = (
    "Link the account to this developer",
    "The person then sees and changes the developer's apps, keys and secrets.",
)
UNLINK: Final = (
    "Unlink the developer",
    "The person no longer sees the developer's apps and keys. The keys go on working.",
)
ADDRESS: Final = (
    "Change your address on Apigee",
    "Your apps, keys and secrets stay as they are and go on working.",
)
THEIR_ADDRESS: Final = (
    "Change the developer's address on Apigee",
    "Apps, keys and secrets stay as they are and go on working.",
)
DELETION: Final = (
    "Delete the developer",
    "Every app and key of the developer is deleted on Apigee. This cannot be undone.",
)
DELETED: Final = {
    Deletion.DELETE: "Your developer account is deleted on Apigee with every app and key. "
    "This cannot be undone.",
    Deletion.DEACTIVATE: "Your developer account is deactivated: none of its keys work within "
    "about 3 minutes.",
}
DATA: Final = (
    "Download what is kept about you",
    "The file holds your account, sessions, apps and your part of the audit log; no key or secret.",
)
EXPORT: Final = {
    "apps": (
        "Download developers with apps and products",
        "The file holds names and e-mail addresses. The export is recorded.",
    ),
    "developers": (
        "Download developers",
        "The file holds names and e-mail addresses. The export is recorded.",
    ),
}
NARROWED: Final = {
    "q": "Search",
    "status": "Status",
    "attribute": "Attribute",
    "signed_in": "Signed in",
}
SYNC: Final = {
    Direction.TO_PORTAL: "The developers of the portal get Apigee's values.",
    Direction.TO_APIGEE: "The developers of the portal get Apigee's values where it alone has one; "
    "Apigee gets the portal's names and statuses.",
}
# What is about no one app or key that there is.
WIDE: Final = frozenset(
    {
        Dangerous.APP_CREATE,
        Dangerous.DEVELOPER_DELETE,
        Dangerous.DEVELOPER_EMAIL,
        Dangerous.DEVELOPER_EXPORT,
        Dangerous.DEVELOPERS_SYNC,
    }
)
PLAIN: Final = {
    Dangerous.KEY_DELETE: ("Delete the key", "This cannot be undone."),
    Dangerous.KEY_VERIFY: ("Compare a secret", ""),
}
NEW_APP: Final = ("Create the app", "You see its key and secret once.")
NEW_KEY: Final = ("Add the key", "You see the key and its secret once.")


def told(asked: Asked) -> Told:
    """Return it; raise ``NotFound`` where there is no such account or developer."""
    endpoint, args = current_app.url_map.bind("").match(asked.path, method=asked.method)
    sent = dict(asked.fields)
    match Dangerous(asked.action):
        case Dangerous.ACCOUNT_CHANGE:
            return _change(endpoint, _account(args), sent)
        case Dangerous.DEVELOPER_STATUS:
            return _status(args, sent)
        case Dangerous.ACCOUNT_DATA | Dangerous.ACCOUNT_DELETE as action:
            return _own(action)
        case action if action in OFFICE and not _is_listed(args):
            return told_office(asked, args)
        case action if action in WIDE:
            return _wide(action, args, sent)
        case action:
            return _thing(action, args, sent)


def _is_listed(args: Mapping[str, str]) -> bool:
    """Tell whether it is about an app of My Apps, on either side, which the address names."""
    return "name" in args


def _own(action: Dangerous) -> Told:
    if action is Dangerous.ACCOUNT_DATA:
        return Told(*DATA, person(account()))
    how = portal().accounts.deletion.how if account().is_developer else None
    effect = f"You are signed out everywhere. {DELETED.get(how, '') if how else ''}"
    return Told("Delete your account", effect.strip(), person(account()))


def _wide(action: Dangerous, args: Mapping[str, str], sent: Mapping[str, str]) -> Told:
    match action:
        case Dangerous.DEVELOPER_EMAIL:
            return _address(args, sent)
        case Dangerous.DEVELOPER_DELETE:
            return Told(*DELETION, developer(args["developer"]))
        case Dangerous.DEVELOPER_EXPORT:
            known = ((label, sent[name]) for name, label in NARROWED.items() if sent.get(name))
            return Told(*EXPORT.get(sent.get("kind", ""), EXPORT["developers"]), tuple(known))
        case Dangerous.DEVELOPERS_SYNC:
            wanted = portal().sync.get(int(args["number"])).choices
            only = (("Only these addresses", wanted.only),) if wanted.only else ()
            return Told("Apply the synchronization", SYNC[wanted.direction], only)
        case _:
            whose = developer(args["developer"]) if "developer" in args else ()
            named = (("App", sent["display_name"]),) if sent.get("display_name") else ()
            return Told(*NEW_APP, (*whose, *named))


def _address(args: Mapping[str, str], sent: Mapping[str, str]) -> Told:
    new = ("New address on Apigee", sent.get("new_email", ""))
    if "developer" in args:
        return Told(*THEIR_ADDRESS, (*developer(args["developer"]), new))
    return Told(*ADDRESS, (*person(account()), new))


def _change(endpoint: str, facts: Facts, sent: Mapping[str, str]) -> Told:
    match endpoint:
        case "accounts.sign_in" | "developer_access.change":
            title, effect = SIGN_IN.get(sent.get("sign_in", ""), ("Change sign-in", ""))
            facts += (("Reason", sent["why"]),) if sent.get("why") else ()
        case "accounts.roles":
            title, effect = ROLE.get(sent.get("do", ""), ("Change the role", ""))
            facts += (("Role", sent.get("role", "").replace("_", " ").capitalize()),)
        case "accounts.link":
            title, effect = LINK
            facts += (("Developer", sent.get("email", "")),)
        case _:
            title, effect = UNLINK
    return Told(title, effect, facts)


def _status(args: Mapping[str, str], sent: Mapping[str, str]) -> Told:
    if "bulk" in args:
        bulk = portal().developer_office.bulk.get(int(args["bulk"]))
        title, effect = STATUS[bulk.status.value]
        people = (("Developers", str(len(bulk.items))),)
        return Told(title.replace("the developer", "the developers"), effect, people)
    facts = developer(args["developer"]) if "developer" in args else _account(args)
    if "status" in sent:
        return Told(*STATUS.get(sent["status"], ("Change the developer's status", "")), facts)
    if sent.get("decision") == "approve":
        return Told("Approve the registration", "The developer is activated.", facts)
    reason = sent.get("reason", "")
    facts += (("Reason", reason),) if reason else ()
    return Told("Refuse the registration", "The person reads the reason.", facts)


def _thing(action: Dangerous, args: Mapping[str, str], sent: Mapping[str, str]) -> Told:
    whose = developer(args["developer"]) if "developer" in args else ()
    keys, app = _keys_and_app(_owner(args), args["name"])
    key = ("Key", keys[args["key_id"]]) if args.get("key_id") in keys else None
    facts = (*whose, ("App", app), *((key,) if key else ()))
    match action:
        case Dangerous.APP_DELETE:
            stops = tuple(("Key that stops", name) for name in keys.values())
            effect = "Its keys stop working within about 3 minutes. This cannot be undone."
            return Told("Delete the app", effect, facts + stops)
        case Dangerous.KEY_REVEAL:
            which = "secret" if sent.get("value") == "secret" else "key"
            return Told(f"Show the {which}", "", facts)
        case Dangerous.KEY_ADD:
            label = (("Label", sent["label"]),) if sent.get("label") else ()
            return Told(*NEW_KEY, (*facts, *label))
        case Dangerous.KEY_STATUS:
            return Told(*TURN.get(sent.get("do", ""), TURN["off"]), facts)
        case Dangerous.KEY_DELETE | Dangerous.KEY_VERIFY:
            return Told(*PLAIN[action], facts)
        case _:
            do = sent.get("do", "")
            overlap = "" if do in {"stop", "cancel"} else sent.get("overlap", "")
            return Told(*ROTATION.get(do, REPLACE), facts, overlap)


def _account(args: Mapping[str, str]) -> Facts:
    if "developer" in args:
        record = portal().developer_office.access.of(args["developer"]).record
        return person(record.account) if record else developer(args["developer"])
    return person(portal().accounts.office.get(int(args["account"])).account)


def _owner(args: Mapping[str, str]) -> Owner:
    """Return whose app it is: the developer's of the address, else the person's own."""
    if "developer" in args:
        return portal().app_office.holder(args["developer"]).owner
    return account().owner


def _keys_and_app(owner: Owner, name: str) -> tuple[Mapping[str, str], str]:
    """Return what people call an app's keys, and the app: as they were listed, or else read."""
    app = None
    with suppress(PortalError):  # what is done says for itself that Apigee is away
        app = _app(owner, name)
    if app is None:
        return {}, name
    memories = portal().key_changes.memories.of_app(app.developer_id, app.app_id)
    rows = key_rows(app, developer_active=True, now=portal().clock.now(), memories=memories)
    keys = {row.key.key_id: f"{row.label} •••• {row.key.ending}" for row in rows}
    return keys, f"{app.display_name} ({app.name})" if app.display_name != app.name else name


def _app(owner: Owner, name: str) -> DeveloperApp:
    listed = portal().apps.last_known(owner, name)
    return listed.value if listed else portal().apps.get(owner, name).app
