"""Mails by SMTP (RFC 5321), encrypted by STARTTLS (RFC 3207) or from the start (RFC 8314)."""

import re
import smtplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from app.domain.clock import Clock
from app.domain.errors import Upstream, UpstreamKind
from app.domain.mail import Message, Undeliverable
from app.notify.envelope import Sender, envelope

# Mail is sent by the worker, which has other things to do than to wait.
SECONDS: Final = 15.0
# A server that is away is left alone for so long, whatever the number of mails that wait.
PAUSE: Final = timedelta(seconds=30)
NOT_ASCII: Final = "The mail server cannot send to an address with letters beyond ASCII."
PERMANENT: Final = 500
ENHANCED: Final = re.compile(rb"\b[245]\.\d{1,3}\.\d{1,3}\b")
# The first that fits counts.
OBSTACLES: Final[Mapping[type[OSError], tuple[UpstreamKind, str]]] = {
    smtplib.SMTPAuthenticationError: (
        UpstreamKind.CREDENTIALS,
        "The mail server refuses mail.user or mail.password ({}).",
    ),
    smtplib.SMTPSenderRefused: (
        UpstreamKind.REFUSED,
        "The mail server refuses the address mail.sender ({}).",
    ),
    smtplib.SMTPResponseException: (
        UpstreamKind.BUSY,
        "The mail server does not take mails now ({}).",
    ),
    smtplib.SMTPNotSupportedError: (
        UpstreamKind.REFUSED,
        "The mail server does not offer what mail.security or mail.user needs.",
    ),
    ssl.SSLError: (
        UpstreamKind.FAILED,
        "The mail server's certificate or encryption does not fit ({}).",
    ),
    TimeoutError: (UpstreamKind.TIMEOUT, "The mail server takes too long to answer."),
    OSError: (UpstreamKind.UNREACHABLE, "The mail server cannot be reached ({})."),
}


class Security(StrEnum):
    """How the connection is encrypted."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class SmtpConfig:
    """Where the mail server is and how the portal signs in; ``ca_file`` may be empty.

    ``hello`` is the host that the portal says it is.
    """

    host: str
    port: int
    security: Security
    hello: str
    user: str = ""
    password: str = field(default="", repr=False)
    ca_file: str = ""
    seconds: float = SECONDS


class SmtpServer:
    """``services.mail.port.MailServer`` over SMTP: a connection for each mail."""

    def __init__(self, config: SmtpConfig, sender: Sender, clock: Clock) -> None:
        self.config = config
        self.sender = sender
        self._clock = clock
        self._away: tuple[datetime, Upstream] | None = None

    def send(self, message: Message) -> None:
        """Hand the mail over.

        Raises ``Undeliverable`` where the recipient or the mail is refused for good (5xx), and
        ``Upstream`` for everything that may be otherwise later.
        """
        mail = envelope(message, self.sender)
        with self._connected() as server, _understood():
            try:
                server.send_message(mail, self.sender.address.address, [message.to.address])
            except smtplib.SMTPNotSupportedError as error:
                raise Undeliverable(NOT_ASCII) from error

    def check(self) -> None:
        """Connect, sign in and leave, also where the server was away a moment ago."""
        with _understood():
            server = self._open()
        _leave(server)

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        now = self._clock.now()
        if self._away and now < self._away[0]:
            raise self._away[1]
        try:
            with _understood():
                server = self._open()
        except Upstream as error:
            self._away = now + PAUSE, error
            raise
        self._away = None
        try:
            yield server
        finally:
            _leave(server)

    def _open(self) -> smtplib.SMTP:
        chosen = self.config
        where, hello, seconds = (chosen.host, chosen.port), chosen.hello, chosen.seconds
        server = (
            smtplib.SMTP_SSL(*where, hello, timeout=seconds, context=self._context())
            if chosen.security is Security.TLS
            else smtplib.SMTP(*where, hello, timeout=seconds)
        )
        try:
            if chosen.security is Security.STARTTLS:
                server.starttls(context=self._context())
            if chosen.user:
                server.login(chosen.user, chosen.password)
        except BaseException:
            server.close()
            raise
        return server

    def _context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.config.ca_file or None)


def _leave(server: smtplib.SMTP) -> None:
    """Say farewell; the mail was taken or not by now, so one that fails must not send it again."""
    with suppress(OSError):
        server.quit()
    server.close()


@contextmanager
def _understood() -> Iterator[None]:
    """Raise in the portal's words what smtplib and the network say; all of it is an OSError."""
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        raise _refused("recipient", *next(iter(error.recipients.values()))) from error
    except smtplib.SMTPDataError as error:
        raise _refused("mail", error.smtp_code, error.smtp_error) from error
    except OSError as error:
        kind, words = next(told for one, told in OBSTACLES.items() if isinstance(error, one))
        raise Upstream(kind, words.format(_detail(error))) from error


def _refused(what: str, code: int, text: bytes | str) -> Undeliverable | Upstream:
    """Tell what is refused for good from what is put off."""
    told = _told(code, text)
    if code >= PERMANENT:
        return Undeliverable(f"The mail server refused the {what} for good ({told}).")
    return Upstream(UpstreamKind.BUSY, f"The mail server puts the {what} off ({told}).")


def _detail(error: OSError) -> str:
    """Return what is safe to show of an error: the server's own words hold addresses."""
    if isinstance(error, smtplib.SMTPResponseException):
        return _told(error.smtp_code, error.smtp_error)
    if isinstance(error, ssl.SSLError):
        return error.reason or type(error).__name__
    return type(error).__name__


def _told(code: int, text: bytes | str) -> str:
    """Return the code with the enhanced one (RFC 3463) where there is one, such as 550 5.1.1."""
    more = ENHANCED.search(text if isinstance(text, bytes) else text.encode(errors="replace"))
    return f"{code} {more[0].decode()}" if more else str(code)
