"""A whole check: what it says, what it leaves, and what organizations may do to it."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.errors import PortalError
from app.domain.truth import Made, Patience, Trace
from app.services.truth.cases import CASES
from app.services.truth.cases.developers import a_deleted_developer_is_gone_with_all_apps
from app.services.truth.stage import Stage, expect
from app.truth_kit import kit
from emulator import Switches
from emulator.faults import Fault
from emulator.messages import Exchange
from emulator.permissions import TABLE, permission
from emulator.switch_file import read_switches
from tests.contract.role import listed_permissions
from tests.truth.checking import (
    PATIENCE,
    SANDBOX,
    Start,
    asking_only,
    held,
    kit_for,
    no_questions,
    settings_for,
)

SEED = {
    "apiProducts": [{"name": "portal-probe-weather", "approvalType": "auto"}],
    "developers": [
        {
            "email": "portal-probe-dana@example.com",
            "firstName": "D",
            "lastName": "R",
            "apps": [{"name": "trip", "apiProducts": ["portal-probe-weather"]}],
        }
    ],
}
EVERY_PERMISSION = frozenset(permission(*each) for each in TABLE)


class Secrets:
    """Remembers every key, secret, token and name of a caller that was on the wire."""

    def __init__(self) -> None:
        self.found: set[str] = set()

    def __call__(self, exchange: Exchange) -> None:
        for body in (exchange.request.body, exchange.response.body):
            try:
                self.found.update(_secrets(json.loads(body)))
            except ValueError:
                continue
        self.found.add(exchange.request.headers.get("authorization", "").rpartition(" ")[2])


def _secrets(value: object) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from _secrets(each)
    elif isinstance(value, dict):
        for name, each in value.items():
            if name in {"consumerKey", "consumerSecret", "access_token", "createdBy"}:
                yield str(each)
            yield from _secrets(each)


@pytest.mark.parametrize("flavor", ["x", "edge"])
def test_a_sandbox_passes_and_nothing_is_left_or_told(
    flavor: str, tmp_path: Path, start: Start
) -> None:
    told: list[str] = []
    seen = Secrets()
    with start(flavor=flavor, seed=SEED, observers=(seen,)) as local:
        before = held(local)
        verdict = kit_for(local, tmp_path).run(told.append)
        assert verdict.passed, told
        assert held(local) == before
        assert len(local.journal.entries) < 380
    assert len(seen.found) > 50
    texts = [file.read_text(encoding="utf-8") for file in tmp_path.iterdir()]
    assert len(texts) == 4
    for text in (*texts, *told):
        assert "ops@" not in text
        assert "BEGIN PRIVATE KEY" not in text
        assert not [secret for secret in seen.found if secret and secret in text]
    assert "portal-probe-…" in told[0]
    assert read_switches(verdict.files[2]) == Switches()


@pytest.mark.parametrize("flavor", ["x", "edge"])
def test_an_organization_that_is_slow_to_show_and_to_delete_passes(
    flavor: str, tmp_path: Path, start: Start
) -> None:
    switches = Switches(replica_lag_seconds=0.06, deletion_seconds=0.4, product_in_use="refuse")
    told: list[str] = []
    with start(flavor=flavor, switches=switches) as local:
        verdict = asking_only(kit_for(local, tmp_path), "key_length").run(told.append)
        whole = kit_for(local, tmp_path, asking=no_questions).run(told.append)
        assert whole.passed, [line for line in told if "passed" not in line]
        assert [name for name in held(local) if name.startswith("portal-probe")] == []
    assert "NOT removed" not in "\n".join(told)
    assert verdict.files


def test_calls_that_are_forbidden_are_named_and_the_rest_goes_on(
    tmp_path: Path, start: Start
) -> None:
    granted = EVERY_PERMISSION - {"apigee.apiproducts.create", "apigee.appgroups.create"}
    with start(permissions=granted) as local:
        verdict = kit_for(local, tmp_path).run(lambda _: None)
        assert held(local) == []
    assert not verdict.passed
    report = json.loads(verdict.files[1].read_text(encoding="utf-8"))
    assert report["denied"] == ["POST /apiproducts", "POST /appgroups"]
    problems = {each["case"]: each["problem"] for each in report["outcomes"]}
    assert problems["an address is registered once"] == ""
    assert "apigee.apiproducts.create" in problems["a product is made read and deleted"]
    values = {each["switch"]: each["value"] for each in report["findings"]}
    assert values["denied_names_permission"] is True
    assert values["unknown_action_status"] == 400
    assert values["key_length"] is None
    markdown = verdict.files[0].read_text(encoding="utf-8")
    assert "## Permissions missing\n\n- `apigee.apiproducts.create`" in markdown
    assert "## Calls forbidden\n\n- `POST /apiproducts`" in markdown


def test_the_roles_that_the_document_names_are_enough(tmp_path: Path, start: Start) -> None:
    with start(permissions=listed_permissions()) as local:
        whole = kit_for(local, tmp_path)
        assert whole.run(lambda _: None).passed
        assert whole.tally.permissions == set()
        assert whole.clean(lambda _: None).passed
        assert whole.tally.permissions == set()


def test_what_may_not_be_deleted_stays_in_the_journal(tmp_path: Path, start: Start) -> None:
    told: list[str] = []
    with start(permissions=EVERY_PERMISSION - {"apigee.developers.delete"}) as local:
        kit = kit_for(local, tmp_path, cases=(_makes_a_developer,), asking=no_questions)
        verdict = kit.run(told.append)
        assert not verdict.passed
        assert len(held(local)) == 1
    assert "its deletion was answered with 403" in told[-1]
    assert '"made": "developer"' in (tmp_path / "x-sandbox.journal.jsonl").read_text()


def test_a_busy_organization_is_waited_for(tmp_path: Path, start: Start) -> None:
    naps: list[float] = []

    def nap(seconds: float) -> None:
        naps.append(seconds)
        time.sleep(seconds)

    with start() as local:
        patience = Patience(seconds=4, sleep=nap)
        whole = kit(settings_for(local), SANDBOX, tmp_path, patience, pause=0.01)
        busy = Fault(
            path="/apps$", method="POST", status=429, headers={"Retry-After": "1"}, times=1
        )
        local.faults.add(busy)
        verdict = asking_only(whole, "key_length").run(lambda _: None)
        assert held(local) == []
    assert read_switches(verdict.files[2]).key_length == 32
    assert (naps.count(1), set(naps)) == (1, {1, 0.01})


def test_a_case_that_fails_or_breaks_is_told_without_what_was_read(
    tmp_path: Path, start: Start
) -> None:
    told: list[str] = []
    with start() as local:
        cases = (_fails, _breaks, a_deleted_developer_is_gone_with_all_apps)
        verdict = kit_for(local, tmp_path, cases=cases, asking=no_questions).run(told.append)
        assert held(local) == []
    assert (verdict.passed, verdict.summary.split(",")[0]) == (False, "1 of 3 cases passed")
    assert any(line.endswith("fails: two is not one") for line in told)
    assert any(line.endswith("breaks: it broke with ZeroDivisionError") for line in told)


@pytest.mark.parametrize("flavor", ["x", "edge"])
def test_an_unknown_organization_is_told_before_anything_is_written(
    flavor: str, tmp_path: Path, start: Start
) -> None:
    with start(flavor=flavor) as local:
        other = kit(settings_for(local), "elsewhere", tmp_path, PATIENCE, pause=0)
        with pytest.raises(PortalError, match=r"elsewhere: .* organization"):
            other.run(lambda _: None)
        with pytest.raises(PortalError):
            other.clean(lambda _: None)
    assert list(tmp_path.iterdir()) == []


def test_cleaning_removes_every_name_of_ours_and_no_other(tmp_path: Path, start: Start) -> None:
    ours = "portal-probe-0123abcd-1-auto"
    other = "portal-probe-0123abcd"
    for flavor in ("x", "edge"):
        products = [{"name": name, "approvalType": "auto"} for name in (ours, other)]
        people = [
            {"email": f"{name}@example.com", "firstName": "D", "lastName": "R", "userName": name}
            for name in (ours, other)
        ]
        groups = [{"name": name, "channelId": "portal-probe"} for name in (ours, other)]
        if flavor == "edge":
            groups = [{"name": name} for name in (ours, other)]
        seed = {"apiProducts": products, "developers": people, "groups": groups}
        with start(flavor=flavor, seed=seed) as local:
            verdict = kit_for(local, tmp_path).clean(lambda _: None)
            assert (verdict.passed, verdict.summary) == (True, "3 of 3 objects removed")
            assert sorted(held(local)) == sorted([other, other, f"{other}@example.com"])


@pytest.mark.parametrize(
    ("kind", "name", "is_ours"),
    [
        (Made.DEVELOPER, "portal-probe-0123abcd-1-developer@example.com", True),
        (Made.PRODUCT, "portal-probe-0123abcd-1-auto", True),
        (Made.PRODUCT, "portal-probe-0123abcd-1-auto@example.com", False),
        (Made.DEVELOPER, "portal-probe-0123abcd-1-developer", False),
        (Made.DEVELOPER, "portal-probe-0123abcd-1-developer@example.org", False),
        (Made.PRODUCT, "portal-probe-0123ABCD-1-auto", False),
        (Made.PRODUCT, "portal-probe-gold", False),
        (Made.PRODUCT, "my-portal-probe-0123abcd-1-auto", False),
        (Made.PRODUCT, "portal-probe-0123abcd-1-auto\n", False),
        (Made.PRODUCT, "portal-probe-0123abcd-", False),
    ],
)
def test_only_names_that_a_run_gives_are_ours(kind: Made, name: str, is_ours: bool) -> None:
    assert Trace(kind, name).is_ours is is_ours


def test_what_is_not_ours_is_not_deleted_even_if_the_journal_says_so(
    tmp_path: Path, start: Start
) -> None:
    line = {"made": "developer", "name": "portal-probe-dana@example.com"}
    (tmp_path / "x-sandbox.journal.jsonl").write_text(json.dumps(line) + "\n")
    with start(seed=SEED) as local:
        before = held(local)
        verdict = kit_for(local, tmp_path).clean(lambda _: None)
        assert held(local) == before
    assert verdict.summary == "0 of 1 objects removed"


def test_patience_looks_at_once_and_ends() -> None:
    naps: list[float] = []
    patience = Patience(seconds=3, monotonic=lambda: sum(naps), sleep=naps.append)
    assert [*patience.looks()][:1] == [0.0]
    assert sum(naps) == pytest.approx(3)
    assert list(Patience(seconds=0).looks()) == [0.0]


def test_every_case_is_a_sentence_of_its_own() -> None:
    assert len({case.__name__ for case in CASES}) == len(CASES) >= 50


def _makes_a_developer(stage: Stage) -> None:
    expect(stage.home.is_active, "it is not active")


def _fails(_stage: Stage) -> None:
    expect(False, "two is not one")


def _breaks(_stage: Stage) -> None:
    raise ZeroDivisionError("portal-secret")
