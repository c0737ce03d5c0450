"""What the wheel holds, and that it needs nothing of the checkout."""

import re
import tarfile
from pathlib import Path
from zipfile import ZipFile

import pytest

from app import __version__
from demo.plan import ROOT
from tests.wheel.conftest import Site
from tests.wheel.installed import Installed, answer, built, run

# Building and installing take their time on a machine that is busy.
pytestmark = pytest.mark.timeout(600)
PLACES = {"app": "app", **{name: f"app/{name}" for name in ("migrations", "static", "templates")}}


def files_of(folder: Path) -> set[str]:
    """Return the names of a folder's files, without what Python keeps beside them."""
    found = (file for file in folder.glob("*/**/*") if file.is_file())
    names = {file.relative_to(folder).as_posix() for file in found}
    names |= {file.name for file in folder.iterdir() if file.is_file()}
    return {name for name in names if "__pycache__" not in name}


def test_every_file_of_the_application_is_in_the_wheel_and_no_other_code(wheel: Path) -> None:
    with ZipFile(wheel) as packed:
        names = set(packed.namelist())
    for folder, place in PLACES.items():
        files = files_of(ROOT / folder)
        assert len(files) > 10
        assert {f"{place}/{name}" for name in files} <= names
    assert {"app/gunicorn.conf.py", "app/static/vendor/htmx.min.js.br"} <= names
    tops = {name.partition("/")[0] for name in names}
    assert tops == {"app", f"apigee_developer_portal-{__version__}.dist-info"}


def test_a_wheel_can_be_built_from_the_sdist_alone(wheel: Path, tmp_path: Path) -> None:
    with tarfile.open(built(tmp_path, "sdist")) as packed:
        packed.extractall(tmp_path, filter="data")
    [folder] = (each for each in tmp_path.iterdir() if each.is_dir())
    again = built(tmp_path / "again", "wheel", folder)
    assert again.read_bytes() == wheel.read_bytes()


def test_nothing_of_the_checkout_is_reachable(installed: Installed) -> None:
    ask = (
        "import importlib.util as u, app, sys; print(app.__file__, *map(u.find_spec, sys.argv[1:]))"
    )
    words = (installed.python, "-c", ask, "demo", "emulator", "tests", "tools", "wsgi")
    said = run(*words, folder=installed.folder, environment={}).split()
    assert said[1:] == ["None"] * 5
    assert Path(said[0]).is_relative_to(installed.venv)
    assert installed.told("--version") == f"{__version__}\n"
    assert installed.told("example") == (ROOT / "portal.example.toml").read_text(encoding="utf-8")


def test_it_serves_pages_and_their_files(site: Site) -> None:
    with site.installed.serving(site.listener, "--workers", "1", **site.settings):
        assert answer(f"{site.url}/livez").text == "ok\n"
        assert answer(f"{site.url}/readyz").text == "ready\n"
        page = answer(f"{site.url}/docs/")
        assert "Installed Portal" in page.text
        files = set(re.findall(r'(?:href|src)="(/static/[^"#]+\?v=\w+)', page.text))
        assert len(files) > 5
        for file in files:
            sent = answer(f"{site.url}{file}", **{"Accept-Encoding": "gzip"})
            assert sent.headers["Cache-Control"].endswith("immutable"), file
        small = answer(f"{site.url}/static/vendor/htmx.min.js", **{"Accept-Encoding": "br"})
        assert small.headers["Content-Encoding"] == "br"
        begun = answer(f"{site.url}/sign-in")
        assert begun.headers["Location"].startswith(site.plan.issuer)
        assert "weather-free" in answer(f"{site.url}/products").text
