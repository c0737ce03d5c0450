"""The audit log's vocabulary: who did what to what, intended and done."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from app.domain.people import Account


class Action(StrEnum):
    """What was done; the names are kept for ever because people search for them."""

    SIGN_IN = "sign_in"
    SIGN_IN_REFUSED = "sign_in.refused"
    SIGN_IN_FRESH = "sign_in.fresh"
    SIGN_OUT = "sign_out"
    SESSION_END = "session.end"
    SESSION_END_ALL = "session.end_all"
    SESSION_REFUSED = "session.refused"
    SESSION_LOGOUT = "session.provider_logout"
    ACCOUNT_ROLES = "account.roles"
    ACCOUNT_GRANT = "account.grant"
    ACCOUNT_REVOKE = "account.revoke"
    ACCOUNT_BLOCK = "account.block"
    ACCOUNT_UNBLOCK = "account.unblock"
    ACCOUNT_NAMES = "account.names"
    ACCOUNT_EMAIL = "account.email"
    ACCOUNT_DATA = "account.data"
    ACCOUNT_DELETION = "account.deletion"
    ACCOUNT_DELETE = "account.delete"
    DEVELOPER_REGISTER = "developer.register"
    DEVELOPER_LINK = "developer.link"
    DEVELOPER_UNLINK = "developer.unlink"
    DEVELOPER_UPDATE = "developer.update"
    DEVELOPER_EMAIL = "developer.email"
    DEVELOPER_CREATE = "developer.create"
    DEVELOPER_DELETE = "developer.delete"
    DEVELOPER_INVITE = "developer.invite"
    DEVELOPER_UNINVITE = "developer.uninvite"
    DEVELOPER_EXPORT = "developer.export"
    DEVELOPERS_SYNC = "developers.sync"
    SYNC_END = "developers.sync.end"
    SYNC_CANCEL = "developers.sync.cancel"
    REGISTRATION_APPROVE = "registration.approve"
    REGISTRATION_REFUSE = "registration.refuse"
    REGISTRATION_BY_HAND = "registration.by_hand"
    TERMS_ACCEPT = "terms.accept"
    TERMS_EXPORT = "terms.export"
    DEVELOPER_ACTIVATE = "developer.activate"
    DEVELOPER_DEACTIVATE = "developer.deactivate"
    DEVELOPER_ACTIVATE_ELSEWHERE = "developer.activate_elsewhere"
    DEVELOPER_DEACTIVATE_ELSEWHERE = "developer.deactivate_elsewhere"
    APP_CREATE = "app.create"
    APP_UPDATE = "app.update"
    APP_DELETE = "app.delete"
    APP_FIND = "app.find"
    PRODUCT_OVERRIDE = "product.override"
    APP_EXPORT = "app.export"
    APP_APPROVE = "app.approve"
    APP_REVOKE = "app.revoke"
    KEY_ADD = "key.add"
    KEY_TURN_OFF = "key.turn_off"
    KEY_TURN_ON = "key.turn_on"
    KEY_DELETE = "key.delete"
    KEY_PRODUCTS = "key.products"
    PRODUCT_APPROVE = "key.product.approve"
    PRODUCT_REFUSE = "key.product.refuse"
    KEY_LABEL = "key.label"
    KEY_VERIFY = "key.verify"
    KEY_REVEAL = "key.reveal"
    KEY_ROTATE = "key.rotate"
    KEY_ROTATION_MOVE = "key.rotation.move"
    KEY_ROTATION_CANCEL = "key.rotation.cancel"
    KEY_RETIRE = "key.retire"
    API_TRY = "api.try"
    JOB_RETRY = "job.retry"
    JOB_CANCEL = "job.cancel"
    AUDIT_EXPORT = "audit.export"
    VIEW_BEGIN = "view_as.begin"
    VIEW_END = "view_as.end"
    ACCESS_REFUSED = "access.refused"
    OBJECT_REFUSED = "object.refused"
    REQUEST_REFUSED = "request.refused"
    LIMIT_REACHED = "limit.reached"


# The words of OWASP's Logging Vocabulary, which a log collector can have rules for.
EVENTS: Final[Mapping[Action, str]] = MappingProxyType(
    {
        Action.SIGN_IN: "authn_login_success",
        Action.SIGN_IN_REFUSED: "authn_login_fail",
        Action.SIGN_IN_FRESH: "authn_login_success",
        Action.SIGN_OUT: "session_expired",
        Action.SESSION_END: "session_expired",
        Action.SESSION_END_ALL: "session_expired",
        Action.SESSION_LOGOUT: "session_expired",
        Action.SESSION_REFUSED: "session_expired",
        Action.ACCOUNT_ROLES: "authz_change",
        Action.ACCOUNT_GRANT: "authz_change",
        Action.ACCOUNT_REVOKE: "authz_change",
        Action.ACCOUNT_BLOCK: "authn_login_lock",
        Action.ACCOUNT_UNBLOCK: "user_updated",
        Action.ACCOUNT_NAMES: "user_updated",
        Action.ACCOUNT_EMAIL: "user_updated",
        Action.ACCOUNT_DATA: "sensitive_read",
        Action.ACCOUNT_DELETION: "user_archived",
        Action.ACCOUNT_DELETE: "user_deleted",
        Action.DEVELOPER_REGISTER: "user_created",
        Action.DEVELOPER_LINK: "user_updated",
        Action.DEVELOPER_UNLINK: "user_updated",
        Action.DEVELOPER_UPDATE: "user_updated",
        Action.DEVELOPER_EMAIL: "user_updated",
        Action.DEVELOPER_CREATE: "user_created",
        Action.DEVELOPER_DELETE: "user_deleted",
        Action.DEVELOPER_INVITE: "authz_admin",
        Action.DEVELOPER_UNINVITE: "authz_admin",
        Action.DEVELOPER_EXPORT: "sensitive_read",
        Action.DEVELOPERS_SYNC: "user_updated",
        Action.SYNC_END: "user_updated",
        Action.SYNC_CANCEL: "user_updated",
        Action.REGISTRATION_APPROVE: "authz_admin",
        Action.REGISTRATION_REFUSE: "authz_admin",
        Action.REGISTRATION_BY_HAND: "user_updated",
        Action.TERMS_ACCEPT: "user_updated",
        Action.TERMS_EXPORT: "sensitive_read",
        Action.DEVELOPER_ACTIVATE: "authz_admin",
        Action.DEVELOPER_DEACTIVATE: "authz_admin",
        Action.DEVELOPER_ACTIVATE_ELSEWHERE: "authz_admin",
        Action.DEVELOPER_DEACTIVATE_ELSEWHERE: "authz_admin",
        Action.APP_CREATE: "sensitive_create",
        Action.APP_UPDATE: "sensitive_update",
        Action.APP_DELETE: "sensitive_delete",
        Action.APP_FIND: "sensitive_read",
        Action.PRODUCT_OVERRIDE: "authz_admin",
        Action.APP_EXPORT: "sensitive_read",
        Action.APP_APPROVE: "authz_admin",
        Action.APP_REVOKE: "authz_admin",
        Action.KEY_ADD: "sensitive_create",
        Action.KEY_TURN_OFF: "sensitive_update",
        Action.KEY_TURN_ON: "sensitive_update",
        Action.KEY_DELETE: "sensitive_delete",
        Action.KEY_PRODUCTS: "sensitive_update",
        Action.PRODUCT_APPROVE: "authz_admin",
        Action.PRODUCT_REFUSE: "authz_admin",
        Action.KEY_LABEL: "sensitive_update",
        Action.KEY_VERIFY: "sensitive_read",
        Action.KEY_REVEAL: "sensitive_read",
        Action.KEY_ROTATE: "sensitive_create",
        Action.KEY_ROTATION_MOVE: "sensitive_update",
        Action.KEY_ROTATION_CANCEL: "sensitive_update",
        Action.KEY_RETIRE: "sensitive_update",
        Action.API_TRY: "sensitive_read",
        Action.JOB_RETRY: "authz_admin",
        Action.JOB_CANCEL: "authz_admin",
        Action.AUDIT_EXPORT: "sensitive_read",
        Action.VIEW_BEGIN: "sensitive_read",
        Action.VIEW_END: "sensitive_read",
        Action.ACCESS_REFUSED: "authz_fail",
        Action.OBJECT_REFUSED: "malicious_direct_reference",
        Action.REQUEST_REFUSED: "malicious_cors",
        Action.LIMIT_REACHED: "excess_rate_limit_exceeded",
    }
)


class Phase(StrEnum):
    """Before the effect (intent) and after it (done, failed or unknown)."""

    INTENT = "intent"
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, from where, under which request.

    ``session`` is a hash that tells sign-in sessions apart and opens none. Who acts
    ``for_another`` has somebody else's apps in hand, as an administrator.
    """

    account_id: int | None
    name: str
    request_id: str = ""
    address: str = ""
    session: str = ""
    for_another: bool = field(default=False, compare=False)

    def has(self, account: Account | None) -> bool:
        """Tell whether the account is the one that acts."""
        return account is not None and account.account_id == self.account_id


SYSTEM: Final = Actor(account_id=None, name="system")


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One row; both rows of an action share ``action_id``.

    A row with ``count`` above 1 stands for so many refusals of one source. ``number`` is the
    row's own, 0 until it is kept. ``target_account_id`` is the account that the action is about:
    its address may be what somebody else calls themselves.
    """

    action_id: str
    phase: Phase
    at: datetime
    actor: Actor
    action: Action
    target_kind: str = ""
    target: str = ""
    on_behalf_of: str = ""
    detail: str = ""
    count: int = 1
    target_account_id: int | None = None
    number: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Concerned:
    """A developer by the e-mail address, and the number of the account that is linked to them.

    Another account may have the same address; what that did or underwent is not the developer's.
    """

    developer: str
    account_id: int | None = None


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """Which rows are wanted; what is empty does not matter.

    ``actor`` and ``target`` are an account's number or a name, ``about`` is either;
    ``concerned`` is a developer whom it is about, for or by. The row
    before the page has the number ``after``, where the oldest come first, and ``before``, where
    the newest do. ``since`` is included, ``until`` is not.
    """

    about: str = ""
    actor: str = ""
    action: Action | None = None
    target: str = ""
    concerned: Concerned | None = None
    since: datetime | None = None
    until: datetime | None = None
    after: int = 0
    before: int | None = None
    size: int = 500


COLUMNS: Final = (
    *("number", "at", "event", "action", "phase", "count", "actor_account_id", "actor_name"),
    *("on_behalf_of", "target_kind", "target", "target_account_id", "detail"),
    *("address", "session", "request_id", "action_id"),
)


def told(entry: AuditEntry) -> dict[str, str | int | None]:
    """Return a row as exports and the stream have it, by ``COLUMNS``; times are UTC."""
    values = (
        entry.number,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        EVENTS.get(entry.action, ""),
        entry.action.value,
        entry.phase.value,
        entry.count,
        entry.actor.account_id,
        entry.actor.name,
        entry.on_behalf_of,
        entry.target_kind,
        entry.target,
        entry.target_account_id,
        entry.detail,
        entry.actor.address,
        entry.actor.session,
        entry.actor.request_id,
        entry.action_id,
    )
    return dict(zip(COLUMNS, values, strict=True))
