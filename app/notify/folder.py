"""Mails as files, for trying out: what would be sent lies in a folder."""

from collections.abc import Iterator
from contextlib import contextmanager
from email.policy import SMTP, SMTPUTF8
from pathlib import Path
from tempfile import NamedTemporaryFile

from app.domain.errors import Upstream, UpstreamKind
from app.domain.mail import Message
from app.notify.envelope import Sender, envelope


class FolderServer:
    """``services.mail.port.MailServer`` that writes ``<moment>-<reference>.eml``."""

    def __init__(self, folder: Path, sender: Sender) -> None:
        self._folder = folder
        self._sender = sender

    def send(self, message: Message) -> None:
        """Write the mail, whole or not at all.

        Raises ``Undeliverable`` for an address that is none, and ``Upstream`` where writing fails.
        """
        name = f"{message.at:%Y%m%d-%H%M%S}-{message.reference}.eml"
        mail = envelope(message, self._sender)
        content = mail.as_bytes(policy=SMTP if message.to.address.isascii() else SMTPUTF8)
        with self._place() as file:
            file.write_bytes(content)
            file.replace(self._folder / name)

    def check(self) -> None:
        """Write a file and take it away; raise ``Upstream`` where that fails."""
        with self._place():
            pass

    @contextmanager
    def _place(self) -> Iterator[Path]:
        """Give a file of its own in the folder, which is gone afterwards if it is there still."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with NamedTemporaryFile(dir=self._folder, prefix=".", delete=False) as made:
                file = Path(made.name)
            try:
                yield file
            finally:
                file.unlink(missing_ok=True)
        except OSError as error:
            reason = f"The folder of mails cannot be written ({error.strerror})."
            raise Upstream(UpstreamKind.FAILED, reason) from error
