"""Finding the operator's class at the start, and the example of the documentation."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.configuration.errors import ConfigurationError
from app.domain.audit import Action
from app.domain.products import ApiProduct
from app.operator_rules import operator_policy
from app.services.operator import NoFurtherRules, OperatorPolicy, Person, Write

PAGE = Path(__file__).parents[2] / "docs" / "policy.md"
EMPLOYEE = Person("dana@example.com", "d1")
PARTNER = Person("pat@partner.example", "d2")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder from which Python imports; what it imported is forgotten again."""
    before = set(sys.modules)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path
    for name in set(sys.modules) - before:
        if name.endswith("_rules"):
            del sys.modules[name]


@pytest.fixture
def example(folder: Path) -> OperatorPolicy:
    """The class of the documentation, loaded as an operator loads it."""
    found = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    (folder / "company_rules.py").write_text(found[1], encoding="utf-8")
    return operator_policy("company_rules:CompanyRules")


def test_without_a_name_everything_that_the_portal_allows_is_allowed() -> None:
    policy = operator_policy("")
    assert isinstance(policy, NoFurtherRules)
    assert policy.may_request(EMPLOYEE, ApiProduct("payments", "Payments")) is None
    assert policy.before_write(Write(Action.APP_CREATE, EMPLOYEE, "trip")) is None


def test_the_example_keeps_payments_for_employees(example: OperatorPolicy) -> None:
    payments, weather = ApiProduct("payments", "Payments"), ApiProduct("weather", "Weather")
    assert example.may_request(EMPLOYEE, payments) is None
    assert example.may_request(PARTNER, weather) is None
    assert "for employees" in (example.may_request(PARTNER, payments) or "")


def test_the_example_wants_to_know_what_a_new_app_is_for(example: OperatorPolicy) -> None:
    silent = Write(Action.APP_CREATE, EMPLOYEE, "trip", values={"description": ""})
    told = Write(Action.APP_CREATE, EMPLOYEE, "trip", values={"description": "Trips."})
    assert "what the app is for" in (example.before_write(silent) or "")
    assert example.before_write(told) is None
    assert example.before_write(Write(Action.KEY_ADD, EMPLOYEE, "trip")) is None


def test_the_example_announces_what_was_done(
    example: OperatorPolicy, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO"):
        example.after_write(Write(Action.APP_CREATE, EMPLOYEE, "trip"))
    assert caplog.messages == ["app.create of trip"]


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ("company_rules", "must read like company_rules:CompanyRules"),
        (":CompanyRules", "must read like"),
        ("company_rules:", "must read like"),
        ("no_such_rules:Rules", "cannot be loaded: ModuleNotFoundError"),
        ("broken_rules:Rules", "cannot be loaded: ZeroDivisionError"),
        ("few_rules:Missing", "has no class Missing"),
        ("few_rules:number", "has no class number"),
        ("few_rules:Few", "the class has no method before_write"),
        ("few_rules:Wants", "cannot be loaded: TypeError"),
    ],
)
def test_a_class_that_cannot_be_used_stops_the_start_and_is_named(
    folder: Path, named: str, told: str
) -> None:
    (folder / "broken_rules.py").write_text("1 / 0\n")
    (folder / "few_rules.py").write_text(
        "number = 1\n"
        "class Few:\n    def may_request(self, person, product):\n        return None\n"
        "class Wants:\n    def __init__(self, more):\n        pass\n"
    )
    with pytest.raises(ConfigurationError) as error:
        operator_policy(named)
    assert f"PORTAL_POLICY ({named}): " in str(error.value)
    assert told in str(error.value)
