"""Developers in several organizations, of both flavors, each a local Apigee of its own."""

import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
import requests

import emulator
from app.services.organizations.office import StatusThere
from emulator.faults import fault
from emulator.model import Flavor
from emulator.running import LocalApigee
from tests.faults.conftest import Build
from tests.faults.house import DANA, SEED, House

FLAVORS: dict[str, Flavor] = {"partners": "edge", "labs": "x"}
Others = dict[str, LocalApigee]


@pytest.fixture(scope="module")
def running() -> Iterator[Others]:
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(emulator.run(flavor=flavor, org=name, seed=SEED))
            for name, flavor in FLAVORS.items()
        }


@pytest.fixture
def others(running: Others) -> Others:
    for local in running.values():
        local.reset()
    return running


def tables(others: Others, **more: object) -> dict[str, dict[str, object]]:
    """Return the settings of the further organizations."""
    common = {name: {"organization": name, "endpoint": local.url} for name, local in others.items()}
    username, password = others["partners"].basic
    return {
        "partners": {
            **common["partners"],
            **more,
            "flavor": "edge",
            "auth": "basic",
            "username": username,
            "password": password,
        },
        "labs": {
            **common["labs"],
            **more,
            "service_account_file": str(others["labs"].service_account_file),
        },
    }


def changes(local: LocalApigee) -> list[str]:
    """Return the changes of a status that an organization was asked for."""
    return [each.query for each in local.journal.entries if "action=" in each.query]


def lose_dana(local: LocalApigee) -> None:
    """Delete her in an organization of flavor X, without the portal."""
    url = f"{local.url}/organizations/{local.organization}/developers/{DANA}"
    headers = {"Authorization": f"Bearer {local.bearer()}"}
    requests.delete(url, headers=headers, timeout=60).raise_for_status()


def statuses(house: House) -> dict[str, StatusThere]:
    with house.flask.test_request_context():
        found = house.portal.developers.organizations.statuses(DANA)
    return {there.organization: there for there in found}


@pytest.mark.parametrize("flavor", ["x", "edge"])
def test_each_organization_is_read_and_set(flavor: Flavor, build: Build, others: Others) -> None:
    house = build(flavor, organizations=tables(others))
    ada = house.signed_in("ada", roles=frozenset({"administrator"}))
    page = house.developer_page()
    part = ada.get(f"{page}/organizations", with_htmx=True)
    assert part.calls == 2
    assert (part.text.count("Active"), part.status) == (2, 200)
    for status in ("inactive", "active"):
        assert ada.post(f"{page}/status", {"status": status}, with_htmx=True).status == 200
        assert house.status() == status
        assert {there.status for there in statuses(house).values()} == {status}
    expected = ["action=inactive", "action=active"]
    assert [changes(local) for local in others.values()] == [expected, expected]


def test_one_that_hangs_costs_its_own_deadline_and_no_others(build: Build, others: Others) -> None:
    house = build("x", organizations=tables(others, deadline_seconds=5))
    statuses(house)
    others["partners"].faults.add(fault("hang", times=0, path="/v1/organizations/"))
    others["labs"].faults.add(fault("hang", times=0, path="/v1/organizations/"))
    begun = time.monotonic()
    told = statuses(house)
    took = time.monotonic() - begun
    for local in others.values():
        local.faults.clear()
    assert all(there.has_failed for there in told.values())
    assert took < 9.5, "one after the other takes ten seconds"


def test_one_that_lacks_the_developer_and_one_that_forbids_say_so(
    build: Build, others: Others
) -> None:
    house = build("x", organizations=tables(others))
    lose_dana(others["labs"])
    others["partners"].faults.add(
        fault("unavailable", status=403, body="{}", times=0, method="POST", path="/developers/")
    )
    ada = house.signed_in("ada", roles=frozenset({"administrator"}))
    answer = ada.post(f"{house.developer_page()}/status", {"status": "inactive"}, with_htmx=True)
    section = answer.page.text_of("organizations")
    assert house.status() == "inactive"
    assert "partners Unknown" in section
    assert "There is no developer with this e-mail address." in section
    runner = house.flask.test_cli_runner()
    assert runner.invoke(args=["developers", "deactivate", DANA]).exit_code == 1
    others["partners"].faults.clear()
    others["labs"].reset()
    done = runner.invoke(args=["developers", "deactivate", DANA])
    assert (done.exit_code, done.output.count("inactive")) == (0, 3)
    assert {there.status for there in statuses(house).values()} == {"inactive"}


def test_the_doctor_names_what_is_wrong_in_which_organization(build: Build, others: Others) -> None:
    house = build("x", organizations=tables(others))
    others["labs"].faults.add(
        fault("unavailable", status=403, body="{}", times=0, method="POST", path="/developers/")
    )
    told = house.flask.test_cli_runner().invoke(args=["doctor"]).output
    others["labs"].faults.clear()
    assert "ok      partners: Activate and deactivate developers" in told
    assert "WRONG   labs: Activate and deactivate developers" in told
