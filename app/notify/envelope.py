"""A mail as bytes: headers that hold one line each, plain text first, HTML beside it."""

from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from app.domain.mail import Message, Recipient, one_line


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
    """Return the mail; raise ``ValueError`` for an address or a line that is none."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = _address(sender.address)
    mail["To"] = _address(message.to)
    if sender.reply_to:
        mail["Reply-To"] = _address(Recipient(sender.reply_to))
    mail["Subject"] = message.words.subject
    mail["Date"] = format_datetime(message.at)
    # Tries of the same mail have the same, so that a program can tell a second copy.
    mail["Message-ID"] = f"<{message.reference}@{sender.domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.words.text)
    mail.add_alternative(message.words.html, subtype="html")
    return mail


def _address(who: Recipient) -> Address:
    return Address(display_name=one_line(who.name), addr_spec=who.address)
