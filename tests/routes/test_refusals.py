"""Refused requests are on the record, once for each source and reason."""

import pytest

from app.domain.audit import Action, AuditEntry, Phase
from tests.routes.client import Browser
from tests.routes.conftest import Build
from tests.routes.house import House


def refusals(house: House) -> list[AuditEntry]:
    return [entry for entry in house.trail() if entry.phase is Phase.FAILED]


def told(house: House) -> list[tuple[str, str, str, str, int]]:
    return [
        (row.action.value, row.phase.value, row.target, row.detail, row.count)
        for row in refusals(house)
    ]


def fold(house: House) -> None:
    house.clock.advance(61)
    assert house.flask.test_cli_runner().invoke(args=["jobs", "work", "--once"]).exit_code == 0


def test_a_form_of_another_page_is_recorded(house: House, dana: Browser) -> None:
    assert dana.post("/apps/new", {"csrf_token": "another"}).status == 400
    [row] = refusals(house)
    assert told(house) == [("request.refused", "failed", "my_apps.create", "csrf", 1)]
    assert (row.actor.name, row.actor.address) == ("dana@example.com", "127.0.0.1")
    assert len(row.actor.session) == 16
    assert row.actor.session not in dana.cookie()


def test_a_request_of_another_site_is_recorded(house: House, anonymous: Browser) -> None:
    assert anonymous.post("/sign-out", {}, Sec_Fetch_Site="cross-site").status == 403
    [row] = refusals(house)
    assert told(house) == [("request.refused", "failed", "auth.sign_out", "other site", 1)]
    assert (row.actor.account_id, row.actor.session) == (None, "")


def test_whoever_looks_for_what_is_not_theirs_is_recorded_without_what_was_typed(
    house: House, dana: Browser
) -> None:
    for name in ("hers", "his", "a-pasted-consumer-key"):
        assert dana.get(f"/apps/{name}").status == 404
    fold(house)
    page = "my_apps.show"
    assert told(house) == [
        ("object.refused", "failed", page, "", 1),
        ("object.refused", "failed", page, "", 2),
    ]
    assert "a-pasted" not in str(house.trail())


def test_a_change_of_what_is_not_theirs_is_one_row(house: House, dana: Browser) -> None:
    assert dana.post("/apps/hers/deletion", {"confirm_name": "hers"}).status == 404
    assert dana.post("/apps/hers/keys/0123456789abcdef/reveal").status == 404
    assert [row[0] for row in told(house)] == ["app.delete", "key.reveal"]


def test_what_strangers_do_not_find_and_unknown_addresses_are_no_rows(
    house: House, anonymous: Browser, dana: Browser
) -> None:
    assert anonymous.get("/products/maps-partner").status == 404
    assert dana.get("/no-such-page").status == 404
    assert refusals(house) == []


def test_a_limit_that_was_reached_is_recorded(build: Build) -> None:
    house = build(limits={"sign_in": "2 per minute"})
    browser = house.browser()
    statuses = [browser.get("/sign-in").status for _ in range(5)]
    assert statuses == [303, 303, 429, 429, 429]
    fold(house)
    assert told(house) == [
        ("limit.reached", "failed", "auth.sign_in", "", 1),
        ("limit.reached", "failed", "auth.sign_in", "", 2),
    ]


def test_a_right_that_somebody_lacks_is_recorded(house: House, dana: Browser) -> None:
    assert dana.get("/admin/developers").status == 403
    assert told(house) == [("access.refused", "failed", "read_developers", "", 1)]


@pytest.mark.parametrize("token", ["", "not-a-token"])
def test_a_logout_token_that_was_not_accepted_is_recorded(
    house: House, anonymous: Browser, token: str
) -> None:
    path = f"/auth/{house.provider.name}/backchannel-logout"
    assert anonymous.open(path, "POST", data={"logout_token": token}).status == 400
    [row] = refusals(house)
    assert (row.action, row.target) == (Action.SESSION_LOGOUT, house.provider.name)
    assert row.detail
    assert "not-a-token" not in str(row)


def test_logout_tokens_that_come_too_often_are_recorded(build: Build) -> None:
    house = build(limits={"logout": "2 per minute"})
    path = f"/auth/{house.provider.name}/backchannel-logout"
    browser = house.browser()
    statuses = [browser.open(path, "POST", data={"logout_token": "x"}).status for _ in range(3)]
    assert statuses == [400, 400, 429]
    assert [row[0] for row in told(house)] == ["session.provider_logout", "limit.reached"]


def test_refusals_go_on_while_the_log_cannot_be_written(
    house: House, dana: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    house.break_audit()
    assert dana.get("/admin/developers").status == 403
    assert dana.get("/apps/hers").status == 404
    assert [record.name for record in caplog.records if record.levelname == "CRITICAL"] == [
        "portal.audit"
    ] * 2
