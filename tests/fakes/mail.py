"""Mail in memory: an outbox proven by the same cases as the real one, and a server that keeps."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from app.domain.mail import Letter, MailKind, Message, Recipient, Written
from app.services.mail.port import MailPorts


@dataclass
class FakeOutbox:
    """``services.mail.port.Outbox`` in dicts."""

    letters: dict[int, Letter] = field(default_factory=dict)
    begun: dict[int, tuple[str, datetime]] = field(default_factory=dict)
    with_job: set[int] = field(default_factory=set)

    def add(self, letter: Letter, at: datetime) -> int | None:
        for number, (reference, _) in self.begun.items():
            if reference == letter.reference:
                return None if number in self.with_job else number
        number = len(self.begun) + 1
        self.letters[number] = letter
        self.begun[number] = letter.reference, at
        return number

    def waits(self, number: int) -> None:
        self.with_job.add(number)

    def get(self, number: int) -> Letter | None:
        return self.letters.get(number)

    def sent(self, number: int, at: datetime) -> None:
        del at
        self.waits(number)
        self.letters.pop(number, None)

    def refused(self, number: int, at: datetime) -> None:
        del at
        self.waits(number)

    def forget(self, begun_before: datetime) -> int:
        old = [number for number, (_, at) in self.begun.items() if at < begun_before]
        for number in old:
            del self.begun[number]
            self.letters.pop(number, None)
        return len(old)


@dataclass
class FakeMailServer:
    """``services.mail.port.MailServer`` that keeps messages, unless it has an error to raise."""

    taken: list[Message] = field(default_factory=list)
    error: Exception | None = None

    def send(self, message: Message) -> None:
        if self.error is not None:
            raise self.error
        self.taken.append(message)

    def check(self) -> None:
        if self.error is not None:
            raise self.error


@dataclass
class FakeTexts:
    """``services.mail.port.MailTexts`` that says what it was given, line by line."""

    def write(self, kind: MailKind, to: Recipient, values: Mapping[str, str]) -> Written:
        lines = [f"{name}: {value}" for name, value in sorted(values.items())]
        return Written(f"{kind.value} for {to.name or to.address}", "\n".join(lines), "")


@dataclass
class FakeMail:
    """The ports of mail with what a test looks at."""

    outbox: FakeOutbox = field(default_factory=FakeOutbox)
    server: FakeMailServer = field(default_factory=FakeMailServer)

    @property
    def ports(self) -> MailPorts:
        return MailPorts(self.outbox, FakeTexts(), self.server)

    def told(self) -> list[tuple[str, str]]:
        """Return subject and address of what was sent."""
        return [(message.words.subject, message.to.address) for message in self.server.taken]
