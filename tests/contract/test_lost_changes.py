"""A change whose answer is lost is made once, and not called a failure when it was made."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from app.domain.apps import AppChange
from app.domain.attributes import Attribute, value_of
from app.domain.developers import DeveloperChange, DeveloperStatus
from app.domain.errors import InvalidInput, NotFound, OutcomeUnknown, Upstream
from app.domain.keys import ApprovalStatus, Key, NewKey
from emulator import LocalApigee
from emulator.faults import fault
from tests.contract.organizations import (
    CONSUMER_KEY,
    DANA,
    Organization,
    connected,
    fingerprint,
)

TRIP, HELD = "trip-planner", fingerprint(CONSUMER_KEY)
LOST = ["lost_in_error", "lost_in_timeout", "lost_in_reset", "lost_in_close", "lost_in_truncation"]
NOT_DONE = ["unavailable", "reset", "closed"]
NEW = NewKey(("weather-free",))


@dataclass(frozen=True)
class Change:
    """A change with the call that makes it and how it is seen."""

    name: str
    method: str
    path: str
    make: Callable[[Organization], object]
    is_made: Callable[[Organization], bool]


def key_of(organization: Organization) -> Key:
    """Read the sample key."""
    keys = {key.key_id: key for key in organization.apps.get(DANA, TRIP).keys}
    if HELD not in keys:
        raise NotFound("There is no such key.")
    return keys[HELD]


def is_gone(read: Callable[[], object]) -> bool:
    """Tell whether what is read is not there."""
    try:
        read()
    except NotFound:
        return True
    return False


CHANGES = [
    Change(
        "edit an app", "PUT", "/apps/trip-planner$",
        lambda org: org.apps.update(DANA, TRIP, AppChange(display_name="New", description="N")),
        lambda org: org.apps.get(DANA, TRIP).display_name == "New",
    ),
    Change(
        "empty an attribute", "PUT", "/apps/trip-planner$",
        lambda org: org.apps.update(DANA, TRIP, AppChange(attributes={"team": "", "site": "a"})),
        lambda org: value_of(org.apps.get(DANA, TRIP).attributes, "team") == "",
    ),
    Change(
        "revoke an app", "POST", "/apps/trip-planner$",
        lambda org: org.apps.set_status(DANA, TRIP, ApprovalStatus.REVOKED),
        lambda org: org.apps.get(DANA, TRIP).status is ApprovalStatus.REVOKED,
    ),
    Change(
        "delete an app", "DELETE", "/apps/trip-planner$",
        lambda org: org.apps.delete(DANA, TRIP),
        lambda org: is_gone(lambda: org.apps.get(DANA, TRIP)),
    ),
    Change(
        "set an attribute", "POST", "/attributes/team$",
        lambda org: org.apps.attributes(DANA, TRIP).set("team", "ops"),
        lambda org: value_of(org.apps.get(DANA, TRIP).attributes, "team") == "ops",
    ),
    Change(
        "replace attributes", "POST", "/attributes$",
        lambda org: org.products.attributes("payments").replace((Attribute("a", "1"),)),
        lambda org: org.products.attributes("payments").all() == (Attribute("a", "1"),),
    ),
    Change(
        "remove an attribute", "DELETE", "/attributes/access$",
        lambda org: org.products.attributes("weather-free").remove("access"),
        lambda org: not org.products.get("weather-free").attributes,
    ),
    Change(
        "edit a developer", "PUT", "/developers/[^/]*$",
        lambda org: org.developers.update(DANA, DeveloperChange(first_name="D", last_name="R")),
        lambda org: org.developers.get(DANA).name == "D R",
    ),
    Change(
        "deactivate a developer", "POST", "/developers/[^/]*$",
        lambda org: org.developers.set_status(DANA, DeveloperStatus.INACTIVE),
        lambda org: not org.developers.get(DANA).is_active,
    ),
    Change(
        "delete a developer", "DELETE", "/developers/[^/]*$",
        lambda org: org.developers.delete(DANA),
        lambda org: is_gone(lambda: org.developers.get(DANA)),
    ),
    Change(
        "delete a product", "DELETE", "/apiproducts/payments$",
        lambda org: org.products.delete("payments"),
        lambda org: is_gone(lambda: org.products.get("payments")),
    ),
    Change(
        "turn a key off", "POST", "/keys/[^/]*$",
        lambda org: org.keys.set_status(DANA, TRIP, HELD, ApprovalStatus.REVOKED),
        lambda org: key_of(org).status is ApprovalStatus.REVOKED,
    ),
    Change(
        "delete a key", "DELETE", "/keys/[^/]*$",
        lambda org: org.keys.delete(DANA, TRIP, HELD),
        lambda org: is_gone(lambda: key_of(org)),
    ),
    Change(
        "add a product", "POST", "/keys/[^/]*$",
        lambda org: org.keys.add_products(DANA, TRIP, HELD, ("Ledger 100%",)),
        lambda org: [item.name for item in key_of(org).products][2:] == ["Ledger 100%"],
    ),
    Change(
        "remove a product", "DELETE", "/apiproducts/payments$",
        lambda org: org.keys.remove_product(DANA, TRIP, HELD, "payments"),
        lambda org: [item.name for item in key_of(org).products] == ["weather-free"],
    ),
    Change(
        "approve a product", "POST", "/apiproducts/payments$",
        lambda org: org.keys.set_product_status(
            DANA, TRIP, HELD, "payments", ApprovalStatus.APPROVED
        ),
        lambda org: all(p.status is ApprovalStatus.APPROVED for p in key_of(org).products),
    ),
    Change(
        "replace scopes", "PUT", "/keys/[^/]*$",
        lambda org: org.keys.replace_scopes(DANA, TRIP, HELD, ("read",)),
        lambda org: key_of(org).scopes == ("read",),
    ),
    Change(
        "label a key", "POST", "/keys/[^/]*$",
        lambda org: org.keys.replace_attributes(DANA, TRIP, HELD, (Attribute("label", "a"),)),
        lambda org: key_of(org).attributes == (Attribute("label", "a"),),
    ),
]  # fmt: skip
changes = pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.name)


def writes(local: LocalApigee) -> int:
    """Count the changes that were asked for."""
    return sum(entry.method != "GET" for entry in local.journal.select(kind="management"))


@changes
@pytest.mark.parametrize("how", LOST)
def test_a_change_that_was_made_succeeds(local: LocalApigee, how: str, change: Change) -> None:
    local.faults.add(fault(how, method=change.method, path=change.path))
    with connected(local) as organization:
        change.make(organization)
        assert writes(local) == 1
        assert change.is_made(organization)


@changes
@pytest.mark.parametrize("how", NOT_DONE)
def test_a_change_that_was_not_made_is_not_repeated(
    local: LocalApigee, how: str, change: Change
) -> None:
    local.faults.add(fault(how, method=change.method, path=change.path))
    with connected(local) as organization:
        with pytest.raises(OutcomeUnknown, match="As far as Apigee shows, this was not done"):
            change.make(organization)
        assert writes(local) == 1
        assert not change.is_made(organization)


@pytest.mark.parametrize("seconds", [None, 3600])
@pytest.mark.parametrize("how", LOST)
@pytest.mark.parametrize("path", ["/keys/create$", "/keys/[^/]{20,}$", "/apps/trip-planner$"])
def test_a_further_key_is_made_once(
    local: LocalApigee, path: str, how: str, seconds: int | None
) -> None:
    local.faults.add(fault(how, method="POST", path=path))
    with connected(local) as organization:
        pair = organization.keys.create(DANA, TRIP, NewKey(("weather-free",), seconds))
        keys = organization.apps.get(DANA, TRIP).keys
        assert len(keys) == 3
        (made,) = (key for key in keys if key.key_id == pair.key_id)
        assert [item.name for item in made.products] == ["weather-free"]
        assert (made.expires_at is None) is (seconds is None)
        assert organization.keys.pair(DANA, TRIP, pair.key_id) == pair


@pytest.mark.parametrize("how", NOT_DONE)
def test_a_key_that_cannot_get_its_products_is_taken_away(local: LocalApigee, how: str) -> None:
    local.faults.add(fault(how, method="POST", path="/keys/[^/]{20,}$"))
    with connected(local) as organization:
        with pytest.raises(Upstream) as failed:
            organization.keys.create(DANA, TRIP, NEW)
        assert not isinstance(failed.value, OutcomeUnknown)
        assert len(organization.apps.get(DANA, TRIP).keys) == 2


def test_a_key_that_can_neither_be_finished_nor_taken_away_is_unknown(local: LocalApigee) -> None:
    local.faults.add(fault("unavailable", method="POST", path="/keys/[^/]{20,}$"))
    local.faults.add(fault("unavailable", method="DELETE"))
    with connected(local) as organization, pytest.raises(OutcomeUnknown):
        organization.keys.create(DANA, TRIP, NEW)


def test_a_product_that_vanished_leaves_no_key(local: LocalApigee) -> None:
    with connected(local) as organization:
        with pytest.raises(InvalidInput):
            organization.keys.create(DANA, TRIP, NewKey(("nothing",)))
        assert len(organization.apps.get(DANA, TRIP).keys) == 2


@pytest.mark.parametrize("how", ["closed", "lost_in_close"])
def test_nobody_knows_when_the_second_look_fails_too(local: LocalApigee, how: str) -> None:
    local.faults.add(fault(how, method="POST", path="/apps/trip-planner$"))
    local.faults.add(fault("unavailable", method="GET", times=0))
    with (
        connected(local) as organization,
        pytest.raises(OutcomeUnknown, match="may or may not have been done"),
    ):
        organization.apps.set_status(DANA, TRIP, ApprovalStatus.REVOKED)
