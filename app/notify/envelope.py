"""A mail as bytes: headers that hold one line each, plain text first, HTML beside it."""

import re
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final

from app.domain.mail import Message, Recipient, Undeliverable, one_line

# Names with dots between them (RFC 5321), and what RFC 6531 allows beyond ASCII.
DOT_ATOM: Final = re.compile(
    r"[^\s.\x00-\x1f\x7f()<>\[\]:;@\\,\"]+(\.[^\s.\x00-\x1f\x7f()<>\[\]:;@\\,\"]+)*"
)
NO_ADDRESS: Final = "No mail can be sent to an address such as this one."
NO_LINE: Final = "The mail has a line that cannot be sent."


@dataclass(frozen=True, slots=True)
class Sender:
    """Whom mails come from, and who gets the answers if that is somebody else."""

    address: Recipient
    reply_to: str = ""

    @property
    def domain(self) -> str:
        """What follows the ``@``."""
        return self.address.address.rpartition("@")[2]


def envelope(message: Message, sender: Sender) -> EmailMessage:
    """Return the mail; raise ``Undeliverable`` for an address or a line that is none.

    An address may have letters beyond ASCII: only with SMTPUTF8 (RFC 6531) can it be sent.
    """
    mail = EmailMessage(policy=SMTP)
    mail["From"] = _address(sender.address)
    mail["To"] = _address(message.to)
    if sender.reply_to:
        mail["Reply-To"] = _address(Recipient(sender.reply_to))
    try:
        mail["Subject"] = message.words.subject
    except ValueError as error:
        raise Undeliverable(NO_LINE) from error
    mail["Date"] = format_datetime(message.at)
    # Tries of the same mail have the same, so that a program can tell a second copy.
    mail["Message-ID"] = f"<{message.reference}@{sender.domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.words.text)
    mail.add_alternative(message.words.html, subtype="html")
    return mail


def _address(who: Recipient) -> Address:
    local, _, domain = who.address.rpartition("@")
    if not (DOT_ATOM.fullmatch(local) and DOT_ATOM.fullmatch(domain)):
        raise Undeliverable(NO_ADDRESS)
    return Address(display_name=one_line(who.name), username=local, domain=domain)
