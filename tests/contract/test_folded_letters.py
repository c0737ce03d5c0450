"""An Apigee that takes a letter outside ASCII for one inside gives nobody another's developer."""

from collections.abc import Iterator

import pytest

from app.domain.developers import NewDeveloper
from app.domain.errors import InvalidInput, NotFound
from emulator import LocalApigee, Switches, run
from emulator.faults import Fault
from tests.contract.organizations import SEED, connected

KIM, KELVIN = "kim@example.com", "\u212aim@example.com"


@pytest.fixture
def local() -> Iterator[LocalApigee]:
    switches = Switches(x_email_case_sensitive=False)
    with run(flavor="x", seed=SEED, switches=switches) as local:
        with connected(local) as organization:
            organization.developers.create(NewDeveloper(KIM, "Kim", "Lee", "kim"))
        yield local


def test_who_is_found_by_another_address_is_not_there(local: LocalApigee) -> None:
    with connected(local) as organization:
        assert organization.developers.get("KIM@example.com").email == KIM
        with pytest.raises(NotFound):
            organization.developers.get(KELVIN)


def test_who_is_made_with_another_address_is_refused(local: LocalApigee) -> None:
    made = {"email": "sam@example.com", "developerId": "1", "status": "active"}
    local.faults.add(Fault(method="POST", path="/developers", status=201, body=made))
    with connected(local) as organization, pytest.raises(InvalidInput) as refused:
        organization.developers.create(NewDeveloper("\u017fam@example.com", "Sam", "Lee", "sam"))
    assert "email" in refused.value.fields
