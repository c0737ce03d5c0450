"""The settings of mail as the adapters want them: a server, a folder, or nothing."""

from collections.abc import Mapping
from pathlib import Path

from app.domain.addresses import split_address
from app.domain.clock import Clock
from app.domain.mail import Recipient
from app.domain.outgoing import Outgoing
from app.notify.envelope import Sender
from app.notify.folder import FolderServer
from app.notify.smtp import Security, SmtpConfig, SmtpServer
from app.notify.texts import Texts
from app.services.mail.port import MailPorts, MailServer, Outbox
from app.settings import Settings


def mail_ports(
    settings: Settings, templates: Path, outbox: Outbox, clock: Clock, outgoing: Outgoing
) -> MailPorts | None:
    """Return the ports of mail, or None where it is off."""
    chosen = settings.mail
    if not (chosen.host or chosen.folder):
        return None
    named = Recipient(chosen.sender, chosen.sender_name or settings.branding.name)
    sender = Sender(named, chosen.reply_to)
    server: MailServer
    if chosen.folder:
        server = FolderServer(chosen.folder, sender)
    else:
        server = SmtpServer(_smtp(settings, outgoing), sender, clock)
    return MailPorts(outbox, Texts(templates, chosen.templates, _portal(settings)), server)


def _smtp(settings: Settings, outgoing: Outgoing) -> SmtpConfig:
    chosen = settings.mail
    return SmtpConfig(
        host=chosen.host,
        port=chosen.port,
        security=Security(chosen.security),
        hello=split_address(settings.public_url).hostname or "localhost",
        user=chosen.user,
        password=chosen.password.get_secret_value() if chosen.password else "",
        ca_file=outgoing.ca_file,
    )


def _portal(settings: Settings) -> Mapping[str, str]:
    return {
        "name": settings.branding.name,
        "url": settings.public_url,
        "support": settings.support_contact,
    }
