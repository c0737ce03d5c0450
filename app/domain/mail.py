"""Mails: to whom, about what, and what one looks like once it is written."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from app.domain.jobs import JobRefused

# Narrower than what the standard allows: quoted names and comments are nobody's address today.
ADDRESS: Final = re.compile(r"[^\s@<>()\[\],;:\\\"]+@[^\s@<>()\[\],;:\\\"]+")
LONGEST_ADDRESS: Final = 254
_STEPS: Final = frozenset({"", ".", ".."})


class MailKind(StrEnum):
    """What a mail is about; the templates are called after it, and rows hold it."""

    INVITATION = "invitation"
    DEVELOPER_ACTIVATED = "developer_activated"
    DEVELOPER_DEACTIVATED = "developer_deactivated"
    REGISTRATION_WAITING = "registration_waiting"
    REGISTRATION_APPROVED = "registration_approved"
    REGISTRATION_REFUSED = "registration_refused"
    ACCESS_REQUESTED = "access_requested"
    ACCESS_APPROVED = "access_approved"
    ACCESS_REFUSED = "access_refused"
    KEY_EXPIRING = "key_expiring"
    KEY_RETIRED = "key_retired"
    EMAIL_CHANGED = "email_changed"
    TRIAL = "trial"


class Undeliverable(JobRefused):
    """The mail was refused for good, or cannot be written: trying again would not help."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who gets a mail; the name may be empty."""

    address: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail that waits: it is written when it is sent.

    ``values`` are what its template says beside the name and the portal. ``reference`` tells it
    from every other mail. After ``until`` it would be of no use and is not sent.
    """

    kind: MailKind
    to: Recipient
    reference: str
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """The words of a mail, in plain text and in HTML."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Message:
    """A mail as it is sent; tries of the same one have the same ``reference``."""

    to: Recipient
    words: Written
    reference: str
    at: datetime


def is_address(text: str) -> bool:
    """Tell whether a mail can be sent to the text, and Apigee can have it as a name.

    There it is one segment of a path: nothing in it may look like a step to another place.
    """
    if not ADDRESS.fullmatch(text) or len(text) > LONGEST_ADDRESS or not text.isprintable():
        return False
    return _STEPS.isdisjoint(text.split("/"))


def one_line(text: str) -> str:
    """Return the text in one line without what cannot be seen: headers are made of it."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
