"""An app's usage as its owner may read it: cached, never somebody else's, never an error."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.errors import InvalidInput, NotFound, Upstream, UpstreamKind
from app.domain.usage import LastUse, NoUse, Span
from app.services.usage import UsagePanel
from tests.fakes.apigee.stats import FakeCall
from tests.unit.services.house import DANA, DOWN, NOON, OFF, House, build

APP = "trip-planner"


@pytest.fixture
def used(house: House) -> House:
    """Dana's app with three calls, and an app of the same name that is somebody else's."""
    for email in (DANA, "bob@example.com"):
        if email != DANA:
            house.apigee.add_developer(email)
        house.apigee.add_app(email, APP)
    call(house, hours=2)
    call(house, hours=2, milliseconds=30, is_error=True)
    call(house, hours=50)
    call(house, hours=1, email="bob@example.com")
    call(house, hours=1, environment="test")
    house.apigee.calls.clear()
    return house


def call(house: House, *, hours: float, email: str = DANA, **facts: object) -> None:
    """Let an app be called some hours ago."""
    dimensions = {"developer_app": APP, "developer_email": email}
    made = FakeCall(NOON - timedelta(hours=hours), dimensions)
    house.apigee.stats.answered.append(replace(made, **facts))  # type: ignore[arg-type] # fields of FakeCall


def panel(house: House, span: Span = Span.WEEK, environment: str = "") -> UsagePanel:
    return house.portal.usage.panel(house.owner(), APP, environment, span)


def calls_of(shown: UsagePanel) -> int:
    assert shown.figures is not None
    return shown.figures.value.calls


def test_only_the_owners_calls_are_counted_in_the_environment_of_real_calls(used: House) -> None:
    shown = panel(used)
    assert shown.figures is not None
    usage = shown.figures.value
    assert (shown.choice.environment, shown.choice.environments) == ("prod", ("prod", "test"))
    assert (usage.calls, usage.errors, usage.longest) == (3, 1, 30)
    assert calls_of(panel(used, environment="test")) == 1
    assert calls_of(panel(used, Span.DAY)) == 2


def test_figures_and_environments_are_read_once_in_their_age(used: House) -> None:
    for _ in range(2):
        panel(used)
    assert sorted(used.apigee.calls) == ["apps.get", "apps.get", "environments.all", "stats.query"]
    used.clock.pass_by(299)
    call(used, hours=1)
    assert calls_of(panel(used)) == 3
    used.clock.pass_by(1)
    assert calls_of(panel(used)) == 4
    assert used.apigee.calls.count("stats.query") == 2


def test_an_app_that_was_listed_is_not_asked_for_again(used: House) -> None:
    used.portal.apps.listing(used.owner())
    used.apigee.calls.clear()
    panel(used)
    assert sorted(used.apigee.calls) == ["environments.all", "stats.query"]


def test_an_age_of_zero_keeps_nothing() -> None:
    house = build(ages=OFF)
    house.account_of()
    house.apigee.add_app(DANA, APP)
    for _ in range(2):
        panel(house)
    assert house.apigee.calls.count("stats.query") == 2


def test_what_is_not_the_owners_is_not_found_and_not_counted(used: House) -> None:
    used.apigee.add_app("bob@example.com", "secret-plan")
    used.apigee.calls.clear()
    with pytest.raises(NotFound):
        used.portal.usage.panel(used.owner(), "secret-plan", "", Span.WEEK)
    with pytest.raises(InvalidInput):
        panel(used, environment="nowhere")
    assert "stats.query" not in used.apigee.calls


@pytest.mark.parametrize("kind", UpstreamKind)
def test_analytics_that_do_not_answer_are_a_reason_and_no_error(
    used: House, kind: UpstreamKind
) -> None:
    used.apigee.fail("stats.query", Upstream(kind, "Not now."))
    shown = panel(used)
    assert shown.figures is None
    assert shown.problem is not None
    assert shown.problem.kind is kind
    assert shown.choice.environments == ("prod", "test")
    assert calls_of(panel(used)) == 3


def test_without_apigee_the_panel_has_no_figures_and_the_file_is_refused(used: House) -> None:
    used.apigee.fail("apps.get", DOWN)
    assert panel(used).problem is DOWN
    used.apigee.fail("environments.all", DOWN)
    with pytest.raises(Upstream):
        used.portal.usage.read(used.owner(), APP, "", Span.WEEK)


def test_old_figures_are_shown_with_their_age_while_analytics_are_away(used: House) -> None:
    panel(used)
    used.clock.pass_by(600)
    for operation in ("stats.query", "environments.all"):
        used.apigee.fail(operation, DOWN)
    shown = panel(used)
    assert shown.figures is not None
    assert (shown.figures.stale, shown.figures.at) == (True, NOON)


def test_an_organization_without_environments_has_no_figures(
    used: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(used.apigee.organization, "environments", tuple)
    shown = panel(used)
    assert (shown.figures, shown.problem, shown.choice.environment) == (None, None, "")


def test_that_an_app_was_not_called_is_known_with_the_environment_and_the_longest_time(
    house: House,
) -> None:
    house.apigee.add_app(DANA, APP)
    owner, usage = house.owner(), house.portal.usage
    assert usage.unused(owner) == {}
    for span in (Span.WEEK, Span.MONTH, Span.DAY):
        panel(house, span)
    month = Span.MONTH.begins(NOON)
    assert usage.unused(owner) == {APP: NoUse(month, "prod")}
    assert usage.last_uses(owner) == {}


def test_the_last_use_is_known_afterwards_without_a_call(used: House) -> None:
    owner, usage = used.owner(), used.portal.usage
    assert usage.last_uses(owner) == {}
    panel(used, Span.WEEK)
    today = NOON.replace(hour=0)
    assert usage.last_uses(owner) == {APP: LastUse(today, timedelta(days=1))}
    panel(used, Span.DAY)
    exact = {APP: LastUse(NOON - timedelta(hours=2), timedelta(hours=1))}
    assert usage.last_uses(owner) == exact
    panel(used, Span.MONTH)
    assert usage.last_uses(owner) == exact
