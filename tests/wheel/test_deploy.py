"""The files of deploy/: what they copy, start and set is there. No container is run here."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.command import portal
from app.configuration.environment import locate
from app.settings import Settings
from demo.plan import ROOT
from tests.wheel.container import CONTAINER, DEPLOY, copied, lay_out, steps
from tests.wheel.installed import built

UNITS = sorted((DEPLOY / "systemd").iterdir())
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = ("migrate", "web", "worker")
EXEMPT = {"PORTAL_CONFIG"}


def test_the_container_is_built_of_files_that_are_there_and_not_ignored() -> None:
    lines = (DEPLOY / "Containerfile.dockerignore").read_text(encoding="utf-8").split()
    wanted = [line[1:] for line in lines if line.startswith("!")]
    assert lines[0] == "*"
    for sources, _ in copied():
        for source in sources:
            assert (ROOT / source).exists(), source
            whole, parts = f"{source}/", [f"{name}/" for name in wanted]
            assert any(part.startswith(whole) or whole.startswith(part) for part in parts), source
    assert all((ROOT / name).exists() for name in wanted)


def test_what_is_copied_makes_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    lay_out(tmp_path)
    again = built(tmp_path / "dist", "wheel", tmp_path)
    assert again.read_bytes() == wheel.read_bytes()


def test_the_container_runs_as_nobody_in_particular_and_holds_no_secret() -> None:
    assert steps("USER") == ["10001"]
    assert steps("ENTRYPOINT") == ['["portal"]']
    assert "/livez" in steps("HEALTHCHECK")[0]
    assert not re.search(r"(?i)^(ARG|ENV).*(secret|password|key|token)", CONTAINER, re.MULTILINE)
    assert steps("FROM") == ["${BASE} AS build", "${BASE}"]


def is_setting(name: str) -> bool:
    return name in EXEMPT or bool(locate(Settings, name.removeprefix("PORTAL_").split("__")))


def is_command(words: list[str]) -> bool:
    """Tell whether the portal has a command; those of the database come from Flask-Migrate."""
    return words[:2] == ["db", "upgrade"] or words[0] in portal.commands or words[0] == "jobs"


@pytest.mark.parametrize("name", OURS)
def test_a_service_is_closed_down_and_names_what_there_is(name: str) -> None:
    service = SERVICES[name]
    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    assert "no-new-privileges:true" in service["security_opt"]
    assert all(map(is_setting, service["environment"]))
    assert set(service["secrets"]) <= set(COMPOSE["secrets"])
    told = {each.rpartition("/")[2] for each in service["environment"].values() if "/run/" in each}
    assert told == set(service["secrets"])
    assert set(service["depends_on"]) <= set(SERVICES)
    assert is_command(service["command"])
    assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).exists()


def test_all_containers_share_one_database_and_one_redis() -> None:
    addresses = {SERVICES[name]["environment"]["PORTAL_REDIS_URL"] for name in OURS}
    assert addresses == {"redis://redis:6379/0"}
    assert {"postgres", "redis"} <= set(SERVICES)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_sets_and_starts_what_there_is(unit: Path) -> None:
    text = unit.read_text(encoding="utf-8")
    names = re.findall(r"^Environment=(\w+)=", text, re.MULTILINE)
    assert all(map(is_setting, names))
    credentials = set(re.findall(r"^LoadCredential=([\w-]+):", text, re.MULTILINE))
    assert credentials == set(re.findall(r"=%d/([\w-]+)$", text, re.MULTILINE))
    for started in re.findall(r"^ExecStart=/opt/portal/bin/portal (.*)$", text, re.MULTILINE):
        assert is_command(started.split())
    assert unit.suffix == ".socket" or "ProtectSystem=strict" in text
