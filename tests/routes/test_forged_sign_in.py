"""The whole portal against a provider that forges: one fixed page, no session, the reason noted.

The portal's own relying party is at work here, over a real socket; only Apigee is a fake.
"""

import logging
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from app.identity.config import StepUp
from tests.identity.evil import (
    TOKEN,
    Evil,
    HandClock,
    run_evil,
)
from tests.identity.forgeries import ANSWERS, CALLBACKS, FORGED
from tests.routes.client import Answer as Shown
from tests.routes.conftest import Build
from tests.routes.scene import Scene, scene_with

FORGERIES = {**FORGED, **ANSWERS}
# To the callback a state that nobody began is one that is missing.
OVER_THE_PORTAL = {
    name: (changed, "state_missing" if "state" in reason else reason)
    for name, (changed, reason) in CALLBACKS.items()
    if name != "a state of half a letter"  # no address can hold it
}
SAID = "Sign-in did not work"


@pytest.fixture
def scene(build: Build, caplog: pytest.LogCaptureFixture) -> Iterator[Scene]:
    caplog.set_level(logging.WARNING)
    with run_evil(HandClock()) as evil:
        yield scene_with(evil, build, caplog, limits={"multiplier": 999})


def problems(scene: Scene, shown: Shown, reason: str, pages: set[str]) -> list[str]:
    """Say what is wrong with how a forgery was refused."""
    found = []
    pages.add(re.sub(r"<code>[0-9a-f]{32}</code>", "", shown.body))
    if (shown.status, shown.page.heading) != (400, SAID):
        found.append(f"answered {shown.status} {shown.page.heading}")
    if scene.browser.cookie() or scene.browser.get("/account").status != 302:
        found.append("somebody is signed in")
    noted = [line for line in scene.log.messages if line.startswith("sign-in")][-1]
    if noted != f"sign-in through evil refused: {reason}":
        found.append(f"{noted}, not {reason}")
    scene.log.clear()
    if reason not in {entry.detail for entry in scene.house.trail()}:
        found.append(f"{reason} is not in the audit log")
    return found


def test_an_honest_answer_signs_in(scene: Scene) -> None:
    assert scene.sign_in().location == "/"
    assert "mallory@example.com" in scene.browser.get("/account").text


def test_whatever_the_provider_forges_ends_on_one_page_for_its_own_reason(scene: Scene) -> None:
    """Abuse case 3."""
    wrong, pages = {}, set[str]()
    for name, (forge, reason) in FORGERIES.items():
        scene.begin()
        forge(scene.evil)
        if found := problems(scene, scene.sign_in(), reason, pages):
            wrong[name] = found
    assert wrong == {}
    assert len(FORGERIES) > 90
    assert len(pages) == 1


def test_whatever_a_browser_brings_back_ends_on_the_same_page(scene: Scene) -> None:
    """Abuse case 12."""
    wrong, pages = {}, set[str]()
    for name, (changed, reason) in OVER_THE_PORTAL.items():
        scene.begin()
        before = scene.evil.count(TOKEN)
        if found := problems(scene, scene.sign_in(changed), reason, pages):
            wrong[name] = found
        assert scene.evil.count(TOKEN) == before
    assert wrong == {}
    assert len(pages) == 1


def test_a_provider_speaks_for_its_own_domains_over_the_portal_as_well(scene: Scene) -> None:
    scene.begin(email_domains=frozenset({"corp.example"}))
    assert problems(scene, scene.sign_in(), "email_domain", set()) == []


DANGEROUS: dict[str, tuple[dict[str, Any], str]] = {
    "signed in yesterday although max_age is 0": ({"ago": 86_400}, "auth_time_old"),
    "says nothing of when": ({}, "auth_time_missing"),
    "signed in at 0": ({"auth_time": 0}, "auth_time_missing"),
    "signed in as somebody else": ({"ago": 0, "sub": "dana"}, "another_person"),
    "the answer to another request": ({"ago": 0, "nonce": "other"}, "nonce"),
    "a weaker sign-in": ({"ago": 0, "acr": "pwd"}, "acr"),
}


@pytest.mark.parametrize("name", DANGEROUS)
def test_a_provider_that_ignores_the_wish_for_a_fresh_sign_in_gets_nothing_done(
    name: str, build: Build, caplog: pytest.LogCaptureFixture
) -> None:
    """Abuse case 31."""
    with run_evil(HandClock()) as evil:
        scene, path = at_a_dangerous_page(build, evil, caplog, needs_acr=name == "a weaker sign-in")
        said, reason = DANGEROUS[name]
        now = evil.clock.now().timestamp()
        claims = {key: value for key, value in said.items() if key != "ago"}
        evil.says(**claims, **({"auth_time": now - said["ago"]} if "ago" in said else {}))
        shown = come_back(scene)
        assert (shown.status, shown.page.heading) == (403, "Not confirmed")
        assert scene.house.trail()[-1].detail == reason
        assert scene.browser.post(path, {"confirm_name": "trip"}).location == "/sign-in/again"
        assert ("mallory@example.com", "trip") in scene.house.apigee.by_app


def test_a_proven_fresh_sign_in_gets_it_done_once_and_its_return_cannot_be_replayed(
    build: Build, caplog: pytest.LogCaptureFixture
) -> None:
    """Abuse case 31: single use, for this action, and the return counts once."""
    with run_evil(HandClock()) as evil:
        scene, path = at_a_dangerous_page(build, evil, caplog)
        evil.says(auth_time=evil.clock.now().timestamp())
        answer = evil.visit(scene.browser.get("/sign-in/again").location)
        callback = f"/auth/evil/callback?{urlencode(answer)}"
        assert scene.browser.get(callback).location == "/sign-in/confirmation"
        assert scene.browser.get(callback).status == 400
        done = scene.browser.submit("/sign-in/confirmation", action=path)
        assert (done.status, done.location) == (303, "/apps")
        assert scene.browser.get(callback).status == 400
        assert scene.house.apigee.by_app == {}


def come_back(scene: Scene) -> Shown:
    """Sign in again at the provider and come back."""
    answer = scene.evil.visit(scene.browser.get("/sign-in/again").location)
    return scene.browser.get(f"/auth/evil/callback?{urlencode(answer)}")


def at_a_dangerous_page(
    build: Build, evil: Evil, log: pytest.LogCaptureFixture, *, needs_acr: bool = False
) -> tuple[Scene, str]:
    """Bring Mallory, who has an app, to where its deletion asks for a fresh sign-in."""
    scene = scene_with(evil, build, log, step_up={"actions": ["app.delete"]})
    scene.begin(step_up=StepUp(acr=("mfa",)) if needs_acr else StepUp())
    scene.house.developer("mallory")
    key = scene.house.apigee.new_key("weather-free")
    scene.house.apigee.add_app("mallory@example.com", "trip", key)
    assert scene.sign_in().status == 303
    scene.browser.token = scene.browser.read_token()
    path = "/apps/trip/deletion"
    assert scene.browser.post(path, {"confirm_name": "trip"}).location == "/sign-in/again"
    return scene, path
