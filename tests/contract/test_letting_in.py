"""Every kind of credentials against the local Apigee that takes it."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import pytest

import emulator
from app.apigee.credentials import Basic, Credentials, EdgeOAuth, Metadata, ServiceAccount
from app.domain.clock import SystemClock
from app.domain.errors import Upstream, UpstreamKind
from emulator import LocalApigee, Switches
from emulator.edge_login import EdgeSignIn
from tests.contract.organizations import DANA, SEED, connected

PERSON, MACHINE = "ops@example.com", "portal@example.com"
USERS = {PERSON: "demo", MACHINE: "machine"}
ZONE = EdgeSignIn(zone="acme", saml=True, machine_users=[MACHINE])
ANOTHER = "apigee.developers.list"


class LaterClock(SystemClock):
    """The machine's clock, put forward by a test."""

    def __init__(self) -> None:
        self.by = timedelta(0)

    def now(self) -> datetime:
        return super().now() + self.by


def _machine_user(local: LocalApigee, clock: SystemClock | None = None) -> EdgeOAuth:
    return EdgeOAuth(local.login_uri, MACHINE, USERS[MACHINE], clock)


def _metadata(local: LocalApigee) -> Metadata:
    return Metadata(local.root.removeprefix("http://"))


def _reads(local: LocalApigee, credentials: Credentials) -> None:
    with connected(local, credentials) as organization:
        assert organization.developers.get(DANA).email == DANA


def _refusal(local: LocalApigee, credentials: Credentials) -> str:
    with connected(local, credentials) as organization, pytest.raises(Upstream) as refused:
        organization.developers.get(DANA)
    assert refused.value.kind is UpstreamKind.CREDENTIALS
    return refused.value.code


def _token_calls(local: LocalApigee) -> int:
    return len(local.journal.select(kind="token"))


def test_a_machine_user_of_a_zone_is_let_in_where_people_are_not() -> None:
    with emulator.run(flavor="edge", seed=SEED, users=USERS, edge=ZONE) as local:
        _reads(local, _machine_user(local))
        assert _refusal(local, EdgeOAuth(local.login_uri, PERSON, "demo")) == "login_refused"
        assert _refusal(local, EdgeOAuth(local.login_uri, MACHINE, "wrong")) == "login_refused"
        outside = f"{local.root}/oauth/token"
        assert _refusal(local, EdgeOAuth(outside, MACHINE, "machine")) == "login_refused"
        assert _refusal(local, Basic(PERSON, "demo")) == "basic_refused"


def test_a_user_with_a_second_factor_is_told_from_the_machine_user_beside_it() -> None:
    sign_in = EdgeSignIn(mfa={PERSON: "123456"}, machine_users=[MACHINE])
    with emulator.run(flavor="edge", seed=SEED, users=USERS, edge=sign_in) as local:
        assert _refusal(local, EdgeOAuth(local.login_uri, PERSON, "demo")) == "login_refused"
        _reads(local, _machine_user(local))


@pytest.mark.parametrize("rotates", [True, False])
def test_a_token_is_renewed_by_its_refresh_token(rotates: bool) -> None:
    switches = Switches(edge_refresh_rotates=rotates)
    clock = LaterClock()
    with emulator.run(flavor="edge", seed=SEED, users=USERS, switches=switches) as local:
        user = _machine_user(local, clock)
        for minutes in (0, 25, 50):
            clock.by = timedelta(minutes=minutes)
            _reads(local, user)
        assert _token_calls(local) == 3


def test_a_refresh_token_that_ended_costs_the_password_once_more() -> None:
    clock = LaterClock()
    switches = Switches(edge_refresh_seconds=0)
    with emulator.run(flavor="edge", seed=SEED, users=USERS, switches=switches) as local:
        user = _machine_user(local, clock)
        _reads(local, user)
        clock.by = timedelta(minutes=25)
        _reads(local, user)
        assert _token_calls(local) == 3


def test_the_account_of_a_machine_at_google_is_let_in(local_x: LocalApigee) -> None:
    local_x.reset()
    _reads(local_x, _metadata(local_x))


KINDS: Mapping[str, Callable[[LocalApigee], Credentials]] = {
    "service_account": lambda local: ServiceAccount(local.service_account_file),
    "metadata": _metadata,
    "oauth": lambda local: EdgeOAuth(local.login_uri, *local.basic),
}


@pytest.mark.parametrize("kind", KINDS)
def test_tokens_that_were_all_taken_back_are_fetched_again(
    kind: str, local_x: LocalApigee, local_edge: LocalApigee
) -> None:
    local = local_edge if kind == "oauth" else local_x
    local.reset()
    with connected(local, KINDS[kind](local)) as organization:
        organization.developers.get(DANA)
        local.tokens.revoke_all()
        assert organization.developers.get(DANA).email == DANA
    assert sorted(entry.status for entry in local.journal.entries) == [200, 200, 401]


@pytest.mark.parametrize("named", [True, False])
def test_a_missing_permission_is_named_where_apigee_names_it(named: bool) -> None:
    switches = Switches(denied_names_permission=named)
    with emulator.run(flavor="x", seed=SEED, switches=switches, permissions=[ANOTHER]) as local:
        code = _refusal(local, ServiceAccount(local.service_account_file))
    assert code == ("permission:apigee.developers.get" if named else "organization")
