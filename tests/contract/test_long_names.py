"""Names as long as Apigee allows can be used like any other."""

import pytest

import emulator
from app.domain.errors import NotFound
from app.domain.keys import ApprovalStatus
from emulator.model import Flavor
from tests.contract.organizations import DANA, connected, fingerprint

LONG = "k" * 2000


@pytest.mark.parametrize("flavor", ["x", "edge"])
def test_a_key_of_two_thousand_characters_can_be_turned_off_and_deleted(
    flavor: Flavor,
) -> None:
    credential = {"consumerKey": LONG, "consumerSecret": "s", "apiProducts": []}
    seed = {"developers": [{"email": DANA, "apps": [{"name": "a", "credentials": [credential]}]}]}
    with emulator.run(flavor=flavor, seed=seed) as local, connected(local) as organization:
        held = (DANA, "a", fingerprint(LONG))
        organization.keys.set_status(*held, ApprovalStatus.REVOKED)
        assert organization.apps.get(DANA, "a").keys[0].status is ApprovalStatus.REVOKED
        organization.keys.delete(*held)
        with pytest.raises(NotFound):
            organization.keys.pair(*held)


@pytest.mark.parametrize("flavor", ["x", "edge"])
def test_an_attribute_of_a_thousand_characters_is_read_and_written(
    flavor: Flavor,
) -> None:
    with (
        emulator.run(flavor=flavor, seed={"developers": [{"email": DANA}]}) as local,
        connected(local) as organization,
    ):
        attributes = organization.developers.attributes(DANA)
        attributes.set("n" * 1000, "v")
        assert attributes.get("n" * 1000) == "v"
