"""What the kit writes about an organization is how its switches are set, in every position."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from itertools import permutations
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest

from app.apigee.flavor import Flavor
from app.apigee.truth.catalogue import NOT_ASKED, QUESTIONS, Question
from emulator import LocalApigee
from emulator.permissions import TABLE, permission
from emulator.switch_file import Switch, known_switches, read_switches
from emulator.switches import Switches
from tests.conformance.plugin import INSPECTOR
from tests.truth.checking import Start, asking_only, held, kit_for

BY_SWITCH = {question.switch: question for question in QUESTIONS}
SECONDS = {"replica_lag_seconds", "deletion_seconds"}
# These only show where something else is switched as well.
BESIDE: dict[str, dict[str, Any]] = {
    "limit_status": {"enforce_limits": True},
    "limit_code": {"enforce_limits": True},
}
# These let Apigee accept what its own document does not have, which the check of all answers sees.
ODD = {
    "group_action_by_post",
    "product_action_status",
    "update_needs_names",
}


def positions(switch: Switch) -> Iterator[Any]:
    """Yield every value of a switch with few, the default and another one of a switch with many."""
    if get_origin(switch.kind) is Literal:
        yield from get_args(switch.kind)
    elif switch.kind is bool:
        yield from (False, True)
    elif get_origin(switch.kind) is tuple:
        words = get_args(get_args(switch.kind)[0])
        for count in range(1, len(words) + 1):
            yield from permutations(words, count)
    elif switch.kind is str:
        yield from (switch.default, "portal.probe.AnotherCode")
    else:
        yield from (switch.default, switch.default + 9)


def every_position() -> Iterator[tuple[Question, str, Any]]:
    for question in QUESTIONS:
        if question.switch not in SECONDS:
            for flavor in sorted(question.flavors):
                for value in positions(known_switches()[question.switch]):
                    yield question, flavor.value, value


def test_every_switch_is_asked_about_or_said_to_be_left_out() -> None:
    asked, left_out, known = set(BY_SWITCH), set(NOT_ASKED), set(known_switches())
    assert asked | left_out == known
    assert not asked & left_out
    assert len(BY_SWITCH) == len(QUESTIONS)


@pytest.mark.parametrize(
    ("question", "flavor", "value"),
    [pytest.param(*each, id=f"{each[0].switch}-{each[1]}-{each[2]}") for each in every_position()],
)
def test_a_question_finds_the_position_of_its_switch(
    question: Question, flavor: str, value: object, tmp_path: Path, start: Start
) -> None:
    name = question.switch
    settings: dict[str, Any] = {**BESIDE.get(name, {}), name: value}
    switches = Switches(**settings)
    assert (
        written(start(flavor=flavor, switches=switches, **granting(name)), tmp_path, name) == value
    )


@pytest.mark.parametrize("flavor", [Flavor.X, Flavor.EDGE])
def test_an_organization_of_other_positions_passes_and_is_found_out(
    flavor: Flavor, tmp_path: Path, start: Start
) -> None:
    asked = {each.switch for each in QUESTIONS if flavor in each.flavors} - SECONDS
    settings: dict[str, Any] = {
        name: [value for value in positions(switch) if value != switch.default][-1]
        for name, switch in known_switches().items()
        if name in asked - {"denied_names_permission"}
    }
    switches = Switches(**settings)
    with start(flavor=flavor.value, switches=switches) as local:
        verdict = kit_for(local, tmp_path).run(lambda _: None)
        INSPECTOR.take()
        assert held(local) == []
    assert verdict.passed, verdict.summary
    assert read_switches(verdict.files[2]) == switches


def granting(name: str) -> dict[str, Any]:
    """Take a permission away where that is what the question is about."""
    if name != "denied_names_permission":
        return {}
    return {"permissions": {permission(*each) for each in TABLE} - {"apigee.developers.create"}}


def written(starting: AbstractContextManager[LocalApigee], folder: Path, name: str) -> object:
    """Return what the kit writes about a switch; the file must not be silent about it."""
    with starting as local:
        asked = (name, "key_length") if local.options.permissions else (name,)
        verdict = asking_only(kit_for(local, folder), *asked).run(lambda _: None)
        if name in ODD:
            INSPECTOR.take()
        assert held(local) == []
    (file,) = (each for each in verdict.files if each.suffix == ".toml")
    assert f"\n{name} = " in file.read_text(encoding="utf-8")
    return getattr(read_switches(file), name)


@pytest.mark.parametrize("flavor", ["x", "edge"])
@pytest.mark.parametrize("seconds", [0.0, 0.7])
@pytest.mark.parametrize("name", sorted(SECONDS))
def test_times_are_measured(
    name: str, seconds: float, flavor: str, tmp_path: Path, start: Start
) -> None:
    given: dict[str, Any] = {name: seconds}
    found = written(start(flavor=flavor, switches=Switches(**given)), tmp_path, name)
    assert found == (0.0 if not seconds else pytest.approx(seconds, abs=0.5))


def test_a_flavour_is_asked_what_concerns_it_only(tmp_path: Path, start: Start) -> None:
    with start(flavor="edge") as local:
        verdict = asking_only(kit_for(local, tmp_path), "page_token_inclusive").run(lambda _: None)
    assert Flavor.EDGE not in BY_SWITCH["page_token_inclusive"].flavors
    assert read_switches(verdict.files[2]) == Switches()
