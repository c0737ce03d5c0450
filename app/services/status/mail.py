"""Whether the mail server lets the portal in; no mail is sent."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from app.domain.checks import Area, Finding, Outcome
from app.services.mail.port import MailPorts
from app.services.status.outside import Trial

OFF: Final = "Mail is off: nobody is told anything by mail."
SET: Final = "Set mail.host and mail.sender, as docs/mail.md says."
TRY: Final = "Check the settings under mail, then: flask --app wsgi mail try YOUR-ADDRESS"


@dataclass(frozen=True, slots=True)
class MailChecks:
    """Asks the mail server where there is one; without ``ports`` mail is off."""

    ports: MailPorts | None

    def run(self) -> Iterator[Finding]:
        """Connect, sign in and leave."""
        if self.ports is None:
            yield Finding(Area.PORTAL, "Mail", Outcome.GOOD, OFF, SET)
            return
        trial = Trial.of(self.ports.server.check)
        yield trial.finding(Area.PORTAL, "Mail", lambda _code: TRY)
