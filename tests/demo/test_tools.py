"""What the Makefile relies on: the locks, the browser files, Node."""

import json
import re
import subprocess
from xml.etree import ElementTree as ET

from demo.plan import ROOT
from tools.browser_files import ICONS, VENDOR, fingerprint, is_current
from tools.node import find_node

SVG = "{http://www.w3.org/2000/svg}"


def locked(name: str) -> dict[str, str]:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    return dict(
        re.findall(r"^(\S+?==\S+(?: ;[^\\\n]*)?) \\\n((?:\s+--hash=\S+.*\n)+)", text, re.MULTILINE)
    )


def test_whoever_has_the_tests_installed_has_the_demo_installed() -> None:
    assert locked("demo").items() <= locked("dev").items()
    assert len(locked("demo")) > 40


def test_every_locked_package_has_a_hash() -> None:
    for name in ("server", "demo", "dev", "conformance"):
        text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
        assert len(re.findall(r"^\S+==", text, re.MULTILINE)) == len(locked(name))


def test_no_lock_says_where_packages_come_from() -> None:
    for file in (ROOT / "package-lock.json", ROOT / "tests" / "clients" / "package-lock.json"):
        packages = json.loads(file.read_text(encoding="utf-8"))["packages"]
        assert not [name for name, facts in packages.items() if "resolved" in facts]
    for file in (ROOT / "requirements").glob("*.txt"):
        assert "://" not in file.read_text(encoding="utf-8")


def test_other_peoples_clients_are_locked_apart() -> None:
    assert "apigeecli==0.56.2" in locked("conformance")
    assert "apigeecli" not in (ROOT / "requirements" / "dev.txt").read_text(encoding="utf-8")


def test_the_browser_files_are_those_of_the_lock() -> None:
    assert is_current(fingerprint())
    assert not is_current("another lock")


def test_the_sprite_holds_every_listed_icon_in_the_colour_of_the_text() -> None:
    symbols = ET.parse(VENDOR / "icons.svg").getroot().findall(f"{SVG}symbol")  # noqa: S314 - we wrote it
    names = ICONS.read_text(encoding="utf-8").split()
    assert [symbol.get("id") for symbol in symbols] == names == sorted(set(names))
    assert all(symbol.get("stroke") == "currentColor" and len(symbol) > 0 for symbol in symbols)


def test_the_node_that_is_found_is_new_enough() -> None:
    answer = subprocess.run([find_node(), "--version"], capture_output=True, text=True, check=True)  # noqa: S603 - node itself
    assert int(answer.stdout[1:].split(".")[0]) >= 22
