"""The role in the guide to connecting is enough for the portal, and nothing in it is spare."""

import contextlib
import re
import time
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import emulator
from app.domain.apps import AppChange, NewApp
from app.domain.developers import DeveloperChange, DeveloperStatus, NewDeveloper
from app.domain.errors import PortalError
from app.domain.keys import ApprovalStatus, NewKey
from app.domain.stats import StatsQuery
from emulator.messages import Exchange
from tests.contract.organizations import DANA, SEED, Organization, connected

GUIDE = Path(__file__).parents[2] / "docs" / "connect.md"
NEW = "new@example.com"


def documented() -> frozenset[str]:
    """The permissions of the role in the guide."""
    role = GUIDE.read_text(encoding="utf-8").partition("includedPermissions:")[2]
    return frozenset(re.findall(r"- (apigee\.[\w.]+)", role.partition("\n\n")[0]))


def tour(at: Organization) -> Iterator[Callable[[], object]]:
    """Everything the portal asks of Apigee X, one thing at a time."""
    yield at.organization.get
    yield at.organization.environments
    yield at.organization.placement
    yield lambda: list(at.products.all())
    yield lambda: at.products.get("weather-free")
    yield lambda: list(at.developers.all())
    yield lambda: at.developers.create(NewDeveloper(NEW, "New", "One", "new"))
    yield lambda: at.developers.update(NEW, DeveloperChange(first_name="Newer"))
    yield lambda: at.developers.set_status(NEW, DeveloperStatus.INACTIVE)
    yield lambda: at.developers.delete(NEW)
    yield lambda: at.apps.page(DANA)
    yield lambda: at.apps.create(DANA, NewApp("trip", "Trip", ("weather-free",)))
    yield lambda: at.apps.update(DANA, "trip", AppChange(display_name="Trips"))
    yield lambda: at.apps.set_status(DANA, "trip", ApprovalStatus.REVOKED)
    yield lambda: at.apps.delete(DANA, "trip")
    yield from _keys(at)
    yield lambda: list(at.organization_apps.all())
    yield lambda: at.organization_apps.get(at.apps.get(DANA, "trip-planner").app_id)
    yield lambda: at.stats.query(yesterday())


def _keys(at: Organization) -> Iterator[Callable[[], object]]:
    place = (DANA, "trip-planner")

    def newest() -> str:
        return at.apps.get(*place).keys[0].key_id

    yield lambda: at.keys.create(*place, NewKey(("weather-free",)))
    yield lambda: at.keys.pair(*place, newest())
    yield lambda: at.keys.set_status(*place, newest(), ApprovalStatus.REVOKED)
    yield lambda: at.keys.add_products(*place, newest(), ("payments",))
    approved = ApprovalStatus.APPROVED
    yield lambda: at.keys.set_product_status(*place, newest(), "payments", approved)
    yield lambda: at.keys.remove_product(*place, newest(), "payments")
    yield lambda: at.keys.replace_scopes(*place, newest(), ("read",))
    yield lambda: at.keys.delete(*place, newest())


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


def toured(granted: Collection[str]) -> tuple[set[str], list[str]]:
    """Go through everything; the permissions that were missing, and what else went wrong."""
    missing: set[str] = set()

    def watch(exchange: Exchange) -> None:
        if exchange.response.status == 403:
            missing.update(re.findall(r"'(apigee\.[\w.]+)'", exchange.response.body.decode()))

    wrong = []
    with contextlib.ExitStack() as stack:
        running = emulator.run(flavor="x", seed=SEED, permissions=granted, observers=[watch])
        at = stack.enter_context(connected(stack.enter_context(running)))
        for step in tour(at):
            try:
                step()
            except PortalError as error:
                wrong.append(type(error).__name__)
    return missing, wrong


def test_the_documented_role_is_enough_for_everything_the_portal_does() -> None:
    assert toured(documented()) == (set(), [])


@pytest.mark.parametrize("permission", sorted(documented()))
def test_every_documented_permission_is_needed(permission: str) -> None:
    missing, wrong = toured(documented() - {permission})
    assert missing == {permission}
    assert wrong
