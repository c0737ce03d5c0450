"""Another address of a developer: Edge moves, X never does, and a lost answer loses nobody."""

from dataclasses import dataclass

import pytest

from app.domain.audit import SYSTEM, Action
from app.domain.developers import Developer, DeveloperChange, DeveloperStatus, NewDeveloper
from app.domain.errors import (
    AlreadyExists,
    InvalidInput,
    NotAllowed,
    NotFound,
    OutcomeUnknown,
    Upstream,
    UpstreamKind,
)
from app.domain.people import Account, Identity
from app.services.developer_address import FIXED, INACTIVE, TAKEN, DeveloperAddress
from app.services.registration_rules import RegistrationRules
from app.services.trail import Trail
from emulator import LocalApigee
from emulator.faults import Fault, fault
from tests.contract.organizations import DANA, Organization, connected
from tests.fakes.audit import FakeAuditLog
from tests.fakes.developer_index import FakeDeveloperIndex
from tests.fakes.jobs import FakeJobs
from tests.fakes.registrations import FakeRegistrations
from tests.fakes.store import FakeAccounts
from tests.unit.services.house import MovedClock

NEW = "Dana.Reyes@Example.com"
LOST = ["lost_in_error", "lost_in_timeout", "lost_in_reset", "lost_in_close", "lost_in_truncation"]
NOBODY = {
    "code": "developer.service.DeveloperIdDoesNotExist",
    "message": "DeveloperId does not exist",
    "contexts": [],
}
NOT_DONE = ["unavailable", "reset", "closed"]


class BrokenAccounts(FakeAccounts):
    """The portal's own table, out of reach at the worst moment."""

    is_broken = False

    def developer_moved(self, developer: Developer) -> None:
        if self.is_broken:
            raise RuntimeError("the process was killed")
        super().developer_moved(developer)


@dataclass
class Desk:
    """Dana, whose provider says another address by now."""

    organization: Organization
    accounts: BrokenAccounts
    index: FakeDeveloperIndex
    jobs: FakeJobs
    log: FakeAuditLog
    clock: MovedClock

    @property
    def service(self) -> DeveloperAddress:
        is_x = self.organization.kind == "x"
        return DeveloperAddress(
            apigee=self.organization.developers,
            accounts=self.accounts,
            book=self.accounts,
            index=self.index,
            requests=FakeRegistrations(self.accounts),
            jobs=self.jobs,
            trail=Trail(self.log, self.clock),
            clock=self.clock,
            rules=RegistrationRules(lower_case=is_x),
            is_fixed=is_x,
        )

    def account(self) -> Account:
        return self.accounts.get(1)

    def change(self) -> None:
        self.service.change(self.account(), SYSTEM, NEW)

    def work(self) -> None:
        """Do what stands behind a change, when it is due."""
        self.clock.pass_by(61)
        for job in self.jobs.held.values():
            self.service.run(job)

    def where(self) -> tuple[str, list[str]]:
        """Return the address of the link, and those that the index knows of the developer."""
        account = self.account()
        rows = self.index.by_email.values()
        own = [row.email for row in rows if row.developer_id == account.developer_id]
        return account.developer_email, own


def desk_of(organization: Organization) -> Desk:
    accounts, clock = BrokenAccounts(), MovedClock()
    desk = Desk(
        organization=organization,
        accounts=accounts,
        index=FakeDeveloperIndex(accounts),
        jobs=FakeJobs(clock),
        log=FakeAuditLog(),
        clock=clock,
    )
    facts = Identity("corp", "https://id.example", "dana", NEW, email_verified=True)
    account = accounts.signed_in(facts, clock.now())
    dana = organization.developers.get(DANA)
    accounts.link(account.account_id, dana)
    desk.index.save(list(organization.developers.all()), clock.now())
    return desk


@pytest.fixture
def edge(local_edge: LocalApigee) -> LocalApigee:
    local_edge.reset()
    return local_edge


def test_on_edge_the_address_moves_and_apps_keys_and_attributes_stay(edge: LocalApigee) -> None:
    with connected(edge) as organization:
        desk = desk_of(organization)
        before = organization.developers.get(DANA)
        app = organization.apps.get(DANA, "trip-planner")
        desk.change()
        after = organization.developers.get(NEW)
        assert (after.developer_id, after.attributes) == (before.developer_id, before.attributes)
        assert after.name == before.name
        assert organization.apps.get(NEW, "trip-planner").keys == app.keys
        with pytest.raises(NotFound):
            organization.developers.get(DANA)
        assert desk.where() == (NEW, [NEW])
        assert not desk.account().differs_from_apigee


def test_the_developer_keeps_the_page_of_the_administrators(edge: LocalApigee) -> None:
    with connected(edge) as organization:
        desk = desk_of(organization)
        page = desk.index.by_email[DANA].public_id
        desk.change()
        assert desk.index.get(page).email == NEW


def test_on_x_an_address_is_for_ever(local_x: LocalApigee) -> None:
    local_x.reset()
    with connected(local_x) as organization:
        desk = desk_of(organization)
        assert desk.service.obstacle(desk.account()) == FIXED
        with pytest.raises(NotAllowed):
            desk.change()
        assert not any(entry.method == "PUT" for entry in local_x.journal.entries)
        with pytest.raises(Upstream) as refused:
            organization.developers.update(DANA, DeveloperChange(email="other@example.com"))
        assert refused.value.kind is UpstreamKind.REFUSED
        assert organization.developers.get(DANA).email == DANA


def test_the_fake_knows_the_same(organization: Organization) -> None:
    """The fake stands for X."""
    change = DeveloperChange(email="other@example.com")
    if organization.kind == "edge":
        assert organization.developers.update(DANA, change).email == "other@example.com"
    else:
        with pytest.raises(Upstream):
            organization.developers.update(DANA, change)


@pytest.mark.parametrize("taken", [NEW, NEW.lower()])
@pytest.mark.parametrize("is_known", [True, False])
def test_an_address_that_another_developer_has_in_any_letters_is_refused(
    edge: LocalApigee, taken: str, is_known: bool
) -> None:
    with connected(edge) as organization:
        desk = desk_of(organization)
        organization.developers.create(NewDeveloper(taken, "Another", "Dana", "dana2"))
        if is_known:
            desk.index.save(list(organization.developers.all()), desk.clock.now())
        with pytest.raises(NotAllowed, match=TAKEN[:30]):
            desk.change()
        assert organization.developers.get(DANA).email == DANA
        assert desk.where()[0] == DANA
        assert [row.phase for row in desk.log.entries] == ["failed"]


def test_one_who_takes_the_address_between_the_look_and_the_write_keeps_it(
    edge: LocalApigee,
) -> None:
    with connected(edge) as organization:
        desk = desk_of(organization)
        organization.developers.create(NewDeveloper(NEW, "Another", "Dana", "dana2"))
        with pytest.raises(AlreadyExists):
            organization.developers.update(DANA, DeveloperChange(email=NEW))
        unseen = Fault(method="GET", path="Dana.Reyes", status=404, body=NOBODY, times=0)
        edge.faults.add(unseen)
        with pytest.raises(NotAllowed):
            desk.change()
        assert desk.where()[0] == DANA


def test_an_inactive_developer_does_not_slip_away(edge: LocalApigee) -> None:
    with connected(edge) as organization:
        desk = desk_of(organization)
        organization.developers.set_status(DANA, DeveloperStatus.INACTIVE)
        with pytest.raises(NotAllowed, match=INACTIVE[:30]):
            desk.change()
        assert organization.developers.get(DANA).email == DANA


def test_what_apigee_does_not_accept_changes_nothing(edge: LocalApigee) -> None:
    with connected(edge) as organization:
        with pytest.raises(InvalidInput):
            organization.developers.update(DANA, DeveloperChange(email="no address"))
        assert organization.developers.get(DANA).email == DANA


@pytest.mark.parametrize("how", LOST)
def test_a_change_whose_answer_was_lost_is_found_at_the_new_address(
    edge: LocalApigee, how: str
) -> None:
    with connected(edge) as organization:
        desk = desk_of(organization)
        edge.faults.add(fault(how, method="PUT", path="/developers/"))
        desk.change()
        assert desk.where() == (NEW, [NEW])


@pytest.mark.parametrize("how", NOT_DONE)
def test_a_change_that_was_not_made_is_unknown_and_the_link_stays(
    edge: LocalApigee, how: str
) -> None:
    with connected(edge) as organization:
        desk = desk_of(organization)
        edge.faults.add(fault(how, method="PUT", path="/developers/"))
        with pytest.raises(OutcomeUnknown):
            desk.change()
        assert desk.where() == (DANA, [DANA])
        assert [row.phase for row in desk.log.entries] == ["intent", "unknown"]
        desk.work()
        assert desk.where() == (DANA, [DANA])
        desk.change()
        assert desk.where() == (NEW, [NEW])


def test_what_was_made_although_nobody_could_look_is_followed_by_the_job(
    edge: LocalApigee,
) -> None:
    with connected(edge) as organization:
        desk = desk_of(organization)
        edge.faults.add(fault("lost_in_close", method="PUT", path="/developers/"))
        # The first look at the new address is answered, the one after the change is not.
        edge.faults.add(fault("slow", method="GET", path="Dana.Reyes", delay_milliseconds=1))
        edge.faults.add(fault("unavailable", method="GET", path="Dana.Reyes", times=0))
        with pytest.raises(OutcomeUnknown):
            desk.change()
        assert desk.where()[0] == DANA
        edge.faults.clear()
        desk.work()
        assert desk.where() == (NEW, [NEW])
        [_, row] = [row for row in desk.log.entries if row.action is Action.DEVELOPER_LINK]
        assert (row.actor, row.target, row.target_account_id) == (SYSTEM, NEW, 1)


def test_a_process_that_dies_between_apigee_and_the_portal_is_followed_by_the_job(
    edge: LocalApigee,
) -> None:
    with connected(edge) as organization:
        desk = desk_of(organization)
        desk.accounts.is_broken = True
        with pytest.raises(RuntimeError):
            desk.change()
        assert organization.developers.get(NEW).email == NEW
        assert desk.where()[0] == DANA
        desk.accounts.is_broken = False
        desk.work()
        assert desk.where() == (NEW, [NEW])


def test_who_presses_the_button_again_after_that_is_followed_at_once(edge: LocalApigee) -> None:
    with connected(edge) as organization:
        desk = desk_of(organization)
        organization.developers.update(DANA, DeveloperChange(email=NEW))
        desk.change()
        assert desk.where() == (NEW, [NEW])


def test_one_who_was_unlinked_meanwhile_stays_unlinked(edge: LocalApigee) -> None:
    with connected(edge) as organization:
        desk = desk_of(organization)
        known = desk.account()
        desk.accounts.unlink(1)
        desk.service.change(known, SYSTEM, NEW)
        assert not desk.account().is_developer
