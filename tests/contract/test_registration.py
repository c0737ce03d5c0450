"""Registering over each implementation of the ports: letters of addresses, and one developer."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

import emulator
from app.domain.audit import SYSTEM
from app.domain.developers import DeveloperStatus, NewDeveloper
from app.domain.errors import NotAllowed, NotFound
from app.domain.people import Account, Identity
from app.domain.registrations import Existing, Policy, RegistrationRequest, Standing
from app.services.registration_rules import EXISTS, RegistrationRules
from app.services.registration_setup import NeedsHandError, RegistrationSetUp
from app.services.trail import Trail
from emulator.switches import Switches
from tests.contract.organizations import DANA, SEED, Organization, connected
from tests.fakes.audit import FakeAuditLog
from tests.fakes.developer_index import FakeDeveloperIndex
from tests.fakes.registrations import FakeRegistrations
from tests.fakes.store import FakeAccounts
from tests.unit.services.house import MovedClock

MIXED = "Ravi.Patel@Example.com"
SMALL = MIXED.lower()


@dataclass
class Desk:
    """The set-up of registrations over one organization."""

    organization: Organization
    accounts: FakeAccounts
    index: FakeDeveloperIndex
    requests: FakeRegistrations

    def finish(self, rules: RegistrationRules, email: str = MIXED) -> Account:
        """Register somebody whose provider spells the address like this."""
        clock = MovedClock()
        spelled = rules.spelled(email)
        account = self.accounts.signed_in(
            Identity("corp", "https://id.example", email, email, email_verified=True), clock.now()
        )
        request = self.requests.begin(
            RegistrationRequest(account.account_id, f"of {email}", spelled, "Ravi", "Patel", email),
            clock.now(),
        )
        set_up = RegistrationSetUp(
            self.organization.developers,
            self.accounts,
            self.index,
            self.requests,
            Trail(FakeAuditLog(), clock),
            clock,
            rules,
        )
        return set_up.finish(account, SYSTEM, request)

    def synchronize(self) -> None:
        """Let the index know everybody."""
        self.index.save(list(self.organization.developers.all()), MovedClock().now())

    def status(self, email: str) -> DeveloperStatus:
        """Return the status that Apigee has."""
        return self.organization.developers.get(email).status


def desk_of(organization: Organization) -> Desk:
    accounts = FakeAccounts()
    return Desk(organization, accounts, FakeDeveloperIndex(accounts), FakeRegistrations(accounts))


@pytest.fixture
def desk(organization: Organization) -> Desk:
    return desk_of(organization)


def rules_of(desk: Desk, **changes: object) -> RegistrationRules:
    """Return the rules as the settings make them for the flavour."""
    is_edge = desk.organization.kind == "edge"
    return RegistrationRules(lower_case=not is_edge, **changes)  # type: ignore[arg-type] # fields of the rules


def test_a_new_developer_has_the_letters_that_the_flavour_wants(desk: Desk) -> None:
    linked = desk.finish(rules_of(desk))
    wanted = MIXED if desk.organization.kind == "edge" else SMALL
    assert linked.developer_email == wanted
    assert desk.organization.developers.get(wanted).developer_id == linked.developer_id


def test_by_approval_apigee_confirms_inactive_before_the_link(desk: Desk) -> None:
    linked = desk.finish(rules_of(desk, policy=Policy.APPROVAL))
    assert linked.standing is Standing.WAITING
    assert desk.status(linked.developer_email) is DeveloperStatus.INACTIVE


def test_one_who_exists_is_linked_and_keeps_what_they_have(desk: Desk) -> None:
    before = desk.organization.developers.get(DANA)
    linked = desk.finish(rules_of(desk), DANA)
    assert linked.developer_id == before.developer_id
    assert desk.organization.developers.get(DANA) == before


def test_one_who_exists_is_refused_where_that_is_the_rule(desk: Desk) -> None:
    with pytest.raises(NotAllowed, match=EXISTS[:30]):
        desk.finish(rules_of(desk, existing=Existing.REFUSE), DANA)


def test_small_letters_on_apigee_are_the_same_person(desk: Desk) -> None:
    desk.organization.developers.create(NewDeveloper(SMALL, "Ravi", "Patel", "ravi"))
    linked = desk.finish(rules_of(desk))
    assert linked.developer_email == SMALL
    if desk.organization.kind == "edge":
        with pytest.raises(NotFound):
            desk.organization.developers.get(MIXED)


@pytest.fixture
def edge() -> Iterator[Desk]:
    with emulator.run(flavor="edge", seed=SEED) as local, connected(local) as organization:
        yield desk_of(organization)


@pytest.mark.parametrize("is_known", [True, False])
def test_two_on_edge_in_other_letters_are_for_an_administrator(edge: Desk, is_known: bool) -> None:
    for email in (MIXED, SMALL):
        edge.organization.developers.create(NewDeveloper(email, "Ravi", "Patel", email))
    if is_known:
        edge.synchronize()
    with pytest.raises(NeedsHandError):
        edge.finish(RegistrationRules())


def test_an_edge_that_does_not_mind_the_case_has_one_developer() -> None:
    switches = Switches(edge_email_case_sensitive=False)
    with (
        emulator.run(flavor="edge", seed=SEED, switches=switches) as local,
        connected(local) as organization,
    ):
        desk = desk_of(organization)
        made = organization.developers.create(NewDeveloper(MIXED, "Ravi", "Patel", "ravi"))
        linked = desk.finish(RegistrationRules())
        assert (linked.developer_email, linked.developer_id) == (MIXED, made.developer_id)
