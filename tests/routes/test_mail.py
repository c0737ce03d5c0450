"""Mail through the whole portal: a page that causes it, a worker, a real mail server."""

from dataclasses import replace
from email import message_from_string
from email.policy import default
from pathlib import Path

import pytest
from click.testing import Result

from app.domain.jobs import JobKind, JobState
from app.notify.smtp import SmtpServer
from app.services.ingredients import Ports
from tests.mail_server import Post, mail_server
from tests.routes.conftest import Build
from tests.routes.house import House

SENDER = {"sender": "portal@example.com"}


def over(post: Post, **more: object) -> dict[str, object]:
    """Return the settings of mail for this server."""
    return {**SENDER, "host": "127.0.0.1", "port": post.port, "security": "none", **more}


def by_the_clock_of_the_test(ports: Ports) -> Ports:
    """Let a server that was away be left alone until the test moves its clock."""
    mail = ports.mail
    assert mail is not None
    assert isinstance(mail.server, SmtpServer)
    server = SmtpServer(mail.server.config, mail.server.sender, ports.clock)
    return replace(ports, mail=replace(mail, server=server))


def deactivate(house: House, login: str = "dana") -> None:
    house.developer(login)
    path = f"/admin/developers/{house.public_id(f'{login}@example.com')}/status"
    assert house.administrator().post(path, {"status": "inactive"}).status == 303


def command(house: House, *words: str) -> Result:
    return house.flask.test_cli_runner().invoke(args=["mail", *words])


def test_an_administrators_click_becomes_a_mail(build: Build) -> None:
    with mail_server() as post:
        house = build(mail=over(post))
        deactivate(house)
        assert post.mails == []
        house.work()
    [mail] = post.mails
    assert post.recipients == ["dana@example.com"]
    assert mail["From"] == "Developer portal <portal@example.com>"
    assert mail["Subject"] == "Your developer account is inactive"
    text, html = (part.get_content() for part in mail.iter_parts())
    assert "Hello Dana Reyes," in text
    assert "http://localhost:8000/apps" in text
    assert 'href="http://localhost:8000/apps"' in html


def test_a_mail_server_that_is_down_loses_nothing(build: Build) -> None:
    with mail_server() as gone:
        pass
    house = build(by_the_clock_of_the_test, mail=over(gone))
    deactivate(house)
    house.work()
    [job] = [job for job in house.jobs.held.values() if job.kind is JobKind.SEND_MAIL]
    assert job.state is JobState.WAITING
    page = house.administrator().get("/admin/jobs").text
    assert "Developer deactivated" in page
    assert "The mail server cannot be reached" in page
    assert "dana@example.com" not in page
    with mail_server(port=gone.port) as post:
        for _ in range(2):
            house.clock.advance(600)
            house.work()
    assert len(post.mails) == 1


def test_a_mail_refused_for_good_is_shown_and_can_be_sent_again(build: Build) -> None:
    with mail_server() as post:
        post.to_recipient = "550 5.1.1 no such user"
        house = build(mail=over(post))
        deactivate(house)
        house.work()
        ada = house.administrator()
        page = ada.get("/admin/jobs?state=failed").text
        assert "refused the recipient for good (550 5.1.1)" in page
        [job] = [job for job in house.jobs.held.values() if job.kind is JobKind.SEND_MAIL]
        assert "is not sent" in ada.get(f"/admin/jobs/{job.job_id}/cancellation").text
        post.to_recipient = "250 OK"
        assert ada.post(f"/admin/jobs/{job.job_id}/retry").status == 303
        house.work()
    assert len(post.mails) == 1


def test_mails_can_be_files_and_ones_own_templates_are_used(build: Build, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    own.joinpath("developer_deactivated.txt").write_text("Subject: Off\n\nGone, {{ name }}.")
    mails = tmp_path / "mails"
    house = build(mail={**SENDER, "folder": str(mails), "templates": str(own)})
    deactivate(house)
    house.work()
    [file] = mails.iterdir()
    content = file.read_text()
    assert "Subject: Off" in content
    assert "Gone, Dana Reyes." in content
    assert "Nothing is deleted" in content  # the portal's own HTML


def test_without_settings_nothing_is_kept_and_nothing_is_sent(house: House) -> None:
    deactivate(house)
    assert [job.kind for job in house.jobs.held.values()] == []
    done = command(house, "try", "ada@example.com")
    assert (done.exit_code, "No mail server is set" in done.output) == (1, True)


def test_the_command_says_whether_mail_works(build: Build) -> None:
    with mail_server() as post:
        house = build(mail=over(post))
        done = command(house, "try", "ada@example.com")
        assert (done.exit_code, done.output) == (
            0,
            "The mail server took a mail to ada@example.com.\n",
        )
        post.to_recipient = "550 no"
        refused = command(house, "try", "ada@example.com")
    assert refused.exit_code == 1
    assert "refused the recipient for good (550)" in refused.output
    assert [mail["Subject"] for mail in post.mails] == ["Mail of Developer portal works"]


@pytest.mark.parametrize("address", ["nobody", "a@b\r\nBcc: c@d"])
def test_the_command_refuses_what_is_no_address(build: Build, address: str) -> None:
    with mail_server() as post:
        assert command(build(mail=over(post)), "try", address).exit_code == 1
        assert post.mails == []


def test_the_owner_of_a_product_is_told_who_waits_and_opens_the_queue(
    build: Build, tmp_path: Path
) -> None:
    mails = tmp_path / "mails"
    owners = {"owners": {"payments": ["pia@example.com"]}}
    house = build(mail={**SENDER, "folder": str(mails)}, products=owners)
    house.developer("dana")
    dana = house.signed_in("dana")
    fields = {"display_name": "Trip", "products": "payments", "request_id": "r1"}
    assert dana.post("/apps/new", fields, shows_keys=True).status == 200
    house.work()
    [file] = mails.iterdir()
    content = file.read_text()
    assert "To: pia@example.com" in content
    assert "Subject: Trip asks for Payments" in content
    pia = house.signed_in("pia", roles=frozenset({"product_owner"}))
    [app] = house.apigee.by_app.values()
    [key] = app.keys
    row = f"on-{key.key_id}-payments"
    path = f"/admin/approvals?app={app.app_id}&product=payments"
    body = message_from_string(content, policy=default).get_body(("plain",))
    assert body is not None
    assert f"http://localhost:8000{path}#{row}" in body.get_content()
    assert pia.get(path).page.by_id(row) is not None
    assert house.apigee.by_key_id[key.key_id].consumer_key.reveal() not in content
    assert "Trip" in pia.get("/admin/approvals").text
