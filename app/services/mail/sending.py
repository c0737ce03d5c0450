"""The jobs behind mail: each sends one, and what was sent long ago is forgotten."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from app.domain.clock import Clock
from app.domain.errors import Conflict, InvalidInput
from app.domain.jobs import Job, JobKind
from app.domain.mail import Letter, MailKind, Message, Recipient, Undeliverable, is_address
from app.services.mail.port import MailPorts
from app.services.tidying import DAILY, Chore

NUMBER: Final = "mail"
# Longer than the first notice of an expiring key comes before its end: none is sent twice.
KEPT: Final = timedelta(days=90)
NOT_SET: Final = "No mail server is set: see the table mail of the settings."
OFF: Final = "The portal has no mail server any more: set mail.host, then do this job."


@dataclass(frozen=True, slots=True)
class MailSending:
    """Sends what waits; without ``ports`` mail is off."""

    ports: MailPorts | None
    clock: Clock

    def handlers(self) -> Mapping[JobKind, Callable[[Job], None]]:
        """Return what does the jobs about single mails."""
        return {JobKind.SEND_MAIL: self.run}

    def chores(self) -> Mapping[JobKind, Chore]:
        """Return what is done again and again."""
        return {JobKind.TIDY_MAILS: Chore(self.forget, DAILY)}

    def run(self, job: Job) -> None:
        """Send the job's mail, unless that was done or it came too late.

        Raises ``Undeliverable`` where it never can be sent, and ``Upstream`` while it cannot.
        """
        if self.ports is None:
            raise Undeliverable(OFF)
        number, outbox = int(job.facts[NUMBER]), self.ports.outbox
        letter = outbox.get(number)
        if letter is None:
            return
        try:
            if letter.until is None or self.clock.now() < letter.until:
                self._send(self.ports, letter)
        except Undeliverable:
            outbox.refused(number, self.clock.now())
            raise
        outbox.sent(number, self.clock.now())

    def try_out(self, address: str) -> None:
        """Send a mail that says that mail works, now; raise what is in the way."""
        if self.ports is None:
            raise Conflict(NOT_SET)
        if not is_address(address):
            raise InvalidInput({"email": "Enter an e-mail address, such as ravi@example.com."})
        reference = f"trial-{self.clock.now():%Y%m%d%H%M%S%f}"
        self._send(self.ports, Letter(MailKind.TRIAL, Recipient(address), reference))

    def forget(self, _job: Job) -> None:
        """Delete mails that were begun 90 days ago."""
        if self.ports is not None:
            self.ports.outbox.forget(self.clock.now() - KEPT)

    def _send(self, ports: MailPorts, letter: Letter) -> None:
        words = ports.texts.write(letter.kind, letter.to, letter.values)
        ports.server.send(Message(letter.to, words, letter.reference, self.clock.now()))
