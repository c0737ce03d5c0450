"""The wheel among the locked packages alone, and the units as systemd reads them."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app import __version__
from demo.plan import ROOT
from tests.wheel.conftest import Site
from tests.wheel.conftest import installed as installed  # noqa: PLC0414 - fixtures, used by name
from tests.wheel.conftest import site as site  # noqa: PLC0414
from tests.wheel.conftest import wheel as wheel  # noqa: PLC0414
from tests.wheel.container import lay_out, steps
from tests.wheel.installed import Installed, answer, environment_of, install, run

UNITS = sorted((ROOT / "deploy" / "systemd").iterdir())
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
# Of the container, at the root of its files.
PLACES = re.compile(r"(?<![\w./])/(tools|opt/portal|dist)\b")
PLACE = "/opt/portal/bin/portal"
MOST_EXPOSED = 2.0  # of 10, as systemd counts
MISSING = "systemd-analyze is not installed, and this is about what it says of the units."


@pytest.mark.timeout(1200)
def test_it_serves_where_nothing_but_the_locked_packages_is(
    wheel: Path, site: Site, tmp_path: Path
) -> None:
    venv = environment_of(tmp_path / "venv")
    install(venv, "--require-hashes", "--requirement", str(ROOT / "requirements" / "server.txt"))
    install(venv, "--no-deps", "--no-index", str(wheel))
    (tmp_path / "work").mkdir()
    alone = Installed(venv, tmp_path / "work")
    settings = {**site.settings, "PORTAL_DATABASE_URL": "sqlite:///portal.db"}
    alone.told("db", "upgrade", **settings)
    alone.told("developers", "sync", **settings)
    assert "WRONG" not in alone.told("doctor", **settings)
    alone.told("jobs", "work", "--once", **settings)
    with alone.serving(site.listener, **settings):
        assert answer(f"{site.url}/readyz").text == "ready\n"
        assert answer(f"{site.url}/sign-in").status_code == 303
        assert "weather-free" in answer(f"{site.url}/products").text


@pytest.mark.timeout(1200)
def test_the_steps_of_the_container_can_be_taken_by_hand(wheel: Path, tmp_path: Path) -> None:
    """What needs no root of its own: the stage that builds, in an empty folder."""
    lay_out(tmp_path / "src", "vendor")
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    environment = {**os.environ, "PATH": path}  # with whatever leads to the packages from here
    for step in steps("RUN")[:-1]:
        words = PLACES.sub(rf"{tmp_path}/\1", step)
        run("/bin/sh", "-ec", words, folder=tmp_path / "src", environment=environment)
    [made] = (tmp_path / "dist").iterdir()
    assert made.read_bytes() == wheel.read_bytes()
    said = run(str(tmp_path / "opt/portal/bin/portal"), "--version", folder=tmp_path)
    assert said == f"{__version__}\n"


def analyzed(*words: str) -> "subprocess.CompletedProcess[str]":
    program = shutil.which("systemd-analyze")
    assert program, MISSING
    return subprocess.run((program, *words), capture_output=True, text=True, check=False)  # noqa: S603 - found above


def test_systemd_understands_the_units(installed: Installed, tmp_path: Path) -> None:
    """They name a place that is not on this machine; here it is that of the tests."""
    for unit in UNITS:
        text = unit.read_text(encoding="utf-8").replace(PLACE, installed.command)
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    for unit in UNITS:
        said = analyzed("verify", str(tmp_path / unit.name))
        assert (said.returncode, said.stderr) == (0, ""), unit.name


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_a_service_can_do_little_but_serve(unit: Path) -> None:
    said = analyzed("security", "--offline=true", str(unit)).stdout
    [exposed] = re.findall(r"exposure level for \S+: ([\d.]+)", said)
    assert float(exposed) <= MOST_EXPOSED
