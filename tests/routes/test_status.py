"""Administration: how the portal and those that it depends on are doing."""

from pathlib import Path

import pytest

from app.domain.errors import OutcomeUnknown, Upstream, UpstreamKind
from tests.routes.client import Browser
from tests.routes.conftest import Build
from tests.routes.house import House


def test_opening_the_page_asks_nobody(ada: Browser) -> None:
    answer = ada.get("/admin/status")
    assert (answer.status, answer.calls) == (200, 0)
    assert "were not asked yet" in answer.text
    assert "Read API products" not in answer.text


def test_checking_asks_apigee_and_the_provider(ada: Browser) -> None:
    ada.get("/admin/status")
    answer = ada.post("/admin/status")
    assert answer.status == 200
    for words in ("Connection", "Delete developers", "Demo sign-in", "Nothing was changed"):
        assert words in answer.text
    assert "Wrong" not in answer.text


def test_a_provider_that_is_away_is_told_with_what_to_do(house: House, ada: Browser) -> None:
    ada.get("/admin/status")
    house.provider.outage = Upstream(UpstreamKind.BROKEN_ANSWER, "No.", code="discovery_issuer")
    answer = ada.post("/admin/status")
    assert "calls itself by another issuer" in answer.text


def test_a_role_that_cannot_use_what_it_may_is_named_by_page_and_doctor(build: Build) -> None:
    house = build(roles={"linker": {"permissions": ["change_accounts"]}})
    ada = house.administrator()
    told = "It has change_accounts, which is used from pages of read_accounts."
    assert f"Role linker {told}" in ada.get("/admin/status").text
    doctor = house.flask.test_cli_runner().invoke(args=["doctor"])
    assert f"look    Role linker: {told}" in doctor.output


def test_opening_the_page_names_what_the_content_gets_wrong(build: Build, tmp_path: Path) -> None:
    folder = tmp_path / "content"
    folder.joinpath("docs").mkdir(parents=True)
    folder.joinpath("docs", "late.md").write_text("---\naudience: [nobody]\n---\n\nText.\n")
    ada = build(content_dir=str(folder)).administrator()

    shown = ada.get("/admin/status")
    assert "docs/late.md:2" in shown.text
    assert shown.calls == 0


@pytest.mark.parametrize("who", ["dana", "sam"])
def test_support_sees_it_and_developers_do_not(who: str, house: House) -> None:
    house.developer("dana")
    browser = house.signed_in(who, roles=frozenset({"support"}) if who == "sam" else frozenset())
    assert browser.get("/admin/status").status == (403 if who == "dana" else 200)


def test_a_trial_without_an_answer_is_not_said_to_have_been_done_maybe(
    house: House, ada: Browser
) -> None:
    house.apigee.fail("developers.delete", OutcomeUnknown(UpstreamKind.TIMEOUT, "Perhaps done."))
    answer = ada.post("/admin/status")
    assert "Perhaps done." not in answer.text
    assert "a name that nobody has, so nothing was changed" in answer.text
