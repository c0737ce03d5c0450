"""The ``flask accounts`` commands."""

import json

import pytest
from click.testing import Result

from app.domain.audit import Action
from app.domain.people import Identity
from app.services.provider_port import Holding
from tests.fakes.identity import HOST
from tests.routes.client import Browser
from tests.routes.house import House


def run(house: House, *words: str) -> Result:
    return house.flask.test_cli_runner().invoke(args=["accounts", *words])


def test_the_first_administrator_is_made_by_a_command(house: House) -> None:
    boss = house.signed_in("boss")
    assert boss.get("/admin/audit").status == 403
    result = run(house, "grant", "Boss@example.com", "administrator")
    assert result.output == "boss@example.com has: administrator\n"
    assert boss.get("/admin/audit").status == 200
    assert house.signed_in("boss").get("/admin/audit").status == 200
    granted = [entry for entry in house.trail() if entry.action.value == "account.grant"]
    detail = "administrator; granted: no role to administrator; from the provider: no role"
    assert [(entry.actor.name, entry.detail) for entry in granted] == [("system", detail)] * 2


def test_the_provider_takes_away_no_role_that_was_granted_here(house: House) -> None:
    sam = house.signed_in("sam", roles=frozenset({"support"}))
    run(house, "grant", "sam@example.com", "administrator")
    house.signed_in("sam", roles=frozenset())
    assert sam.get("/admin/audit").status == 200
    assert run(house, "revoke", "sam@example.com", "administrator").output == (
        "sam@example.com has: no role\n"
    )
    assert sam.get("/admin/audit").status == 403


def test_a_granted_role_is_no_news_to_the_provider(house: House) -> None:
    house.provider.holding = Holding("refresh-0")
    boss = house.signed_in("boss")
    run(house, "grant", "boss@example.com", "administrator")
    house.provider.now_is = Identity("demo", HOST, "boss")
    house.clock.advance(11 * 60)
    assert boss.get("/admin/audit").status == 200
    assert len(house.provider.asked) == 1
    assert "account.roles done" not in house.told()


def test_somebody_who_never_signed_in_has_no_account_yet(house: House) -> None:
    result = run(house, "grant", "boss@example.com", "administrator")
    assert result.exit_code == 1
    assert "Nobody has signed in with the address boss@example.com" in result.output


def test_an_address_that_is_not_verified_names_nobody(house: House) -> None:
    house.signed_in("eve", email="boss@example.com", email_verified=False)
    result = run(house, "grant", "boss@example.com", "administrator")
    assert result.exit_code == 1
    assert "name the account by its number: 1" in result.output
    assert run(house, "grant", "1", "support").output == "boss@example.com has: support\n"


def test_of_several_accounts_of_an_address_one_is_named_by_its_number(house: House) -> None:
    house.signed_in("dana")
    house.signed_in("eve", email="dana@example.com")
    result = run(house, "block", "dana@example.com")
    assert result.exit_code == 1
    assert "Several accounts have the address dana@example.com." in result.output
    assert "Name one by its number: 1, 2." in result.output


def test_blocking_ends_every_session_and_unblocking_lets_in_again(
    house: House, dana: Browser
) -> None:
    blocked = run(house, "block", "dana@example.com", "--reason", "Left.")
    assert blocked.output == "dana@example.com cannot sign in\n"
    done = [row.detail for row in house.trail() if row.action is Action.ACCOUNT_BLOCK]
    assert done == ["Left.", "Left."]
    assert dana.get("/account").status == 302
    assert dana.finish_sign_in(dana.begin_sign_in()).status == 400
    assert house.apigee.by_email["dana@example.com"].is_active
    assert run(house, "unblock", "dana@example.com").output == "dana@example.com can sign in\n"
    dana.sign_in("dana")
    assert dana.get("/account").status == 200


def test_an_account_is_linked_and_unlinked(house: House) -> None:
    house.developer("dana")
    ravi = house.signed_in("ravi")
    result = run(house, "link", "ravi@example.com", "dana@example.com")
    assert result.output == "ravi@example.com is the developer dana@example.com\n"
    assert ravi.get("/apps").status == 200
    assert "Unlink it first" in run(house, "link", "ravi@example.com", "x@example.com").output
    result = run(house, "unlink", "ravi@example.com")
    assert result.output == "ravi@example.com is no developer any more\n"
    assert ravi.get("/apps").location.startswith("/register")


def test_the_list_is_for_people_or_for_programs(house: House, dana: Browser) -> None:
    house.administrator()
    assert dana.get("/account").status == 200
    run(house, "grant", "dana@example.com", "support")
    assert run(house, "list").output == (
        f"      2  active   ada | ada@example.com | administrator | no developer | {HOST}\n"
        f"      1  active   dana | dana@example.com | support | dana@example.com | {HOST}\n"
    )
    rows = [json.loads(line) for line in run(house, "list", "--json").output.splitlines()]
    assert [row["subject"] for row in rows] == ["ada", "dana"]
    assert rows[0]["provider_roles"] == ["administrator"]
    assert rows[1]["granted_roles"] == ["support"]
    assert rows[1]["developer_email"] == "dana@example.com"


def test_accounts_of_one_address_are_told_apart(house: House) -> None:
    house.signed_in("dana", first_name="Dana", last_name="Reyes")
    house.signed_in("eve", email="dana@example.com", email_verified=False)
    listed = run(house, "list").output
    assert f"Dana Reyes | dana@example.com | no role | no developer | {HOST}\n" in listed
    assert f"eve | dana@example.com (not verified) | no role | no developer | {HOST}\n" in listed


@pytest.mark.parametrize(
    "options",
    [("--query", "dan"), ("--role", "support"), ("--only", "blocked")],
)
def test_the_list_is_narrowed(house: House, dana: Browser, options: tuple[str, str]) -> None:
    house.administrator()
    assert dana.get("/account").status == 200
    run(house, "grant", "dana@example.com", "support")
    run(house, "block", "dana@example.com")
    assert run(house, "list", *options).output.count("\n") == 1


def test_the_list_holds_every_page(house: House) -> None:
    for number in range(53):
        house.signed_in(f"user{number:02}")
    assert run(house, "list").output.count("\n") == 53


def test_a_terminal_obeys_no_name(house: House) -> None:
    eve = Identity("demo", "https://idp.example", "eve", email="e\x1b[31m@example.com")
    with house.context():
        house.portal.registration.accounts.signed_in(eve, house.clock.now())
    assert "\x1b" not in run(house, "list").output


@pytest.mark.parametrize("words", [("grant", "4711", "support"), ("block", "4711")])
def test_an_unknown_account_is_an_error(house: House, words: tuple[str, ...]) -> None:
    result = run(house, *words)
    assert (result.exit_code, result.output) == (1, "Error: There is no such account.\n")


def test_an_unknown_role_is_an_error(house: House, dana: Browser) -> None:
    assert dana.get("/account").status == 200
    result = run(house, "grant", "dana@example.com", "emperor")
    assert result.output == (
        "Error: Choose one of these roles: administrator, product_owner, support.\n"
    )


@pytest.mark.parametrize("number", ["9" * 24, "9" * 5000, "0", "\u0661" * 12, "9999999999"])
@pytest.mark.parametrize("command", [("block",), ("unlink",), ("grant", "support")])
def test_a_number_that_no_account_can_have_is_told(
    house: House, number: str, command: tuple[str, ...]
) -> None:
    result = run(house, command[0], number, *command[1:])
    assert (result.exit_code, result.output.count("\n")) == (1, 1)
    assert result.output.startswith("Error: ")
