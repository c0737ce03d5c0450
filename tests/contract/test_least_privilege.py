"""The rights in the guide to connecting are enough for each feature, and none of them is spare."""

import contextlib
import re
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Literal

import pytest

import emulator
from app.apigee.hints import hint
from app.domain.apps import AppChange, NewApp
from app.domain.developers import DeveloperChange, DeveloperStatus, NewDeveloper
from app.domain.errors import PortalError, Upstream
from app.domain.keys import ApprovalStatus, NewKey
from app.domain.stats import StatsQuery
from tests.contract.organizations import DANA, INES, SEED, Organization, connected

Flavor = Literal["x", "edge"]
Step = Callable[[], object]
GUIDE = Path(__file__).parents[2] / "docs" / "connect.md"
NEW, OTHER = "new@example.com", "other@example.com"
APPROVED, REVOKED = ApprovalStatus.APPROVED, ApprovalStatus.REVOKED


def role_of_x() -> frozenset[str]:
    """The permissions of the role in the guide."""
    role = GUIDE.read_text(encoding="utf-8").partition("includedPermissions:")[2]
    return frozenset(re.findall(r"- (apigee\.[\w.]+)", role.partition("\n\n")[0]))


def role_of_edge() -> frozenset[str]:
    """The paths of the role in the guide, each with each of its verbs."""
    text = GUIDE.read_text(encoding="utf-8").partition("| path | verbs | what for |")[2]
    rows = re.findall(r"^ +\| `(/[^`]*)` \| ([A-Z, ]+) \|", text, re.MULTILINE)
    return frozenset(f"{verb} {path}" for path, verbs in rows for verb in verbs.split(", "))


def needs(flavor: Flavor) -> Mapping[str, frozenset[str]]:
    """What each feature needs, as the guide has it."""
    text = GUIDE.read_text(encoding="utf-8").partition("### What each feature needs")[2]
    found = {}
    for row in re.findall(r"^\|(.*)\|$", text.partition("\n## ")[0], re.MULTILINE):
        feature, x, edge = (cell.strip() for cell in row.split("|"))
        rights = re.findall(r"`([^`]+)`", edge if flavor == "edge" else x)
        before = "apigee." if flavor == "x" else ""
        found[feature] = frozenset(f"{before}{right}" for right in rights)
    del found["feature"], found["---"]
    return found


def features(at: Organization) -> Mapping[str, Callable[[], Iterator[Step]]]:
    """What the portal asks of Apigee for each feature, one thing at a time."""
    return {
        "My Apps, registration and profile": lambda: _my_apps(at),
        "the list of developers: synchronization": lambda: iter([partial(_all_developers, at)]),
        "developers added, edited, activated by administrators": lambda: _developers(at),
        "developers deleted": lambda: iter([lambda: at.developers.delete(INES)]),
        "apps of the organization, approvals": lambda: _organization(at),
        "usage of apps": lambda: iter(
            [at.organization.environments, lambda: at.stats.query(yesterday())]
        ),
        "the connection check of `doctor` and the page Status": lambda: iter([at.organization.get]),
    }


def _all_developers(at: Organization) -> None:
    assert list(at.developers.all())


def _my_apps(at: Organization) -> Iterator[Step]:
    yield lambda: list(at.products.all())
    yield lambda: at.products.get("weather-free")
    yield lambda: at.developers.get(DANA)
    yield lambda: at.developers.create(NewDeveloper(NEW, "New", "One", "new"))
    yield lambda: at.developers.update(DANA, DeveloperChange(first_name="Newer"))
    yield lambda: at.apps.page(DANA)
    yield lambda: at.apps.get(DANA, "trip-planner")
    yield lambda: at.apps.create(DANA, NewApp("trip", "Trip", ("weather-free",)))
    yield lambda: at.apps.update(DANA, "trip-planner", AppChange(display_name="Trips"))
    yield lambda: at.apps.delete(DANA, "50% #1")
    yield from _keys(at)


def _keys(at: Organization) -> Iterator[Step]:
    place = (DANA, "trip-planner")

    def newest() -> str:
        return at.apps.get(*place).keys[0].key_id

    yield lambda: at.keys.create(*place, NewKey(("weather-free",)))
    yield lambda: at.keys.pair(*place, newest())
    yield lambda: at.keys.set_status(*place, newest(), REVOKED)
    yield lambda: at.keys.add_products(*place, newest(), ("payments",))
    yield lambda: at.keys.remove_product(*place, newest(), "payments")
    yield lambda: at.keys.replace_scopes(*place, newest(), ("read",))
    yield lambda: at.keys.delete(*place, newest())


def _developers(at: Organization) -> Iterator[Step]:
    yield lambda: at.developers.get(DANA)
    yield lambda: at.developers.create(NewDeveloper(OTHER, "Other", "One", "other"))
    yield lambda: at.developers.update(DANA, DeveloperChange(last_name="Newer"))
    yield lambda: at.developers.set_status(DANA, DeveloperStatus.INACTIVE)


def _organization(at: Organization) -> Iterator[Step]:
    kept: list[str] = []

    def scan() -> None:
        every = list(at.organization_apps.all())
        named = {each.app.name: each.app for each in every}
        kept.extend((named["trip-planner"].app_id, named["trip-planner"].keys[-1].key_id))

    place = (DANA, "trip-planner")
    yield scan
    yield lambda: at.organization_apps.get(kept[0])
    yield lambda: at.apps.set_status(*place, REVOKED)
    yield lambda: at.keys.set_status(*place, kept[1], APPROVED)


def yesterday() -> StatsQuery:
    end = datetime.fromtimestamp(time.time() // 86_400 * 86_400, UTC)
    return StatsQuery(
        environment="prod",
        dimensions=("developer_app",),
        metrics=("sum(message_count)",),
        start=end - timedelta(days=1),
        end=end,
        unit=None,
        only={},
    )


@dataclass
class Walk:
    """Which features failed, and what whoever runs the portal was told is missing."""

    failed: set[str] = field(default_factory=set)
    advice: set[str] = field(default_factory=set)
    otherwise: list[str] = field(default_factory=list)


def walked(flavor: Flavor, granted: Collection[str], only: Collection[str] = frozenset()) -> Walk:
    """Go through every feature, or only these, until each fails."""
    walk = Walk()
    with contextlib.ExitStack() as stack:
        running = emulator.run(flavor=flavor, seed=SEED, permissions=granted)
        at = stack.enter_context(connected(stack.enter_context(running)))
        for name, steps in features(at).items():
            if not only or name in only:
                _walk(walk, name, steps())
    return walk


def _walk(walk: Walk, name: str, steps: Iterator[Step]) -> None:
    for step in steps:
        try:
            step()
        except Upstream as error:
            walk.failed.add(name)
            walk.advice.add(hint(error.code))
            return
        except PortalError as error:
            walk.otherwise.append(f"{name}: {type(error).__name__}")


FLAVORS: tuple[Flavor, ...] = ("x", "edge")
FEATURES = sorted(needs("x"))
ROLES: Mapping[Flavor, frozenset[str]] = {"x": role_of_x(), "edge": role_of_edge()}
EACH = [(flavor, right) for flavor in FLAVORS for right in sorted(ROLES[flavor])]


@pytest.mark.parametrize("flavor", FLAVORS)
def test_the_documented_role_is_enough_for_everything_the_portal_does(flavor: Flavor) -> None:
    assert walked(flavor, ROLES[flavor]) == Walk()


@pytest.mark.parametrize("flavor", FLAVORS)
def test_the_rights_of_all_features_are_the_role(flavor: Flavor) -> None:
    assert frozenset().union(*needs(flavor).values()) == ROLES[flavor]


@pytest.mark.parametrize("flavor", FLAVORS)
@pytest.mark.parametrize("feature", FEATURES)
def test_a_feature_needs_its_own_rights_only(flavor: Flavor, feature: str) -> None:
    assert walked(flavor, needs(flavor)[feature], {feature}) == Walk()


@pytest.mark.parametrize(("flavor", "right"), EACH)
def test_without_one_right_exactly_its_features_fail_and_the_log_names_it(
    flavor: Flavor, right: str
) -> None:
    walk = walked(flavor, ROLES[flavor] - {right})
    assert walk.failed == {name for name, rights in needs(flavor).items() if right in rights}
    assert walk.otherwise == []
    (advice,) = walk.advice
    named = f"lacks the permission {right}." if flavor == "x" else f"does not allow {right}."
    assert named in advice
