"""Invitations: listed and withdrawn on a page and on the command line, on record."""

import json

import pytest
from click.testing import Result

from app.domain.audit import SYSTEM
from tests.routes.client import Browser
from tests.routes.conftest import Build
from tests.routes.house import House

PAGE = "/admin/developers/invitations"
ZOE = "zoe@example.com"


@pytest.fixture
def house(build: Build) -> House:
    return build(registration={"policy": "invited"})


def run(house: House, *arguments: str) -> Result:
    return house.flask.test_cli_runner().invoke(args=["developers", *arguments])


def withdraw(browser: Browser, email: str) -> int:
    return browser.submit(PAGE, {"email": email}, action=f"{PAGE}/withdrawal").status


def test_an_invitation_is_withdrawn_and_lets_nobody_in_any_more(house: House) -> None:
    assert run(house, "invite", ZOE).exit_code == 0
    ada = house.administrator()
    page = ada.get(PAGE)
    assert (ZOE in page.text, "Not yet" in page.text, page.calls) == (True, True, 0)
    assert withdraw(ada, ZOE) == 303
    assert "zoe@example.com is not invited any more." in ada.get(PAGE).text
    with house.context():
        assert not house.portal.registration.requests.is_invited(ZOE)
    assert house.told()[-2:] == ["developer.uninvite intent", "developer.uninvite done"]
    assert house.trail()[-1].target == ZOE


def test_what_is_not_there_cannot_be_withdrawn(house: House) -> None:
    run(house, "invite", "max@example.com")
    ada = house.administrator()
    assert withdraw(ada, ZOE) == 404
    assert house.told()[-1] == "developer.uninvite failed"


def test_the_page_lists_fifty_and_leads_to_the_next(house: House) -> None:
    with house.context():
        for number in range(51):
            address = f"{number:02}@example.com"
            house.portal.registration.office.invite(SYSTEM, address)
    ada = house.administrator()
    first = ada.get(PAGE)
    assert "49@example.com" in first.text
    assert "50@example.com" not in first.text
    following = ada.get(f"{PAGE}?after=49@example.com")
    assert f"{PAGE}?after=49@example.com" in first.page.links
    assert "50@example.com" in following.text
    assert "49@example.com" not in following.text


def test_only_who_may_invite_sees_the_invitations(house: House) -> None:
    sam = house.signed_in("sam", roles=frozenset({"support"}))
    assert sam.get(PAGE).status == 403
    assert PAGE not in sam.get("/admin/developers").page.links
    assert PAGE in house.administrator().get("/admin/developers").page.links


def test_the_command_line_lists_and_withdraws(house: House) -> None:
    run(house, "invite", ZOE)
    listed = run(house, "invitations").output
    assert listed.startswith("zoe@example.com  invited by system 20")
    assert listed.endswith(", open\n")
    facts = json.loads(run(house, "invitations", "--json").output)
    assert (facts["email"], facts["registered_at"]) == (ZOE, "")
    gone = run(house, "invite", "--withdraw", ZOE)
    assert (gone.exit_code, gone.output) == (0, "zoe@example.com is not invited any more\n")
    assert run(house, "invitations").output == ""
    again = run(house, "invite", "--withdraw", ZOE)
    assert (again.exit_code, again.output) == (1, "Error: Nobody is invited with this address.\n")


def test_two_addresses_in_one_are_refused(house: House) -> None:
    both = run(house, "invite", "a@x.example.com,b@y.example.com")
    assert both.exit_code == 1
    assert both.output == "Error: Enter an e-mail address, such as ravi@example.com.\n"
    assert run(house, "invitations").output == ""


def test_an_invitation_is_sent_again_from_the_page(house: House) -> None:
    run(house, "invite", ZOE)
    ada = house.administrator()
    again = ada.submit(PAGE, {"email": ZOE}, action=f"{PAGE}/sending")
    assert again.status == 303
    assert "The invitation goes to zoe@example.com again" in ada.get(PAGE).text
    assert house.told()[-2:] == ["developer.invite intent", "developer.invite done"]
    nobody = ada.submit(PAGE, {"email": "max@example.com"}, action=f"{PAGE}/sending")
    assert nobody.status == 404
    assert "max@example.com" not in ada.get(PAGE).text
