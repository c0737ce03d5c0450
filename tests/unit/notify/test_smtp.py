"""The portal's SMTP client and a real server: taken, refused, put off, away."""

import socket
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from app.domain.errors import Upstream, UpstreamKind
from app.domain.mail import Message, Recipient, Undeliverable, Written
from app.notify.envelope import Sender
from app.notify.smtp import PAUSE, Security, SmtpConfig, SmtpServer
from tests.fakes.clock import HandClock
from tests.mail_server import mail_server
from tests.unit.apigee.certificates import authority

SENDER = Sender(Recipient("portal@example.com", "Quillhaven"), "help@example.com")
RAVI = Recipient("ravi@example.com", "Ravi Iyer")
WORDS = Written("Kéy ends", "Hello Ravi,\n", "<p>Hello Ravi,</p>\n")
PASSWORD = "correct horse battery staple"


def message(to: Recipient = RAVI, words: Written = WORDS) -> Message:
    return Message(to, words, "0123456789abcdef", datetime(2026, 3, 1, 12, tzinfo=UTC))


def server(port: int, clock: HandClock | None = None, **changes: object) -> SmtpServer:
    known: dict[str, object] = {
        "host": "127.0.0.1",
        "port": port,
        "security": Security.NONE,
        "hello": "portal.example",
        "seconds": 20.0,
    }
    config = SmtpConfig(**(known | changes))  # type: ignore[arg-type] # a test's own shorthand
    return SmtpServer(config, SENDER, clock or HandClock())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_mail_arrives_with_text_and_html_and_its_headers() -> None:
    with mail_server() as post:
        server(post.port).send(message())
    [mail] = post.mails
    assert post.recipients == ["ravi@example.com"]
    assert post.greeted == ["portal.example"]
    assert mail["From"] == "Quillhaven <portal@example.com>"
    assert mail["To"] == "Ravi Iyer <ravi@example.com>"
    assert mail["Reply-To"] == "help@example.com"
    assert mail["Subject"] == "Kéy ends"
    assert mail["Message-ID"] == "<0123456789abcdef@example.com>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"].datetime == datetime(2026, 3, 1, 12, tzinfo=UTC)
    parts = {part.get_content_type(): part.get_content() for part in mail.iter_parts()}
    assert parts == {"text/plain": "Hello Ravi,\r\n", "text/html": "<p>Hello Ravi,</p>\r\n"}


def test_the_connection_is_encrypted_before_the_password_is_said(tmp_path: Path) -> None:
    signed = authority(tmp_path)
    with mail_server(starttls=signed.server, login=("portal", PASSWORD)) as post:
        server(
            post.port,
            security=Security.STARTTLS,
            user="portal",
            password=PASSWORD,
            ca_file=str(signed.file),
        ).send(message())
    assert post.encrypted == [True]
    assert len(post.mails) == 1


def test_the_connection_can_be_encrypted_from_the_start(tmp_path: Path) -> None:
    signed = authority(tmp_path)
    with mail_server(tls=signed.server) as post:
        server(post.port, security=Security.TLS, ca_file=str(signed.file)).send(message())
    assert len(post.mails) == 1


def test_nothing_is_said_to_a_server_that_offers_no_encryption() -> None:
    with mail_server() as post:
        with pytest.raises(Upstream, match="does not offer"):
            server(post.port, security=Security.STARTTLS).send(message())
        assert (post.greeted, post.mails) == ([], [])


def test_a_server_that_nobody_vouches_for_gets_no_mail(tmp_path: Path) -> None:
    with mail_server(starttls=authority(tmp_path).server) as post:
        with pytest.raises(Upstream, match="CERTIFICATE_VERIFY_FAILED") as refused:
            server(post.port, security=Security.STARTTLS).send(message())
        assert post.mails == []
    assert refused.value.kind is UpstreamKind.FAILED


def test_a_wrong_password_is_named_without_its_value(tmp_path: Path) -> None:
    signed = authority(tmp_path)
    with mail_server(starttls=signed.server, login=("portal", PASSWORD)) as post:
        wrong = server(
            post.port,
            security=Security.STARTTLS,
            user="portal",
            password="a-wrong-one",
            ca_file=str(signed.file),
        )
        with pytest.raises(Upstream, match=r"mail\.password \(535 5\.7\.8\)") as refused:
            wrong.send(message())
    assert refused.value.kind is UpstreamKind.CREDENTIALS
    assert "a-wrong-one" not in f"{refused.value} {wrong.__dict__}"


@pytest.mark.parametrize("what", ["to_recipient", "to_mail"])
def test_a_refusal_for_good_is_told_from_one_for_now(what: str) -> None:
    with mail_server() as post:
        setattr(post, what, "550 5.1.1 no such user ravi@example.com")
        with pytest.raises(Undeliverable, match=r"for good \(550 5\.1\.1\)") as refused:
            server(post.port).send(message())
        assert "ravi" not in refused.value.message
        setattr(post, what, "451 4.7.1 come back later")
        with pytest.raises(Upstream, match=r"off \(451 4\.7\.1\)") as put_off:
            server(post.port).send(message())
        assert put_off.value.kind is UpstreamKind.BUSY
        assert post.mails == []


def test_a_sender_that_is_refused_is_the_settings_matter_and_tried_again() -> None:
    with mail_server() as post:
        post.to_sender = "553 5.1.8 no"
        with pytest.raises(Upstream, match=r"mail\.sender \(553 5\.1\.8\)"):
            server(post.port).send(message())


def test_a_server_that_is_away_is_left_alone_for_half_a_minute() -> None:
    clock, port = HandClock(), free_port()
    carrier = server(port, clock)
    with pytest.raises(Upstream, match="cannot be reached"):
        carrier.send(message())
    with mail_server(port=port) as post:
        with pytest.raises(Upstream, match="cannot be reached"):
            carrier.send(message())
        assert post.greeted == []
        clock.advance(PAUSE.total_seconds())
        carrier.send(message())
        assert len(post.mails) == 1


def test_an_answer_that_never_comes_ends_by_the_clock() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with pytest.raises(Upstream) as refused:
            server(silent.getsockname()[1], seconds=0.2).send(message())
    assert refused.value.kind is UpstreamKind.UNREACHABLE


def test_a_line_break_in_a_name_makes_no_header() -> None:
    with mail_server() as post:
        server(post.port).send(message(Recipient("ravi@example.com", "Ravi\r\nBcc: eve@evil.test")))
    [mail] = post.mails
    assert mail["Bcc"] is None
    assert post.recipients == ["ravi@example.com"]
    assert mail["To"].addresses[0].display_name == "Ravi Bcc: eve@evil.test"


@pytest.mark.parametrize(
    ("to", "words"),
    [
        (Recipient("ravi@example.com\r\nRCPT TO:<eve@evil.test>"), WORDS),
        (Recipient("ravi@example.com, eve@evil.test"), WORDS),
        (RAVI, Written("Hi\r\nBcc: eve@evil.test", "", "")),
    ],
)
def test_an_address_or_subject_that_would_be_more_than_one_is_not_sent(
    to: Recipient, words: Written
) -> None:
    with mail_server() as post:
        with pytest.raises(Undeliverable):
            server(post.port).send(message(to, words))
        assert (post.mails, post.recipients) == ([], [])


@pytest.mark.parametrize("address", ["jürgen@example.com", "ravi@münchen.example"])
def test_an_address_beyond_ascii_is_refused_where_the_server_cannot_take_it(address: str) -> None:
    with mail_server() as post:
        with pytest.raises(Undeliverable):
            server(post.port).send(message(Recipient(address)))
        assert post.mails == []


@pytest.mark.parametrize("address", ["ß@example.com", "ravi@münchen.example", "анна@example.com"])
def test_an_address_beyond_ascii_is_written_to_where_the_server_takes_it(address: str) -> None:
    with mail_server(utf8=True) as post:
        server(post.port).send(message(Recipient(address, "Jürgen")))
        assert post.recipients == [address]
        assert post.mails[0]["To"] == f"Jürgen <{address}>"


@pytest.mark.parametrize(
    "address", [".x@y.example", "x..y@y.example", "x@y.example.", "x@y..example", "x"]
)
def test_an_address_that_no_mail_can_have_is_refused_for_good(address: str) -> None:
    with mail_server(utf8=True) as post:
        with pytest.raises(Undeliverable, match="No mail can be sent"):
            server(post.port).send(message(Recipient(address)))
        assert post.mails == []


def test_a_check_goes_as_far_as_a_mail_would_and_sends_none(tmp_path: Path) -> None:
    signed = authority(tmp_path)
    with mail_server(starttls=signed.server, login=("portal", PASSWORD)) as post:
        known = partial(
            server, post.port, security=Security.STARTTLS, user="portal", ca_file=str(signed.file)
        )
        known(password=PASSWORD).check()
        with pytest.raises(Upstream, match=r"mail\.password"):
            known(password="a-wrong-one").check()
        assert post.mails == []


def test_a_check_looks_again_where_the_server_was_away() -> None:
    port = free_port()
    carrier = server(port)
    with pytest.raises(Upstream):
        carrier.send(message())
    with mail_server(port=port):
        carrier.check()
