"""A real SMTP server on a free port of this machine, which keeps what it is sent."""

import asyncio
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from threading import Event, Thread
from typing import Final

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

START_SECONDS: Final = 90
TAKEN: Final = "250 OK"


@dataclass
class Post:
    """What the server took, and what it answers; a test changes the answers.

    Each mail takes it so many ``seconds``.
    """

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    greeted: list[str] = field(default_factory=list)
    to_recipient: str = TAKEN
    to_sender: str = TAKEN
    to_mail: str = TAKEN
    login: tuple[str, str] | None = None
    seconds: float = 0.0

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name and order
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        del server
        if self.to_sender == TAKEN:
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        self.greeted.append(session.host_name or "")
        return self.to_sender

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name and order
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        del server, session, options
        if self.to_recipient == TAKEN:
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        del server
        await asyncio.sleep(self.seconds)
        if self.to_mail == TAKEN:
            self.encrypted.append(session.ssl is not None)
            self.recipients += envelope.rcpt_tos
            content = envelope.original_content or b""
            self.mails.append(message_from_bytes(content, policy=default))
        return self.to_mail

    def checked(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: object
    ) -> AuthResult:
        del server, session, envelope, mechanism
        if not isinstance(given, LoginPassword) or self.login is None:
            return AuthResult(success=False)
        found = given.login.decode(), given.password.decode()
        return AuthResult(success=found == self.login, handled=False)


@contextmanager
def mail_server(
    *,
    starttls: ssl.SSLContext | None = None,
    tls: ssl.SSLContext | None = None,
    login: tuple[str, str] | None = None,
    port: int = 0,
    utf8: bool = False,
) -> Iterator[Post]:
    """Run the server in a thread; without a context it offers no encryption."""
    post, loop, stop = Post(login=login), asyncio.new_event_loop(), asyncio.Event()
    started = Event()
    options: Mapping[str, object] = {
        "hostname": "mail.example",
        "tls_context": starttls,
        "require_starttls": starttls is not None,
        "auth_required": login is not None,
        "auth_require_tls": tls is None,
        "authenticator": post.checked,
        "enable_SMTPUTF8": utf8,
    }

    async def serve() -> None:
        server = await loop.create_server(
            lambda: SMTP(post, loop=loop, **options),  # type: ignore[arg-type] # one dict of all kinds
            "127.0.0.1",
            port,
            ssl=tls,
        )
        post.port = server.sockets[0].getsockname()[1]
        started.set()
        async with server:
            await stop.wait()

    def run() -> None:
        loop.run_until_complete(serve())
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()

    thread = Thread(target=run, name="mail-server", daemon=True)
    thread.start()
    assert started.wait(START_SECONDS)
    try:
        yield post
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(START_SECONDS)
