"""Mail: each event one mail, to the right person, sent by a job that loses nothing."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.apps import DISPLAY_NAME, DeveloperApp
from app.domain.attributes import Attribute
from app.domain.audit import Actor
from app.domain.errors import Conflict, InvalidInput, Upstream, UpstreamKind
from app.domain.jobs import Job, JobKind, JobState
from app.domain.keys import ApprovalStatus, Key
from app.domain.mail import MailKind, Undeliverable
from app.domain.people import ADMINISTRATOR, PRODUCT_OWNER, SUPPORT
from app.jobs.worker import Handler, Worker
from app.notify.texts import Texts
from app.services.mail.mail import Mail
from app.services.mail.sending import KEPT, MailSending
from tests.architecture.sources import TEMPLATES
from tests.unit.services.house import DANA, House, identity

NOBODY = Actor(None, "anonymous")

DOWN = Upstream(UpstreamKind.UNREACHABLE, "The mail server cannot be reached.")
TRIP = DeveloperApp(
    "app-1",
    "trip 1",
    "dev-1",
    ApprovalStatus.APPROVED,
    attributes=(Attribute(DISPLAY_NAME, "Trip"),),
)


def mail(house: House) -> Mail:
    return house.portal.work.mail.mail


def worker(house: House) -> Worker:
    handlers = {kind: Handler(run) for kind, run in house.portal.work.handlers.items()}
    return Worker(house.jobs, handlers, "one", jitter=lambda _low, high: high)


def mails(house: House) -> list[Job]:
    return [job for job in house.jobs.held.values() if job.kind is JobKind.SEND_MAIL]


def text(house: House) -> str:
    [message] = house.mail.server.taken
    return message.words.text


def key(house: House) -> Key:
    ends = house.clock.now() + timedelta(days=7)
    return Key("k" * 16, "a1b2", ApprovalStatus.APPROVED, expires_at=ends)


def administrator(house: House, email: str, **facts: object) -> None:
    house.sign_up(email, **{"roles": frozenset({ADMINISTRATOR}), **facts})


def test_a_mail_waits_in_the_outbox_until_a_worker_sends_it(house: House) -> None:
    house.fill_index()
    mail(house).developer_deactivated(DANA)
    assert house.mail.told() == []
    house.work()
    assert house.mail.told() == [("developer_deactivated for Dana Reyes", DANA)]
    [message] = house.mail.server.taken
    assert message.at == house.clock.now()


def test_a_job_tells_neither_who_nor_what(house: House) -> None:
    mail(house).registration_refused(house.account_of(), "Not for private use.")
    [job] = mails(house)
    assert dict(job.facts) == {"mail": "1", "about": "registration_refused"}
    assert job.about == ""


def test_nothing_is_lost_while_the_server_is_away_and_nothing_comes_twice(house: House) -> None:
    mail(house).developer_activated(DANA)
    house.mail.server.error = DOWN
    assert worker(house).run_one()
    assert not worker(house).run_one()
    [job] = mails(house)
    assert (job.state, job.error) == (JobState.WAITING, DOWN.message)
    house.mail.server.error = None
    house.clock.pass_by(10)
    while worker(house).run_one():
        pass
    house.portal.work.mail.sending.run(job)
    assert len(house.mail.server.taken) == 1


def test_a_mail_that_was_taken_as_the_worker_died_is_known_as_the_same_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_given: object) -> None:
        raise OSError("the database is gone")

    mail(house).developer_activated(DANA)
    with monkeypatch.context() as while_it_is_gone:
        while_it_is_gone.setattr(house.mail.outbox, "sent", dies)
        assert worker(house).run_one()
    house.clock.pass_by(60)
    assert worker(house).run_one()
    first, second = house.mail.server.taken
    assert first.reference == second.reference
    assert not worker(house).run_one()


def test_a_refusal_for_good_is_a_failed_job_that_somebody_can_try_again(house: House) -> None:
    mail(house).invitation("ravi@example.com", "Ada")
    house.mail.server.error = Undeliverable("The mail server refused the recipient for good (550).")
    assert worker(house).run_one()
    [job] = mails(house)
    assert (job.state, job.attempts) == (JobState.FAILED, 1)
    assert "(550)" in job.error
    house.mail.server.error = None
    house.jobs.hasten(job.job_id)
    assert worker(house).run_one()
    assert house.mail.told() == [("invitation for ravi@example.com", "ravi@example.com")]


def test_an_event_that_is_told_twice_is_one_mail(house: House) -> None:
    ending = key(house)
    for _ in range(2):
        mail(house).key_expiring(TRIP, DANA, ending, 7)
        house.work()
        house.clock.pass_by(3_600)
    assert len(house.mail.server.taken) == 1
    mail(house).key_expiring(TRIP, DANA, ending, 1)
    later = replace(ending, expires_at=house.clock.now() + timedelta(days=8))
    mail(house).key_expiring(TRIP, DANA, later, 7)
    house.work()
    assert len(house.mail.server.taken) == 3


def test_a_canceled_mail_does_not_come_back_by_the_same_event(house: House) -> None:
    ending = key(house)
    mail(house).key_expiring(TRIP, DANA, ending, 7)
    [job] = mails(house)
    house.jobs.cancel(job.job_id)
    mail(house).key_expiring(TRIP, DANA, ending, 7)
    house.work()
    assert (len(mails(house)), house.mail.told()) == (1, [])


def test_a_job_that_was_never_made_is_made_by_the_next_time(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_new: object) -> Job:
        raise OSError("disk full")

    ending = key(house)
    with monkeypatch.context() as broken_jobs:
        broken_jobs.setattr(house.jobs, "add", broken)
        mail(house).key_expiring(TRIP, DANA, ending, 7)
    assert mails(house) == []
    mail(house).key_expiring(TRIP, DANA, ending, 7)
    house.work()
    assert len(house.mail.told()) == 1


def test_a_warning_says_how_many_days_are_left(house: House) -> None:
    ending = replace(key(house), expires_at=house.clock.now() + timedelta(days=4, hours=1))
    mail(house).key_expiring(TRIP, DANA, ending, 7)
    house.work()
    assert "days: 5" in text(house).splitlines()


def test_a_warning_is_not_sent_after_the_end(house: House) -> None:
    mail(house).key_expiring(TRIP, DANA, key(house), 7)
    house.clock.pass_by(timedelta(days=7).total_seconds())
    house.work()
    assert house.mail.told() == []
    assert house.mail.outbox.letters == {}


def test_a_key_without_end_needs_no_warning(house: House) -> None:
    mail(house).key_expiring(TRIP, DANA, replace(key(house), expires_at=None), 7)
    assert mails(house) == []


def test_the_key_is_named_and_its_app_can_be_opened(house: House) -> None:
    mail(house).key_retired(TRIP, DANA, key(house), "Production")
    house.work()
    assert text(house).splitlines() == [
        "app: Trip",
        "ending: a1b2",
        "key: Production",
        "url: https://portal.example/apps/trip%201",
    ]


def test_products_are_called_as_people_know_them(house: House) -> None:
    house.portal.products.catalogue()
    mail(house).access_refused(TRIP, DANA, "weather-free", "No.")
    mail(house).access_approved(TRIP, DANA, "unknown")
    house.work()
    refused, approved = (message.words.text for message in house.mail.server.taken)
    assert "product: The weather-free" in refused
    assert "reason: No." in refused
    assert "product: unknown" in approved


def test_who_decides_is_told_what_waits(house: House) -> None:
    house.fill_index()
    administrator(house, "ada@example.com")
    administrator(house, "eve@example.com", email_verified=False)
    house.sign_up("sam@example.com", roles=frozenset({SUPPORT}))
    blocked = house.sign_up("bea@example.com", roles=frozenset({ADMINISTRATOR}))
    house.accounts.block(blocked.account_id, blocked=True)
    mail(house).access_requested(TRIP, DANA, ["weather-free", "ledger"])
    ravi = house.sign_up("ravi@example.com")
    mail(house).registration_waiting(ravi, "request-1")
    mail(house).registration_waiting(ravi, "request-1")
    house.work()
    assert house.mail.told() == [
        ("access_requested for Ada Reyes", "ada@example.com"),
        ("registration_waiting for Ada Reyes", "ada@example.com"),
    ]
    assert "person: Dana Reyes" in house.mail.server.taken[0].words.text


def test_owners_of_products_are_told_of_theirs_in_the_place_of_administrators(
    house: House,
) -> None:
    administrator(house, "ada@example.com")
    house.sign_up("pia@example.com", roles=frozenset({PRODUCT_OWNER}))
    owners = {"ledger": ("books@example.com", PRODUCT_OWNER), "maps": ("books@example.com",)}
    to = replace(mail(house).to, owners=lambda name: owners.get(name, ()))
    asked = ["ledger", "maps", "weather-free"]
    replace(mail(house), to=to).access_requested(TRIP, DANA, asked)
    house.work()
    found = {
        message.to.address: next(
            line for line in message.words.text.splitlines() if line.startswith("products:")
        )
        for message in house.mail.server.taken
    }
    assert found == {
        "books@example.com": "products: ledger, maps",
        "pia@example.com": "products: ledger",
        "ada@example.com": "products: weather-free",
    }


def test_a_mailbox_that_the_operator_named_stands_for_all_administrators(house: House) -> None:
    administrator(house, "ada@example.com")
    to = replace(mail(house).to, office=("office@example.com",))
    replace(mail(house), to=to).registration_waiting(house.account_of(), "request-1")
    house.work()
    assert [address for _, address in house.mail.told()] == ["office@example.com"]


def test_a_changed_address_is_told_at_both(house: House) -> None:
    mail(house).email_changed("Dana Reyes", "old@example.com", "new@example.com")
    house.work()
    assert house.mail.told() == [
        ("email_changed for Dana Reyes", "old@example.com"),
        ("email_changed for Dana Reyes", "new@example.com"),
    ]


def test_another_address_at_the_provider_is_told_and_used_from_then_on(house: House) -> None:
    house.account_of()
    changed = identity("novak@example.com", subject="dana")
    for _ in range(2):
        house.portal.sign_in.complete(changed, NOBODY)
    mail(house).developer_deactivated(DANA)
    house.work()
    assert [(subject.partition(" ")[0], to) for subject, to in house.mail.told()] == [
        ("email_changed", DANA),
        ("email_changed", "novak@example.com"),
        ("developer_deactivated", "novak@example.com"),
    ]


@pytest.mark.parametrize(
    ("address", "is_verified", "wanted"),
    [("x@example.com", False, DANA), ("Dana@Example.com", True, "Dana@Example.com")],
)
def test_an_unverified_address_or_other_letters_are_no_news(
    house: House, address: str, is_verified: bool, wanted: str
) -> None:
    house.account_of()
    sent = identity(address, subject="dana", email_verified=is_verified)
    house.portal.sign_in.complete(sent, NOBODY)
    mail(house).developer_deactivated(DANA)
    house.work()
    told = house.mail.told()
    assert [(subject.partition(" ")[0], to) for subject, to in told] == [
        ("developer_deactivated", wanted)
    ]


def test_nobody_is_written_to_at_an_address_that_is_not_proven(house: House) -> None:
    eve = house.sign_up("eve@example.com", email_verified=False)
    mail(house).registration_refused(eve, "No.")
    mail(house).invitation("no address", "Ada")
    mail(house).invitation("two@example.com, lines@example.com", "Ada")
    assert mails(house) == []


def test_an_outbox_that_fails_undoes_nothing(
    house: House, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_given: object) -> int:
        raise OSError("disk full")

    monkeypatch.setattr(house.mail.outbox, "add", broken)
    mail(house).developer_activated(DANA)
    assert "developer_activated could not be put" in caplog.text
    assert DANA not in caplog.text


def test_where_mail_is_off_nothing_is_kept(house: House) -> None:
    off = replace(mail(house), outbox=None)
    off.developer_activated(DANA)
    off.invitation("ravi@example.com", "Ada")
    assert mails(house) == []
    sending = MailSending(None, house.clock)
    with pytest.raises(Conflict, match="No mail server"):
        sending.try_out("ada@example.com")
    mail(house).developer_activated(DANA)
    with pytest.raises(Undeliverable, match=r"mail\.host"):
        sending.run(mails(house)[0])


def test_mails_of_long_ago_are_forgotten(house: House) -> None:
    mail(house).developer_activated(DANA)
    house.work()
    forget = house.portal.work.chores[JobKind.TIDY_MAILS].run
    house.clock.pass_by(KEPT.total_seconds())
    forget(mails(house)[0])
    assert house.mail.outbox.begun != {}
    house.clock.pass_by(1)
    forget(mails(house)[0])
    assert house.mail.outbox.begun == {}


def test_trying_mail_out_says_at_once_what_is_in_the_way(house: House) -> None:
    sending = house.portal.work.mail.sending
    sending.try_out("ada@example.com")
    assert house.mail.told() == [("trial for ada@example.com", "ada@example.com")]
    with pytest.raises(InvalidInput):
        sending.try_out("ada")
    house.mail.server.error = DOWN
    with pytest.raises(Upstream):
        sending.try_out("ada@example.com")


def test_every_kind_of_mail_has_a_template() -> None:
    files = {file.stem for file in (TEMPLATES / "mail").glob("[a-z]*.*")}
    assert files == {kind.value for kind in MailKind}


def test_the_templates_need_no_more_than_each_mail_brings(house: House) -> None:
    administrator(house, "ada@example.com")
    texts = Texts(TEMPLATES, None, {"name": "Portal", "url": "https://p.example", "support": ""})
    ports = replace(house.mail.ports, texts=texts)
    begun, dana = mail(house), house.account_of()
    begun.invitation("ravi@example.com", "Ada")
    begun.developer_activated(DANA)
    begun.developer_deactivated(DANA)
    begun.registration_waiting(dana, "request-1")
    begun.registration_approved(dana)
    begun.registration_refused(dana, "No.")
    begun.access_requested(TRIP, DANA, ["ledger"])
    begun.access_approved(TRIP, DANA, "ledger")
    begun.access_refused(TRIP, DANA, "ledger", "No.")
    begun.key_expiring(TRIP, DANA, key(house), 7)
    begun.key_retired(TRIP, DANA, key(house))
    begun.email_changed("Dana", "", "new@example.com")
    sending = MailSending(ports, house.clock)
    for job in mails(house):
        sending.run(job)
    sending.try_out("ada@example.com")
    assert {job.facts["about"] for job in mails(house)} == set(MailKind) - {MailKind.TRIAL}
    assert len(house.mail.server.taken) == len(MailKind)
