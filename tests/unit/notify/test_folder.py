"""Mails as files: each once, whole, readable as a mail."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from app.domain.errors import Upstream
from app.domain.mail import Message, Recipient, Undeliverable, Written
from app.notify.envelope import Sender
from app.notify.folder import FolderServer

MESSAGE = Message(
    Recipient("ravi@example.com"),
    Written("Hello", "Hello\n", "<p>Hello</p>\n"),
    "0123456789abcdef",
    datetime(2026, 3, 1, 12, 30, tzinfo=UTC),
)
SENDER = Sender(Recipient("portal@example.com"))


def test_a_mail_is_a_file_that_is_a_mail(tmp_path: Path) -> None:
    folder = tmp_path / "var" / "mail"
    server = FolderServer(folder, SENDER)
    server.send(MESSAGE)
    server.send(MESSAGE)
    server.send(replace(MESSAGE, reference="fedcba9876543210"))
    names = sorted(file.name for file in folder.iterdir())
    assert names == ["20260301-123000-0123456789abcdef.eml", "20260301-123000-fedcba9876543210.eml"]
    mail = message_from_bytes((folder / names[0]).read_bytes(), policy=default)
    assert (mail["To"], mail["Subject"]) == ("ravi@example.com", "Hello")


def test_an_address_beyond_ascii_is_written_and_none_is_refused_for_good(tmp_path: Path) -> None:
    server = FolderServer(tmp_path, SENDER)
    server.send(replace(MESSAGE, to=Recipient("ß@example.com")))
    [file] = tmp_path.iterdir()
    mail = message_from_bytes(file.read_bytes(), policy=default)
    assert mail["To"] == "ß@example.com"
    for address in (".x@y.example", "x@y.example."):
        with pytest.raises(Undeliverable):
            server.send(replace(MESSAGE, to=Recipient(address)))


def test_a_check_leaves_nothing_behind(tmp_path: Path) -> None:
    FolderServer(tmp_path / "mail", SENDER).check()
    assert list((tmp_path / "mail").iterdir()) == []


def test_a_folder_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Upstream, match="folder of mails"):
        FolderServer(tmp_path / "file", SENDER).send(MESSAGE)
    with pytest.raises(Upstream, match="folder of mails"):
        FolderServer(tmp_path / "file", SENDER).check()
