"""The shape of the code: lengths, names, what an import may load, a status for every error."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from app.domain import errors
from app.web.errors import STATUSES
from tests.architecture.sources import ROOT, functions, modules, syntax

LONGEST_MODULE = 300
LONGEST_FUNCTION = 30
LONGEST_ROUTE = 15
VAGUE = {"utils", "util", "helpers", "helper", "common", "manager", "misc", "base_utils"}


def name_of(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def lines(node: ast.FunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def is_route(node: ast.FunctionDef) -> bool:
    return any(ast.unparse(item).startswith("bp.") for item in node.decorator_list)


def test_no_module_is_longer_than_a_few_screens() -> None:
    long = {
        name_of(file): count
        for file in modules("app", "emulator")
        if (count := len(file.read_text(encoding="utf-8").splitlines())) > LONGEST_MODULE
    }
    assert long == {}


def test_no_function_is_longer_than_a_screen() -> None:
    long = {
        f"{name_of(file)}: {node.name}": lines(node)
        for file in modules("app", "emulator")
        for node in functions(file)
        if lines(node) > LONGEST_FUNCTION
    }
    assert long == {}


def test_a_route_parses_calls_one_service_and_answers() -> None:
    routes = {
        f"{name_of(file)}: {node.name}": lines(node)
        for file in modules("app/blueprints")
        for node in functions(file)
        if is_route(node)
    }
    assert len(routes) > 20
    assert {name: count for name, count in routes.items() if count > LONGEST_ROUTE} == {}


def test_every_write_of_an_owner_records_what_it_refuses() -> None:
    writes = {
        f"{name_of(file)}: {node.name}": [ast.unparse(item) for item in node.decorator_list]
        for file in modules("app/services")
        for node in functions(file)
        if not node.name.startswith("_")
        and {"owner", "actor"} <= {argument.arg for argument in node.args.args}
        and "self._trail.around" not in ast.unparse(node.body[-1])
    }
    assert len(writes) > 10
    bare = {name for name, found in writes.items() if "on_record" not in " ".join(found)}
    assert bare == set()


def test_modules_are_called_after_what_they_are_about() -> None:
    assert {file.stem for file in modules("app", "emulator", "demo")} & VAGUE == set()


def test_the_domain_stands_on_the_standard_library_alone() -> None:
    foreign = {
        f"{name_of(file)}: {name}"
        for file in modules("app/domain")
        for name in imported(file)
        if not name.startswith("app.domain")
        and name.partition(".")[0] not in sys.stdlib_module_names
    }
    assert foreign == set()


def imported(file: Path) -> set[str]:
    """Return the modules that a file imports."""
    found: set[str] = set()
    for node in ast.walk(syntax(file)):
        if isinstance(node, ast.Import):
            found |= {item.name for item in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


@pytest.mark.parametrize(
    ("module", "foreign"),
    [
        ("app", ["flask", "sqlalchemy", "requests", "authlib", "pydantic"]),
        ("app.domain.keys", ["flask", "sqlalchemy", "requests", "authlib", "pydantic"]),
        ("app.services.assembly", ["flask", "werkzeug", "sqlalchemy", "requests", "authlib"]),
        ("app.store.engine", ["flask", "werkzeug", "requests", "authlib"]),
        ("app.apigee.connect", ["flask", "werkzeug", "sqlalchemy"]),
        ("app.identity.provider", ["flask", "werkzeug", "sqlalchemy"]),
        ("app.settings", ["flask", "werkzeug", "sqlalchemy", "requests", "authlib"]),
        ("emulator", ["app", "flask"]),
    ],
)
def test_importing_a_lower_layer_loads_nothing_of_a_higher_one(
    module: str, foreign: list[str]
) -> None:
    script = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run(  # noqa: S603 - our own interpreter and our own words
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert loaded & set(foreign) == set()


def test_every_error_of_the_portal_has_a_status() -> None:
    def below(kind: type[errors.PortalError]) -> set[type[errors.PortalError]]:
        return {kind} | {item for child in kind.__subclasses__() for item in below(child)}

    own = {kind for kind in below(errors.PortalError) if kind.__module__.startswith("app.")}
    assert own - {errors.PortalError} == set(STATUSES)
    assert all(400 <= status < 600 for status in STATUSES.values())


def test_the_clock_is_taken_not_looked_at() -> None:
    reading = {
        name_of(file) for file in modules("app") if ".now(UTC)" in file.read_text(encoding="utf-8")
    }
    assert reading == {"app/domain/clock.py"}


def test_nobody_reads_the_address_and_the_form_as_one() -> None:
    """A fresh sign-in is bound to the form alone: what the address says must not win over it."""
    mixed = [
        f"{name_of(file)}:{node.lineno}"
        for file in modules("app")
        for node in ast.walk(syntax(file))
        if isinstance(node, ast.Attribute) and ast.unparse(node) == "request.values"
    ]
    assert mixed == []


def test_products_are_asked_for_with_the_roles_of_the_surroundings() -> None:
    """A person's own roles lack that whoever is signed in counts as a developer, too."""
    patterns = ("account().roles", "person.roles")
    found = [
        name_of(file)
        for file in modules("app/blueprints")
        if any(one in file.read_text(encoding="utf-8") for one in patterns)
    ]
    assert found == []


def test_the_themes_differ_in_the_values_of_tokens_alone() -> None:
    """So what is no matter of colors need not be looked at in both."""
    folders = (ROOT / "static" / "css", ROOT / "static" / "js", ROOT / "templates")
    words = ("light-dark(", "prefers-color-scheme")
    found = {
        file.name
        for folder in folders
        for file in folder.rglob("*.*")
        if any(word in file.read_text(encoding="utf-8") for word in words)
    }
    assert found == {"plain.html", "tokens.css"}  # the logo of a theme may have two drawings
