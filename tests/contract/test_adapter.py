"""What only the adapter can show: tokens, lost answers, large lists, and no key in an address."""

import pytest

import emulator
from app.apigee.credentials import Basic, ServiceAccount
from app.domain.apps import NewApp
from app.domain.errors import InvalidInput, NotFound, OutcomeUnknown, Upstream, UpstreamKind
from emulator import LocalApigee, Switches
from emulator.faults import Fault
from tests.contract.organizations import (
    CONSUMER_KEY,
    DANA,
    INES,
    SEED,
    connected,
    credentials_for,
    fingerprint,
)

NEW = NewApp("trip", "Trip", ("weather-free",), request_id="request-1")


def test_an_app_whose_answer_was_lost_is_made_once(local: LocalApigee) -> None:
    local.faults.add(Fault(path="/apps$", method="POST", status=502, body="<h1>", after=True))
    with connected(local) as organization:
        with pytest.raises(OutcomeUnknown):
            organization.apps.create(DANA, NEW)
        assert organization.apps.get(DANA, "trip").request_id == "request-1"
    assert sum(line.startswith("POST") for line in local.journal.lines()) == 1


def test_an_unknown_product_may_also_be_answered_with_404() -> None:
    switches = Switches(unknown_product_status=404)
    with (
        emulator.run(flavor="x", seed=SEED, switches=switches) as local,
        connected(local) as organization,
        pytest.raises(InvalidInput),
    ):
        organization.apps.create(DANA, NewApp("odd", "Odd", ("nothing",)))


def test_a_read_survives_a_short_failure(local: LocalApigee) -> None:
    local.faults.add(Fault(path="/developers/", status=503, body={"error": {}}, times=2))
    with connected(local) as organization:
        assert organization.developers.get(DANA).email == DANA
        assert organization.calls() == 3


def test_a_token_that_was_taken_back_is_fetched_again(local_x: LocalApigee) -> None:
    local_x.reset()
    with connected(local_x) as organization:
        organization.developers.get(DANA)
        local_x.tokens.revoke_all()
        assert organization.apps.create(DANA, NEW).app.name == "trip"
    assert [entry.status for entry in local_x.journal.entries] == [200, 401, 201]
    assert len(local_x.journal.select(kind="token")) == 2


def test_a_wrong_password_names_the_credentials(local_edge: LocalApigee) -> None:
    local_edge.reset()
    with (
        connected(local_edge, Basic("ops@example.com", "wrong")) as organization,
        pytest.raises(Upstream) as refused,
    ):
        organization.developers.get(DANA)
    assert refused.value.kind is UpstreamKind.CREDENTIALS


def test_a_service_account_of_another_project_names_the_credentials(
    local_x: LocalApigee,
) -> None:
    local_x.reset()
    with (
        emulator.run(flavor="x") as other,
        connected(other, ServiceAccount(local_x.service_account_file)) as organization,
        pytest.raises(Upstream) as refused,
    ):
        organization.developers.get(DANA)
    assert refused.value.kind is UpstreamKind.CREDENTIALS


def test_no_address_ever_holds_a_consumer_key(local: LocalApigee) -> None:
    with connected(local) as organization:
        organization.keys.pair(DANA, "trip-planner", fingerprint(CONSUMER_KEY))
        organization.apps.delete(DANA, "trip-planner")
    assert local.journal.lines()
    assert not any(CONSUMER_KEY in line for line in local.journal.lines())


def test_a_start_that_names_no_app_is_not_silently_skipped(local: LocalApigee) -> None:
    with connected(local) as organization, pytest.raises(NotFound):
        organization.apps.page(INES, start="app-100x")


@pytest.mark.parametrize("flavor", ["x", "edge"])
def test_more_than_a_thousand_come_once_in_pages_of_a_thousand(flavor: str) -> None:
    emails = [f"d{number:04}@example.com" for number in range(2001)]
    seed = {
        "developers": [{"email": email, "firstName": "D", "lastName": "R"} for email in emails],
        "apiProducts": [{"name": f"p{number:04}"} for number in range(1001)],
    }
    with (
        emulator.run(flavor="x" if flavor == "x" else "edge", seed=seed) as local,
        connected(local, credentials_for(local)) as organization,
    ):
        assert [item.email for item in organization.developers.all()] == emails
        assert organization.calls() == 3
        assert len({item.name for item in organization.products.all()}) == 1001
        assert organization.calls() == 5
