"""What mail needs from outside: where it waits, who writes it, who carries it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.domain.mail import Letter, MailKind, Message, Recipient, Written


class Outbox(Protocol):
    """Mails that were begun; what they say is sealed until they are sent, and gone then."""

    def add(self, letter: Letter, at: datetime) -> int | None:
        """Keep a letter and return its number; None where one of that reference has a job."""
        ...

    def waits(self, number: int) -> None:
        """Note that a job sends the mail: nobody has to make another one."""
        ...

    def get(self, number: int) -> Letter | None:
        """Return a letter that was not sent; None where there is none, or not any more.

        Raises ``Undeliverable`` where it cannot be opened.
        """
        ...

    def sent(self, number: int, at: datetime) -> None:
        """Note that the mail is over; only its reference is kept."""
        ...

    def refused(self, number: int, at: datetime) -> None:
        """Note that the mail was refused for good; it is kept for somebody who tries again."""
        ...

    def forget(self, begun_before: datetime) -> int:
        """Delete the mails that were begun before a moment; say how many."""
        ...


class MailTexts(Protocol):
    """Writes mails from templates."""

    def write(self, kind: MailKind, to: Recipient, values: Mapping[str, str]) -> Written:
        """Return the words; raise ``Undeliverable`` where a template does not fit."""
        ...


class MailServer(Protocol):
    """Takes mails to their recipients."""

    def send(self, message: Message) -> None:
        """Hand the mail over.

        Raises ``Undeliverable`` where it was refused for good, and ``Upstream`` where trying
        again later may help.
        """
        ...

    def check(self) -> None:
        """Go as far as a mail would, and send none; raise ``Upstream`` where that fails."""
        ...


@dataclass(frozen=True, slots=True)
class MailPorts:
    """The ports of mail."""

    outbox: Outbox
    texts: MailTexts
    server: MailServer
