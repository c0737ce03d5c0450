"""After the whole life of a key neither database nor logs hold it, nor what it was for."""

import base64
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from app.domain.audit import Action
from app.domain.people import BUILT_IN
from tests.architecture.test_guards import GUARDS
from tests.routes.matrix import ROUTES, is_let_in
from tests.scenario.story import (
    AUDIT_STREAM,
    CALLBACK,
    DESCRIPTION,
    INTERNAL_NAME,
    LABEL,
    NAME,
    Story,
    run_story,
)

ABOUT_THE_APP = (NAME, INTERNAL_NAME, DESCRIPTION, CALLBACK)
# What the ports call an operation that is one of several on the wire.
PORTS = {"apps.list": "apps.page", "products.list": "products.all"}
CAUSED = {
    "developer": {
        *("developers.create", "developers.get", "products.list"),
        *("apps.list", "apps.create", "apps.get", "apps.delete"),
        *("keys.create", "keys.add_products"),
    },
    "worker": {
        *("organization_apps.get", "organization_apps.list", "developers.get", "apps.get"),
        "keys.set_status",
    },
    "administrator": {"developers.get", "developers.set_status", "apps.list"},
}

# Read anew where the catalogue is older than the page wants it, as on a slow machine.
AGED = "products.list"


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    with run_story(tmp_path_factory.mktemp("house")) as lived:
        yield lived


def tables(story: Story) -> dict[str, str]:
    """Return every value of every table as text, by the table's name."""
    with closing(sqlite3.connect(f"file:{story.house.database}?mode=ro", uri=True)) as database:
        names = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {name: "\n".join(map(str, _values(database, name))) for (name,) in names}


def _values(database: sqlite3.Connection, table: str) -> Iterator[object]:
    for row in database.execute(f'SELECT * FROM "{table}"'):  # noqa: S608 - a table of our own
        yield from row


def spellings(secret: str) -> Iterator[bytes]:
    """Yield the secret as it is, and in base64 wherever it may begin in what was encoded."""
    yield secret.encode()
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + secret.encode())
        yield encoded[4 if shift else 0 : -4]


def found_in(content: bytes, story: Story) -> list[str]:
    """Return the names of the secrets that the content holds."""
    return [
        name
        for name, secret in story.secrets.items()
        if any(spelling in content for spelling in spellings(secret))
    ]


def test_no_table_holds_a_secret(story: Story) -> None:
    """Abuse case 23."""
    for name, content in tables(story).items():
        found = found_in(content.encode(), story)
        assert found == [], name


def test_no_file_of_the_database_holds_a_secret_not_even_of_deleted_rows(story: Story) -> None:
    around = story.house.database.parent.rglob("*")
    files = sorted(file for file in around if file.is_file())
    assert {file.name for file in files} >= {"portal.db", "portal.db-wal"}
    for file in files:
        found = found_in(file.read_bytes(), story)
        assert found == [], file.name


def test_what_an_app_is_called_stands_in_the_audit_log_only(story: Story) -> None:
    for name, content in tables(story).items():
        expected = [INTERNAL_NAME] if name == "audit" else []
        assert [text for text in ABOUT_THE_APP if text in content] == expected, name


def test_the_logs_hold_no_secret_and_nothing_about_the_app(story: Story) -> None:
    """Abuse case 23."""
    log = story.house.log.getvalue()
    found = found_in(log.encode(), story)
    assert found == []
    assert [text for text in ABOUT_THE_APP if text in log] == []


def test_what_the_portal_remembers_of_keys_holds_their_fingerprints_only(story: Story) -> None:
    held = tables(story)
    assert "key.retire" in held["jobs"]
    assert LABEL in held["notes"]
    fingerprints = set(re.findall(r"^[0-9a-f]{16}$", held["notes"], re.MULTILINE))
    assert fingerprints
    assert all(each in held["jobs"] for each in fingerprints)


def test_the_log_of_the_worker_holds_no_secret_and_nothing_about_the_app(story: Story) -> None:
    log = (story.house.plan.logs / "worker.log").read_text(encoding="utf-8")
    assert "job key.retire done" in log
    found = found_in(log.encode(), story)
    assert found == []
    assert [text for text in ABOUT_THE_APP if text in log] == []


def test_the_audit_log_holds_no_secret_wherever_it_goes(story: Story) -> None:
    """Abuse case 23."""
    house = story.house
    stream = house.plan.portal_state.parent / AUDIT_STREAM
    copies = {"stream": stream.read_bytes()}
    for command in (("export",), ("export", "--format", "csv"), ("show", "--limit", "1000")):
        done = house.app.test_cli_runner().invoke(args=["audit", *command])
        assert done.exit_code == 0
        copies[" ".join(command)] = done.stdout_bytes
    for name, copy in copies.items():
        assert found_in(copy, story) == [], name
        for action in (b"key.reveal", b"app.create", b"developer.deactivate", b"app.delete"):
            assert action in copy, name
        assert INTERNAL_NAME.encode() in copy, name


def test_the_audit_log_of_a_whole_life_holds_together(story: Story) -> None:
    app = story.house.app
    with app.app_context():
        app.extensions["portal"].audit.keeper.seal()
    done = app.test_cli_runner().invoke(args=["audit", "verify"])
    assert (done.exit_code, "The chain is whole" in done.output) == (0, True), done.output


def test_the_logs_tell_of_every_request_by_its_route(story: Story) -> None:
    lines = [json.loads(line) for line in story.house.log.getvalue().splitlines()]
    routes = {(line.get("method"), line.get("route")) for line in lines}
    assert routes >= {
        ("POST", "/register"),
        ("POST", "/apps/new"),
        ("POST", "/apps/<name>/keys/<key_id>/reveal"),
        ("POST", "/admin/developers/<developer>/status"),
        ("POST", "/apps/<name>/deletion"),
        ("POST", "/sign-out"),
    }


def test_the_audit_log_tells_who_did_what_with_intent_and_outcome(story: Story) -> None:
    app = story.house.app
    with app.app_context():
        rows = app.extensions["portal"].audit.log.recent(1000)
    phases: dict[tuple[str, str, str], list[str]] = {}
    for row in reversed(rows):
        if row.action is not Action.AUDIT_EXPORT:  # another test's
            about = (row.action_id, row.actor.name, row.action.value)
            phases.setdefault(about, []).append(row.phase.value)
    done = [about[1:] for about, told in phases.items() if told == ["intent", "done"]]
    assert done == [
        ("system", "developers.sync"),
        ("Ravi Iyer", "developer.register"),
        ("Ravi Iyer", "developer.link"),
        ("Ravi Iyer", "app.create"),
        ("Ravi Iyer", "key.reveal"),
        ("Ravi Iyer", "key.reveal"),
        ("Ravi Iyer", "key.label"),
        ("Ravi Iyer", "key.rotate"),
        ("system", "key.retire"),
        ("Ada Lindqvist", "developer.deactivate"),
        ("Ada Lindqvist", "developer.activate"),
        ("Ravi Iyer", "app.delete"),
    ]


def test_each_role_causes_its_own_calls_of_apigee_and_no_others(story: Story) -> None:
    calls = {role: set(made) for role, made in story.watch.calls.items()}
    calls["administrator"].discard(AGED)
    assert calls == CAUSED


@pytest.mark.parametrize(
    ("role", "kind", "rights"),
    [("developer", "developer", "developer"), ("administrator", "person", "administrator")],
)
def test_what_apigee_saw_is_in_the_table_of_the_routes(
    story: Story, role: str, kind: str, rights: str
) -> None:
    table = {
        call
        for endpoint, route in ROUTES.items()
        if is_let_in(GUARDS[endpoint], kind, BUILT_IN[rights])
        for call in route.calls_of(kind)
    }
    seen = {PORTS.get(call, call) for call in story.watch.calls[role]}
    assert len(seen) > 2
    assert seen <= table


def test_the_search_finds_what_it_looks_for(story: Story) -> None:
    for name in ("consumer key", "ravi's id_token"):
        secret = story.secrets[name].encode()
        plain = b"before " + secret + b" after"
        encoded = [base64.b64encode(b"x" * shift + secret + b" after") for shift in range(3)]
        found = [found_in(content, story) for content in (plain, *encoded)]
        assert found == [[name]] * 4
