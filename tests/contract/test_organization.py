"""The organization, its apps and its products mean the same in the fake and on both flavours."""

import pytest

from app.domain.apps import AppFilter
from app.domain.attributes import Attribute
from app.domain.errors import AlreadyExists, NotFound
from app.domain.keys import ApprovalStatus
from app.domain.organization import Runtime
from app.domain.products import Approval, NewProduct
from app.domain.secret import Secret
from tests.contract.organizations import CONSUMER_KEY, DANA, Organization

NEW = NewProduct("probe", "Probe", Approval.MANUAL, scopes=("read",))


def test_the_organization_names_its_environments(organization: Organization) -> None:
    found = organization.organization.get()
    edge = organization.kind == "edge"
    assert found.runtime is (Runtime.EDGE if edge else Runtime.CLOUD)
    assert set(found.environments) == set(organization.organization.environments())
    assert found.name == "demo"


def test_an_environment_is_read(organization: Organization) -> None:
    for name in organization.organization.environments():
        assert organization.organization.environment(name).name == name
    with pytest.raises(NotFound):
        organization.organization.environment("nothing")


def test_only_edge_does_not_say_where_it_is(organization: Organization) -> None:
    if organization.kind == "edge":
        with pytest.raises(NotFound):
            organization.organization.placement()
    else:
        assert organization.organization.placement().organization == "demo"


def test_an_app_is_found_by_its_id(organization: Organization) -> None:
    trip = organization.apps.get(DANA, "trip-planner")
    found = organization.organization_apps.get(trip.app_id)
    assert (found.app, found.group) == (trip, "")
    with pytest.raises(NotFound):
        organization.organization_apps.get("00000000-0000-0000-0000-000000000000")


def test_every_app_of_the_organization_comes_once(organization: Organization) -> None:
    found = list(organization.organization_apps.all())
    assert len(found) == len({item.app.app_id for item in found}) == 252
    trip = organization.apps.get(DANA, "trip-planner")
    assert trip in [item.app for item in found]


@pytest.mark.parametrize(
    ("only", "names"),
    [
        (AppFilter(name="trip-planner"), ["trip-planner"]),
        (AppFilter(name="nothing"), []),
        (AppFilter(status=ApprovalStatus.REVOKED), ["50% #1"]),
        (AppFilter(product="payments"), ["trip-planner"]),
        (AppFilter(consumer_key=Secret(CONSUMER_KEY)), ["trip-planner"]),
        (AppFilter(consumer_key=Secret("unknown")), []),
        (AppFilter(key_status=ApprovalStatus.REVOKED), ["trip-planner"]),
        (AppFilter(name="trip-planner", status=ApprovalStatus.REVOKED), []),
        (AppFilter(product="payments", key_status=ApprovalStatus.APPROVED), ["trip-planner"]),
    ],
)
def test_apps_are_filtered(organization: Organization, only: AppFilter, names: list[str]) -> None:
    assert [item.app.name for item in organization.organization_apps.all(only)] == names


def test_a_product_is_made_read_and_deleted(organization: Organization) -> None:
    made = organization.products.create(NEW)
    assert made == organization.products.get("probe")
    assert (made.approval, made.access, made.scopes) == (Approval.MANUAL, "private", ("read",))
    with pytest.raises(AlreadyExists):
        organization.products.create(NEW)
    organization.products.delete("probe")
    with pytest.raises(NotFound):
        organization.products.get("probe")
    with pytest.raises(NotFound):
        organization.products.delete("probe")


def test_attributes_of_a_product_are_changed(organization: Organization) -> None:
    attributes = organization.products.attributes("weather-free")
    attributes.set("tier", "1")
    assert Attribute("tier", "1") in organization.products.get("weather-free").attributes
    assert attributes.get("access") == "public"
    with pytest.raises(NotFound):
        organization.products.attributes("nothing").all()
