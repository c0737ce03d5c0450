"""The settings of mail: off by default, one way to send, no password in the open."""

from pathlib import Path

import pytest

from app.domain.outgoing import Outgoing
from app.mail_ports import mail_ports
from app.notify.folder import FolderServer
from app.notify.smtp import SmtpServer
from app.settings import Settings
from tests.fakes.clock import HandClock
from tests.fakes.mail import FakeOutbox
from tests.unit.starting import GOOD, Refusal, Start

HOST = {"PORTAL_MAIL__HOST": "smtp.example.com", "PORTAL_MAIL__SENDER": "portal@example.com"}


def server(settings: Settings) -> object:
    ports = mail_ports(settings, Path("templates"), FakeOutbox(), HandClock(), Outgoing())
    return ports.server if ports else None


def test_without_a_server_there_is_no_mail(start: Start) -> None:
    assert server(start()) is None


def test_a_server_a_folder_and_the_password_arrive(start: Start) -> None:
    signed_in = {"PORTAL_MAIL__USER": "portal", "PORTAL_MAIL__PASSWORD": "a-password"}
    settings = start({**GOOD, **HOST, **signed_in})
    assert isinstance(server(settings), SmtpServer)
    assert "a-password" not in repr(settings)
    gone = dict.fromkeys(signed_in)
    folder = {"PORTAL_MAIL__HOST": None, "PORTAL_MAIL__FOLDER": "mails", **gone}
    assert isinstance(server(start({**HOST, **folder})), FolderServer)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"PORTAL_MAIL__SENDER": None}, "sender is needed"),
        ({"PORTAL_MAIL__FOLDER": "mails"}, "folder and host exclude each other"),
        ({"PORTAL_MAIL__USER": "portal"}, "user and password need each other"),
        ({"PORTAL_MAIL__PASSWORD": "a-password"}, "user and password need each other"),
        ({"PORTAL_MAIL__SENDER": "Portal <portal@example.com>"}, "must be an e-mail address"),
        ({"PORTAL_MAIL__OFFICE": '["nobody"]'}, "must be an e-mail address"),
        ({"PORTAL_MAIL__TEMPLATES": "nowhere"}, "must be a folder that is there"),
        (
            {
                "PORTAL_MAIL__SECURITY": "none",
                "PORTAL_MAIL__USER": "portal",
                "PORTAL_MAIL__PASSWORD": "a-password",
            },
            "would show the password",
        ),
    ],
)
def test_what_does_not_fit_together_is_named(
    refusal: Refusal, changes: dict[str, str | None], told: str
) -> None:
    text = refusal({**HOST, **changes})
    assert told in text
    assert "a-password" not in text
