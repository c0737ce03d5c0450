"""What can go wrong, in the portal's own words.

Every message here may be shown to a person: it names what happened and what to do,
and never quotes an upstream body.
"""

from collections.abc import Mapping
from enum import StrEnum


class PortalError(Exception):
    """The base of every error that the portal raises on purpose.

    ``is_recorded`` once the audit log tells of it.
    """

    is_recorded = False

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotFound(PortalError):
    """The thing does not exist, or it is not this person's to see: nobody can tell which."""


class AlreadyExists(PortalError):
    """Something with that name or e-mail address is there already."""


class Conflict(PortalError):
    """The thing was changed by somebody else in between."""


class NotPossible(Conflict):
    """The thing is in a state in which this cannot be done; the message names the state."""


class Busy(Conflict):
    """Somebody else is at it at this moment; the same can be tried again."""


class NotReady(PortalError):
    """The thing is still being made; it can be asked for again after ``retry_after`` seconds."""

    retry_after = 10

    def __init__(self, message: str = "This is being prepared. Try again in a minute.") -> None:
        super().__init__(message)


class LimitReached(NotPossible):
    """There are as many as there may be, by a rule."""


class NotAllowed(PortalError):
    """The person is known but has no right to do this."""


class InvalidInput(PortalError):
    """The input breaks a rule; ``fields`` names each field with its message.

    What is wrong with the whole of it, and not with one field, has an empty name.
    """

    def __init__(self, fields: Mapping[str, str]) -> None:
        only = next(iter(fields.values())) if len(fields) == 1 else ""
        super().__init__(only or "Some fields need another value.")
        self.fields = dict(fields)


class Refused(InvalidInput):
    """What was asked for may not be had, by a rule: nothing was typed wrongly."""


class TooMany(PortalError):
    """A limit was reached; ``retry_after`` is in seconds where it is known."""

    def __init__(self, message: str, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class UpstreamKind(StrEnum):
    """How an outside system failed to answer."""

    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    BUSY = "busy"
    REFUSED = "refused"
    CREDENTIALS = "credentials"
    BROKEN_ANSWER = "broken_answer"
    FAILED = "failed"


class Upstream(PortalError):
    """Apigee or the identity provider gave no usable answer; nothing was changed.

    ``retry_after`` is in seconds where the other side named it.
    """

    def __init__(
        self, kind: UpstreamKind, message: str, *, retry_after: int | None = None, code: str = ""
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.retry_after = retry_after
        self.code = code


class OutcomeUnknown(Upstream):
    """A change was sent and its answer lost: it may or may not have been made."""


class NotRecorded(PortalError):
    """The audit log could not be written, so what was asked for was not done."""

    def __init__(self) -> None:
        super().__init__(
            "The portal could not record this, so it was not done. Try again in a minute."
        )


class SignInFailed(PortalError):
    """The sign-in was refused; ``reason`` is a code for the log, never shown."""

    def __init__(self, reason: str) -> None:
        super().__init__("Sign-in did not work. Start again from the sign-in page.")
        self.reason = reason
