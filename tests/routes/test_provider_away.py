"""A provider that is away, in every way and at every step: nobody waits long, nothing breaks."""

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.domain.outgoing import Outgoing
from app.identity import wire
from tests.identity.evil import (
    DISCOVERY,
    KEYS,
    SOON,
    TOKEN,
    USERINFO,
    Answer,
    Evil,
    HandClock,
    run_evil,
)
from tests.routes.client import Answer as Shown
from tests.routes.conftest import Build
from tests.routes.scene import Scene, scene_with
from tests.unit.apigee.certificates import BEGIN, authority

AWAY = {
    "hangs": Answer(hang=True),
    "drips": Answer(200, b" " * 1000, drip=True),
    "answers 500": Answer(500, {"error": "server_error"}),
    "answers 503 with a page": Answer(503, b"<html><p>Down</html>", "text/html"),
    "answers with a page": Answer(200, b"<html><p>Please sign in</html>", "text/html"),
    "answers with nothing": Answer(200, b""),
    "sends elsewhere": Answer(302, b"", headers={"Location": "http://127.0.0.1:1/"}),
    "is of another issuer": Answer(200, {"issuer": "https://other.example"}),
}
REAL_SECONDS = wire.EXCHANGE_SECONDS
# A code, keys or a person that another issuer's document cannot be mistaken for.
STEPS = {TOKEN: "code", KEYS: "keys", USERINFO: "person"}


# Only these wait for the end of an exchange. Whatever must succeed has five seconds.
WAITING = ("hangs", "drips")


def grows_impatient(monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    """From here on wait for a provider of this kind only a second: five are proven elsewhere."""
    if how in WAITING:
        monkeypatch.setattr(wire, "EXCHANGE_SECONDS", 1)


@pytest.fixture
def evil() -> Iterator[Evil]:
    with run_evil(HandClock()) as running:
        yield running


@pytest.fixture
def scene(evil: Evil, build: Build, caplog: pytest.LogCaptureFixture) -> Scene:
    return scene_with(evil, build, caplog, limits={"multiplier": 999})


def is_told(shown: Shown) -> None:
    """Check the page: try again, a number, and nothing of what the provider sent."""
    assert shown.status == 503
    assert "/sign-in" in shown.page.links
    assert "sign-in service" in shown.text
    assert shown.page.root.findall(".//code")
    for unsaid in ("Traceback", "Please sign in", "other.example", "server_error", "127.0.0.1"):
        assert unsaid not in shown.body


def comes_back(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the provider answer again, with as much time as in a real portal."""
    scene.evil.answers.clear()
    scene.evil.clock.move(seconds=5)
    monkeypatch.setattr(wire, "EXCHANGE_SECONDS", REAL_SECONDS)


@pytest.mark.parametrize("how", AWAY)
def test_the_portal_starts_and_is_read_without_its_provider(how: str, scene: Scene) -> None:
    """Abuse case 32: at start-up."""
    scene.evil.answers = dict.fromkeys((DISCOVERY, TOKEN, KEYS, USERINFO), AWAY[how])
    for path in ("/livez", "/readyz", "/", "/products"):
        assert scene.browser.get(path).status == 200
    assert scene.evil.calls == []


@pytest.mark.parametrize("how", AWAY)
def test_the_first_sign_in_says_so_at_once_and_works_when_the_provider_is_back(
    how: str, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Abuse case 32: at the first sign-in."""
    scene.evil.answers[DISCOVERY] = AWAY[how]
    grows_impatient(monkeypatch, how)
    began = time.monotonic()
    is_told(scene.browser.get("/sign-in"))
    assert time.monotonic() - began < SOON
    asked = len(scene.evil.calls)
    is_told(scene.browser.get("/sign-in"))
    assert len(scene.evil.calls) == asked
    comes_back(scene, monkeypatch)
    assert scene.sign_in().status == 303


@pytest.mark.parametrize("path", STEPS, ids=STEPS.get)
@pytest.mark.parametrize("how", [how for how in AWAY if how != "is of another issuer"])
def test_the_way_back_ends_on_the_same_page_and_nobody_is_signed_in(
    how: str, path: str, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Abuse case 32: at the callback."""
    scene.evil.omits("email")
    scene.evil.told = {"sub": "mallory", "email": "mallory@example.com"}
    scene.evil.answers[path] = AWAY[how]
    scene.browser.get("/sign-in")
    grows_impatient(monkeypatch, how)
    is_told(scene.sign_in())
    assert scene.browser.cookie() == ""
    assert scene.browser.get("/account").status == 302
    comes_back(scene, monkeypatch)
    assert scene.sign_in().status == 303


@pytest.mark.parametrize("how", AWAY)
def test_who_is_signed_in_goes_on_and_signs_out_here(
    how: str, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Abuse case 32: running sessions, and signing out."""
    scene.sign_in()
    grows_impatient(monkeypatch, how)
    scene.evil.clock.move(hours=2)
    scene.house.clock.advance(timedelta(minutes=5).total_seconds())
    scene.evil.answers = dict.fromkeys((DISCOVERY, TOKEN, KEYS, USERINFO), AWAY[how])
    assert scene.browser.get("/account").status == 200
    cookie = scene.browser.cookie()
    began = time.monotonic()
    scene.browser.token = scene.browser.read_token()
    assert scene.browser.post("/sign-out").status == 303
    assert time.monotonic() - began < SOON
    scene.browser.flask.set_cookie("portal_session", cookie, domain="localhost")
    assert scene.browser.get("/account").status == 302


@pytest.mark.parametrize("how", ["of an unknown authority", "expired"])
def test_a_certificate_that_is_not_good_is_no_provider(
    how: str, build: Build, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    """Abuse case 32."""
    expired = {"until": BEGIN + timedelta(days=1)} if how == "expired" else {}
    made = authority(tmp_path, **expired)
    with run_evil(HandClock(), made.server) as evil:
        scene = scene_with(evil, build, caplog)
        if how == "expired":
            scene.outgoing = Outgoing(ca_file=str(made.file))
            scene.begin()
        is_told(scene.browser.get("/sign-in"))
        assert evil.calls == []


def test_a_certificate_of_the_operators_authority_is_good(
    build: Build, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    made = authority(tmp_path)
    with run_evil(HandClock(), made.server) as evil:
        scene = scene_with(evil, build, caplog)
        scene.outgoing = Outgoing(ca_file=str(made.file))
        scene.begin()
        assert scene.sign_in().status == 303
