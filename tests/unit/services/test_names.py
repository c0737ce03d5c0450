"""First and last names kept in step between provider, portal and Apigee."""

import pytest

from app.domain.audit import Action, Actor
from app.domain.errors import Upstream
from app.domain.jobs import JobKind
from app.domain.people import Account
from tests.unit.services.house import DANA, DOWN, LOST, House, identity

NOBODY = Actor(None, "anonymous")


@pytest.fixture
def dana(house: House) -> Account:
    house.fill_index()
    account = house.accounts.of_developer(DANA)
    assert account is not None
    house.asked()
    return account


def sign_in(house: House, **facts: object) -> Account:
    return house.portal.sign_in.complete(identity(DANA, **facts), NOBODY)


def names(house: House) -> tuple[str, str]:
    developer = house.apigee.by_email[DANA]
    return developer.first_name, developer.last_name


def waiting(house: House) -> list[JobKind]:
    return [job.kind for job in house.jobs.held.values() if job.is_unfinished]


def test_a_new_name_at_the_provider_reaches_apigee_by_a_job(house: House, dana: Account) -> None:
    assert sign_in(house, last_name="Novak").name == "Dana Novak"
    assert house.asked() == []
    assert waiting(house) == [JobKind.SEND_NAMES]
    house.work()
    assert names(house) == ("Dana", "Novak")
    assert house.asked() == ["developers.get", "developers.before", "developers.update"]
    rows = house.rows(Action.DEVELOPER_UPDATE)
    assert [(row.phase.value, row.actor.name, row.target) for row in rows] == [
        ("intent", "system", DANA),
        ("done", "system", DANA),
    ]
    [row] = house.index.by_folded_email(DANA)
    assert row.name == "Dana Novak"
    assert dana.generation < house.owner().generation


def test_names_that_apigee_has_need_no_job(house: House, dana: Account) -> None:
    sign_in(house, first_name=dana.first_name, last_name=dana.last_name)
    sign_in(house, first_name="", last_name="")
    assert waiting(house) == []


@pytest.mark.usefixtures("dana")
def test_a_sign_in_does_not_wait_while_apigee_is_down(house: House) -> None:
    house.apigee.fail("developers.get", DOWN)
    assert sign_in(house, last_name="Novak").name == "Dana Novak"
    with pytest.raises(Upstream):
        house.work()
    assert names(house) != ("Dana", "Novak")


@pytest.mark.usefixtures("dana")
def test_two_sign_ins_make_one_job_that_sends_the_last_name(house: House) -> None:
    for name in ("Novak", "Novotna"):
        sign_in(house, last_name=name)
    assert waiting(house) == [JobKind.SEND_NAMES]
    house.work()
    assert names(house) == ("Dana", "Novotna")


def test_a_name_that_changes_while_it_is_sent_is_sent_again(house: House, dana: Account) -> None:
    sign_in(house, last_name="Novak")
    send = house.apigee.developers.update

    def slow(*asked: object) -> object:
        house.accounts.rename(dana.account_id, "Dana", "Novotna")
        return send(*asked)  # type: ignore[arg-type] # the port's own arguments

    house.portal.accounts.names.apigee.update = slow  # type: ignore[method-assign,assignment] # a race
    house.work()
    assert names(house) == ("Dana", "Novotna")


@pytest.mark.usefixtures("dana")
def test_a_job_that_is_done_again_changes_nothing(house: House) -> None:
    sign_in(house, last_name="Novak")
    [job] = house.jobs.held.values()
    house.work()
    house.portal.accounts.names.run(job)
    assert house.phases(Action.DEVELOPER_UPDATE) == ["intent", "done"]


def test_who_is_gone_needs_no_name(house: House, dana: Account) -> None:
    sign_in(house, last_name="Novak")
    house.apigee.by_email.clear()
    house.work()
    sign_in(house, last_name="Novotna")
    house.accounts.delete(dana.account_id)
    house.work()
    assert house.rows(Action.DEVELOPER_UPDATE) == []


def test_own_names_win_over_the_providers(house: House, dana: Account) -> None:
    own = house.portal.accounts.own
    assert own.rename(dana, NOBODY, " Dee ", "Novak")
    assert names(house) == ("Dee", "Novak")
    assert sign_in(house, first_name="Dana", last_name="Reyes").name == "Dee Novak"
    assert waiting(house) == []
    assert house.phases(Action.ACCOUNT_NAMES) == ["intent", "done"]


@pytest.mark.parametrize("problem", [DOWN, LOST])
def test_own_names_are_kept_here_while_apigee_is_down(
    house: House, dana: Account, problem: Upstream
) -> None:
    house.apigee.fail("developers.update", problem)
    assert not house.portal.accounts.own.rename(dana, NOBODY, "Dee", "Novak")
    assert house.accounts.get(dana.account_id).name == "Dee Novak"
    house.work()
    assert names(house) == ("Dee", "Novak")
