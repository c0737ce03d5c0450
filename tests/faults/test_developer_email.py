"""An administrator changes an address on Edge: nobody is lost, whatever becomes of the answer."""

import pytest

from app.domain.developers import NewDeveloper
from app.services.developer_office.adding import EXISTS
from emulator.faults import fault
from tests.contract.test_developer_address import LOST, NOT_DONE
from tests.faults.conftest import Build
from tests.faults.house import DANA, House
from tests.routes.client import Answer, Browser

NEW = "dana.reyes@example.org"


class Office:
    """Ada before the page of Dana's address, on Edge."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.ada: Browser = house.signed_in("ada", roles=frozenset({"administrator"}))
        self.page = house.developer_page()

    def change(self, new: str = NEW) -> Answer:
        """Type the new address and press the button."""
        form = f"{self.page}/email"
        return self.ada.submit(form, {"new_email": new}, action=form)

    def here(self) -> str:
        """Return the address that the developer's page of the administrators has."""
        with self.house.flask.app_context():
            return self.house.portal.developers.index.get(self.page.rpartition("/")[2]).email

    def linked(self) -> str:
        """Return the address of the developer whom Dana's account is linked to."""
        with self.house.flask.app_context():
            [account] = self.house.portal.accounts.office.book.of_email(DANA)
        return account.developer_email

    def where(self) -> tuple[list[str], str]:
        """Return who is on Apigee, and the address that the index has of Dana."""
        return self.house.everybody(), self.here()

    def works(self) -> None:
        """Let a worker do what is due."""
        done = self.house.flask.test_cli_runner().invoke(args=["jobs", "work", "--once"])
        assert done.exit_code == 0, done.output

    def made(self, email: str) -> None:
        """Let somebody else have an address, without the portal's index knowing."""
        with self.house.flask.app_context():
            new = NewDeveloper(email, "Another", "Dana", "dana2")
            self.house.portal.developers.apigee.create(new)


@pytest.fixture
def office(build: Build) -> Office:
    return Office(build("edge"))


MOVED = ([NEW], NEW)
STAYED = ([DANA], DANA)


@pytest.mark.parametrize("is_linked", [True, False])
def test_the_address_changes_and_apps_page_and_account_stay(
    office: Office, *, is_linked: bool
) -> None:
    if is_linked:
        office.house.signed_in()
    answer = office.change()
    assert answer.location == office.page
    assert f"Dana Reyes has the address {NEW} now." in office.ada.follow(answer).text
    assert office.where() == MOVED
    assert office.house.apps(NEW) == ["trip-planner"]
    if is_linked:
        assert office.linked() == NEW


@pytest.mark.parametrize("typed", [NEW, "Dana.Reyes@Example.org"])
@pytest.mark.parametrize("is_known", [True, False])
def test_a_name_that_is_taken_stays_with_whom_it_has(
    office: Office, typed: str, *, is_known: bool
) -> None:
    office.made(NEW)
    if is_known:
        with office.house.flask.app_context():
            office.house.portal.sync.run()
    answer = office.change(typed)
    assert (answer.status, EXISTS in answer.text) == (422, True)
    assert office.where() == ([NEW, DANA], DANA)
    assert office.house.apps() == ["trip-planner"]


@pytest.mark.parametrize("how", LOST)
def test_a_change_whose_answer_was_lost_is_found_at_once(office: Office, how: str) -> None:
    office.house.signed_in()
    office.house.local.faults.add(fault(how, method="PUT", path="/developers/"))
    assert f"has the address {NEW} now." in office.ada.follow(office.change()).text
    assert (office.where(), office.linked()) == (MOVED, NEW)


@pytest.mark.parametrize("how", NOT_DONE)
def test_a_change_that_was_not_made_is_made_when_it_is_asked_for_again(
    office: Office, how: str
) -> None:
    office.house.local.faults.add(fault(how, method="PUT", path="/developers/"))
    answer = office.change()
    assert answer.location == f"{office.page}/email"
    assert "nobody knows yet" in office.ada.follow(answer).text
    assert office.where() == STAYED
    office.house.recovers()
    office.change()
    assert office.where() == MOVED


def lose(office: Office) -> None:
    """Let Apigee do it while nobody can look."""
    office.house.local.faults.add(fault("lost_in_close", method="PUT", path="/developers/"))
    unseen = fault("unavailable", method="GET", path=NEW.partition("@")[0], times=0)
    office.house.local.faults.add(unseen)
    assert "nobody knows yet" in office.ada.follow(office.change()).text
    assert office.where() == ([NEW], DANA)
    office.house.local.faults.clear()
    office.house.recovers()


def test_what_was_made_unseen_is_followed_by_the_job_where_an_account_is_linked(
    office: Office,
) -> None:
    office.house.signed_in()
    lose(office)
    office.works()
    assert (office.where(), office.linked()) == (MOVED, NEW)


@pytest.mark.parametrize("is_synchronized", [True, False])
def test_what_was_made_unseen_is_followed_when_it_is_asked_for_again(
    office: Office, *, is_synchronized: bool
) -> None:
    lose(office)
    if is_synchronized:
        with office.house.flask.app_context():
            office.house.portal.sync.run()
    answer = office.ada.follow(office.change())
    assert f"has the address {NEW} now." in answer.text
    assert office.where() == MOVED
    with office.house.flask.app_context():
        assert office.house.portal.developers.index.by_folded_email(DANA) == ()
