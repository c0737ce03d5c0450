"""The audit log's vocabulary: who did what to what, intended and done."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final


class Action(StrEnum):
    """What was done; the names are kept for ever because people search for them."""

    SIGN_IN = "sign_in"
    SIGN_IN_REFUSED = "sign_in.refused"
    SIGN_IN_FRESH = "sign_in.fresh"
    SIGN_OUT = "sign_out"
    SESSION_END = "session.end"
    SESSION_END_ALL = "session.end_all"
    SESSION_LOGOUT = "session.provider_logout"
    DEVELOPER_REGISTER = "developer.register"
    DEVELOPER_LINK = "developer.link"
    DEVELOPER_ACTIVATE = "developer.activate"
    DEVELOPER_DEACTIVATE = "developer.deactivate"
    APP_CREATE = "app.create"
    APP_UPDATE = "app.update"
    APP_DELETE = "app.delete"
    KEY_ADD = "key.add"
    KEY_TURN_OFF = "key.turn_off"
    KEY_TURN_ON = "key.turn_on"
    KEY_DELETE = "key.delete"
    KEY_PRODUCTS = "key.products"
    KEY_LABEL = "key.label"
    KEY_VERIFY = "key.verify"
    KEY_REVEAL = "key.reveal"
    KEY_ROTATE = "key.rotate"
    KEY_ROTATION_MOVE = "key.rotation.move"
    KEY_ROTATION_CANCEL = "key.rotation.cancel"
    KEY_RETIRE = "key.retire"
    JOB_RETRY = "job.retry"
    JOB_CANCEL = "job.cancel"
    ACCESS_REFUSED = "access.refused"


class Phase(StrEnum):
    """Before the effect (intent) and after it (done, failed or unknown)."""

    INTENT = "intent"
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, from where, under which request."""

    account_id: int | None
    name: str
    request_id: str = ""
    address: str = ""


SYSTEM: Final = Actor(account_id=None, name="system")


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One row; both rows of an action share ``action_id``."""

    action_id: str
    phase: Phase
    at: datetime
    actor: Actor
    action: Action
    target_kind: str = ""
    target: str = ""
    on_behalf_of: str = ""
    detail: str = ""
