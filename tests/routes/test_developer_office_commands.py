"""``flask developers create|update|delete``."""

from click.testing import Result

from app.domain.attributes import Attribute
from tests.routes.house import House

DANA = "dana@example.com"


def run(house: House, *arguments: str, typed: str = "") -> Result:
    return house.flask.test_cli_runner().invoke(args=["developers", *arguments], input=typed)


def test_a_developer_is_created_and_invited(house: House) -> None:
    names = ("--first-name", "Zoe", "--last-name", "Ferro")
    made = run(house, "create", "Zoe@example.com", *names, "--invite")
    assert (made.exit_code, made.output) == (0, "zoe@example.com is added and invited\n")
    assert house.apigee.by_email["zoe@example.com"].user_name == "zoe@example.com"
    again = run(house, "create", "zoe@example.com", *names)
    assert again.exit_code == 1
    assert again.output == "Error: There is a developer with this address already.\n"
    wrong = run(house, "create", "zoe", "--first-name", " ", "--last-name", "x")
    assert "Enter a first name.\nEnter an e-mail address" in wrong.output


def test_names_and_attributes_are_updated(house: House) -> None:
    house.developer("dana")
    done = run(
        house, "update", DANA, "--first-name", "Dora", "--set", "tier=gold", "--set", "a=b=c"
    )
    assert (done.exit_code, done.output) == (0, f"{DANA} is changed\n")
    assert run(house, "update", DANA, "--set", "tier=silver", "--unset", "a").exit_code == 0
    known = house.apigee.by_email[DANA]
    assert (known.first_name, known.last_name) == ("Dora", "Reyes")
    assert known.attributes == (Attribute("tier", "silver"),)
    assert {row.actor.name for row in house.trail()} == {"system"}


def test_what_cannot_be_updated_is_said(house: House) -> None:
    house.developer("dana")
    assert "Say what to change" in run(house, "update", DANA).output
    assert "no attribute of this name" in run(house, "update", DANA, "--unset", "none").output
    assert "means something to Apigee" in run(house, "update", DANA, "--set", "email=x").output
    assert "run developers sync" in run(house, "update", "nobody", "--first-name", "x").output


def test_a_developer_is_deleted_once_the_address_is_typed(house: House) -> None:
    house.developer("dana")
    house.apigee.add_app(DANA, "trip", house.apigee.new_key("weather-free"))
    wrong = run(house, "delete", DANA, typed="dana\n")
    assert wrong.exit_code == 1
    assert f"{DANA}: apps 1, keys 1" in wrong.output
    assert f"Type: {DANA}" in wrong.output
    assert DANA in house.apigee.by_email
    assert run(house, "delete", DANA, typed=f"{DANA}\n").exit_code == 0
    assert DANA not in house.apigee.by_email
    assert house.told()[-2:] == ["developer.delete intent", "developer.delete done"]


def test_a_script_deletes_without_typing(house: House) -> None:
    house.developer("dana")
    assert run(house, "delete", house.public_id(), "--yes").output.endswith(f"{DANA} is deleted\n")
    assert house.apigee.by_email == {}
