"""A registration that breaks off anywhere ends with one developer, who is inactive and waits."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.domain.audit import SYSTEM
from app.domain.jobs import Job, JobKind, JobState
from app.domain.people import Account, Identity
from app.domain.registrations import Standing
from app.factory import create_app
from app.services.portal import Portal
from app.services.registration import Step
from app.services.registration_rules import RegistrationForm
from app.settings import Settings
from demo.plan import ROOT
from emulator.faults import fault
from emulator.model import Flavor
from tests.faults.workshop import Workshop, until, workshop

RAVI = "ravi@example.com"
IDENTITY = Identity(
    "demo", "https://idp.invalid", "ravi", RAVI, email_verified=True, first_name="Ravi"
)
CREATE, STATUS = "/developers$", "/developers/[^/]+$"
SCRIPT = "from tests.faults.test_registration import register_here as r; r()"


@pytest.fixture(params=["x", "edge"])
def shop(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Workshop]:
    flavor: Flavor = request.param
    monkeypatch.setenv("PORTAL_REGISTRATION__POLICY", "approval")
    with workshop(flavor, tmp_path) as running:
        yield running


def register_here() -> None:
    """Register Ravi with the settings of the environment."""
    flask_app = create_app(Settings())
    with flask_app.app_context():
        register(flask_app.extensions["portal"])


def register(portal: Portal) -> Account:
    account = portal.registration.accounts.signed_in(IDENTITY, portal.clock.now())
    form = RegistrationForm("Ravi", "Patel", "ravi")
    return portal.registration.register(account, SYSTEM, form)


def ravi(shop: Workshop) -> Account:
    with shop.flask.app_context():
        [found] = shop.portal.accounts.office.book.of_email(RAVI)
    return found


def job(shop: Workshop) -> Job:
    with shop.flask.app_context():
        page = shop.portal.work.office.jobs.page()
    [found] = [item for item in page.jobs if item.kind is JobKind.REGISTER_DEVELOPER]
    return found


def nobody_makes_apps(shop: Workshop) -> None:
    who = ravi(shop)
    assert (who.standing, who.is_developer) == (Standing.SETTING_UP, False)
    with shop.flask.app_context():
        assert shop.portal.registration.next_step(who) is Step.REGISTER
        shop.portal.sync.run()
        # Signing in again must not be a way around the approval.
        assert shop.portal.registration.link_existing(who, SYSTEM) is None


def waits_as_one_inactive_developer(shop: Workshop) -> None:
    assert shop.raw(f"developers/{RAVI}")["status"] == "inactive"
    assert ravi(shop).standing is Standing.WAITING
    assert ravi(shop).developer_email == RAVI
    assert job(shop).state is JobState.DONE


@pytest.mark.parametrize(
    ("kind", "path", "status"),
    [
        ("hang", CREATE, ""),
        ("lost_in_hang", CREATE, "active"),
        ("hang", STATUS, "active"),
        ("lost_in_hang", STATUS, "inactive"),
    ],
    ids=["before the creation", "created", "before it is inactive", "inactive"],
)
def test_a_portal_that_is_killed_leaves_the_rest_to_the_job(
    shop: Workshop, kind: str, path: str, status: str
) -> None:
    """Between any two steps, with SIGKILL, as a process of its own."""
    shop.local.faults.add(fault(kind, method="POST", path=path))
    with subprocess.Popen(  # noqa: S603 - this very module
        (sys.executable, "-c", SCRIPT), cwd=ROOT, env=dict(os.environ)
    ) as process:
        until(lambda: shop.local.faults.listed() == [])
        if status:
            until(lambda: shop.raw(f"developers/{RAVI}")["status"] == status)
        process.send_signal(signal.SIGKILL)
    shop.local.faults.clear()
    nobody_makes_apps(shop)
    shop.work_here()
    assert job(shop).state is JobState.WAITING  # it may still be at work
    shop.pass_over("run_at")
    shop.work_here()
    waits_as_one_inactive_developer(shop)


def test_a_form_that_arrives_four_times_at_once_makes_one_developer(shop: Workshop) -> None:
    def once(_number: int) -> Standing:
        with shop.flask.app_context():
            return register(shop.portal).standing

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(once, range(4))) == {Standing.WAITING}
    shop.pass_over("run_at")
    shop.work_here()
    waits_as_one_inactive_developer(shop)
    created = [
        entry
        for entry in shop.local.journal.entries
        if entry.method == "POST" and entry.path.endswith("/developers") and entry.status == 201
    ]
    assert len(created) == 1


@pytest.mark.parametrize("path", [CREATE, STATUS], ids=["created", "inactive"])
@pytest.mark.parametrize("kind", ["lost_in_reset", "lost_in_close", "lost_in_error", "unavailable"])
def test_a_lost_answer_makes_no_second_developer(shop: Workshop, kind: str, path: str) -> None:
    shop.local.faults.add(fault(kind, method="POST", path=path, times=0))
    shop.local.faults.add(fault("unavailable", method="GET", path="/developers/", times=0))
    with shop.flask.app_context():
        left = register(shop.portal)
    assert (left.standing, left.is_developer) == (Standing.SETTING_UP, False)
    shop.local.faults.clear()
    nobody_makes_apps(shop)
    shop.work_here()
    waits_as_one_inactive_developer(shop)
    with shop.flask.app_context():
        emails = list(shop.portal.registration.set_up.apigee.emails())
    assert emails.count(RAVI) == 1
