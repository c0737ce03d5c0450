"""What the demo decides before it starts: ports, folders, settings, secrets."""

import json
import socket
import stat
from pathlib import Path

import pytest

from demo.plan import Plan, PlanError, plan_from
from demo.preparation import prepare


def free_plan(var: Path, flavor: str = "x") -> Plan:
    """A plan on four free ports in a row."""
    for port in range(20000, 60000, 97):
        plan = Plan(port=port, flavor=flavor, var=var)
        try:
            for each in plan.ports:
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", each))
        except OSError:
            continue
        return plan
    raise AssertionError("no four free ports in a row")


def test_the_ports_follow_the_first_one() -> None:
    assert list(plan_from({}, "x").ports) == [8000, 8001, 8002, 8003]
    assert list(plan_from({"PORTAL_DEMO_PORT": "18000"}, "x").ports) == list(range(18000, 18004))


@pytest.mark.parametrize("port", ["", "0", "65533", "-1", "eight", "\u0661"])
def test_an_impossible_port_is_refused_by_name(port: str) -> None:
    with pytest.raises(PlanError, match="PORTAL_DEMO_PORT"):
        plan_from({"PORTAL_DEMO_PORT": port}, "x")


def test_an_unknown_flavor_is_refused_by_name() -> None:
    with pytest.raises(PlanError, match="FLAVOR is x or edge"):
        plan_from({}, "z")


def test_the_flavors_keep_their_states_apart(tmp_path: Path) -> None:
    on_x, on_edge = (Plan(port=8000, flavor=flavor, var=tmp_path) for flavor in ("x", "edge"))
    assert on_x.portal_state == tmp_path / "portal"
    assert on_x.emulator_state == tmp_path / "emulator"
    assert on_edge.portal_state != on_x.portal_state
    assert on_edge.emulator_state != on_x.emulator_state


def test_the_portal_is_told_where_everything_is(tmp_path: Path) -> None:
    settings = Plan(port=18000, flavor="x", var=tmp_path).portal_environment()
    assert settings["PORTAL_PUBLIC_URL"] == "http://localhost:18000"
    assert settings["PORTAL_APIGEE__ENDPOINT"] == "http://localhost:18001/v1"
    assert settings["PORTAL_MAIL__FOLDER"] == str(tmp_path / "mail")
    assert settings["PORTAL_OIDC__DEMO__ISSUER"] == "http://localhost:18002"
    assert json.loads(settings["PORTAL_OIDC__DEMO__ROLES"])["portal-admins"] == "administrator"


def test_edge_is_asked_with_a_password_and_x_with_a_service_account(tmp_path: Path) -> None:
    on_x = Plan(port=8000, flavor="x", var=tmp_path).portal_environment()
    on_edge = Plan(port=8000, flavor="edge", var=tmp_path).portal_environment()
    assert on_x["PORTAL_APIGEE__AUTH"] == "service_account"
    assert "PORTAL_APIGEE__USERNAME" not in on_x
    assert on_edge["PORTAL_APIGEE__AUTH"] == "basic"
    assert "PORTAL_APIGEE__SERVICE_ACCOUNT_FILE" not in on_edge


def test_a_setting_of_the_person_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_LIMITS__MULTIPLIER", "1")
    monkeypatch.setenv("PORTAL_DEMO_PORT", "18000")
    settings = Plan(port=8000, flavor="x", var=tmp_path).portal_environment()
    assert settings["PORTAL_LIMITS__MULTIPLIER"] == "1"
    assert "PORTAL_DEMO_PORT" not in settings


def test_secrets_are_made_once_and_for_their_owner_only(tmp_path: Path) -> None:
    plan = free_plan(tmp_path)
    prepare(plan)
    files = (plan.secret_key_file, plan.client_secret_file)
    first = [file.read_text() for file in files]
    assert [stat.S_IMODE(file.stat().st_mode) for file in files] == [0o600, 0o600]
    assert first[0] != first[1]
    prepare(plan)
    assert [file.read_text() for file in files] == first


def test_a_taken_port_is_named_before_anything_starts(tmp_path: Path) -> None:
    plan = free_plan(tmp_path)
    with socket.socket() as other:
        other.bind(("127.0.0.1", plan.ports[2]))
        other.listen()
        with pytest.raises(PlanError, match=rf"Port {plan.ports[2]} is taken(.|\n)*DEMO_PORT="):
            prepare(plan)
    assert not plan.secrets.exists()
