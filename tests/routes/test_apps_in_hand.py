"""A developer's apps in the administrator's hand: the same pages, another owner, on the record."""

from dataclasses import dataclass, replace

import pytest

from app.domain.apps import DeveloperApp
from app.domain.keys import ApprovalStatus, Key, KeyProduct
from app.domain.notes import Author
from app.domain.products import ApiProduct, Approval
from tests.routes.client import Answer, Browser
from tests.routes.conftest import Build
from tests.routes.house import House

DANA = "dana@example.com"
ADMINISTRATOR = frozenset({"administrator"})
LEDGER = ApiProduct("ledger", "Ledger", access="internal")


@dataclass(repr=False)
class Hand:
    """Dana's app ``trip`` of two keys, Dana, and Ada who has it in hand with some role."""

    house: House
    ada: Browser
    dana: Browser
    first: Key

    @property
    def developer(self) -> str:
        return f"/admin/developers/{self.house.public_id()}"

    @property
    def apps(self) -> str:
        return f"{self.developer}/apps"

    @property
    def app(self) -> DeveloperApp:
        return self.house.apigee.by_app[DANA, "trip"]

    def key(self, what: str) -> str:
        """Return an address about the first key."""
        return f"{self.apps}/trip/keys/{self.first.key_id}/{what}"

    def is_off(self) -> bool:
        key = self.app.key(self.first.key_id)
        return key is not None and key.status is ApprovalStatus.REVOKED

    def create(self, product: str = "weather-free", **more: str) -> Answer:
        """Send the form of a new app."""
        fields = {"display_name": "Boat", "request_id": "r1", "products": product, **more}
        return self.ada.post(f"{self.apps}/new", fields, shows_keys=True)

    def rows(self, action: str) -> list[tuple[str, str, str, str]]:
        """Return phase, actor, owner and detail of the audit rows of an action."""
        return [
            (row.phase.value, row.actor.name, row.on_behalf_of, row.detail)
            for row in self.house.trail()
            if row.action.value == action
        ]

    def authors(self) -> set[Author]:
        """Return in which part people acted that the notes of the app tell of."""
        with self.house.context():
            notes = self.house.portal.key_changes.memories.notes
            return {note.author for note in notes.of_developer(self.app.developer_id)}


def arranged(house: House, roles: frozenset[str]) -> Hand:
    house.developer("dana")
    first = house.apigee.new_key("weather-free")
    house.apigee.add_app(DANA, "trip", first, house.apigee.new_key("weather-free"))
    dana = house.signed_in("dana")
    ada = house.signed_in("ada", roles=roles)
    house.apigee.calls.clear()
    return Hand(house, ada, dana, first)


@pytest.fixture
def hand(house: House) -> Hand:
    return arranged(house, ADMINISTRATOR)


@pytest.fixture
def support(house: House) -> Hand:
    return arranged(house, frozenset({"support"}))


def test_the_list_is_the_developers_and_is_read_anew_each_time(hand: Hand) -> None:
    for _ in range(2):
        hand.house.apigee.calls.clear()
        page = hand.ada.get(hand.apps)
        assert page.page.heading == "Apps of Dana Reyes"
        assert f"{hand.apps}/trip" in page.page.links
        assert [link for link in page.page.links if link.startswith("/apps/")] == []
        assert sorted(hand.house.apigee.calls) == ["apps.page", "developers.get"]


def test_every_link_of_an_app_in_hand_stays_with_its_developer(hand: Hand) -> None:
    for path in (hand.apps, f"{hand.apps}/trip", hand.key("revocation"), hand.key("diagnosis")):
        page = hand.ada.get(path)
        assert page.status == 200
        assert f"{hand.apps}" in page.body
        content = page.body.partition("<main")[2]
        assert 'href="/apps' not in content
        assert 'action="/apps' not in content


def test_an_app_page_costs_one_call_and_the_status(hand: Hand) -> None:
    hand.ada.get("/products")
    hand.house.apigee.calls.clear()
    page = hand.ada.get(f"{hand.apps}/trip")
    assert page.page.heading == "trip"
    assert sorted(hand.house.apigee.calls) == ["apps.get", "developers.get"]


def test_an_app_is_made_for_the_developer_and_for_nobody_else(hand: Hand) -> None:
    made = hand.create(developer="ada@example.com", email="ada@example.com")
    assert made.status == 200
    assert "API key and secret" in made.text
    assert "Your API key" not in made.text
    assert {email for email, name in hand.house.apigee.by_app if name == "boat"} == {DANA}
    assert hand.rows("app.create") == [
        ("intent", "ada@example.com", DANA, ""),
        ("done", "ada@example.com", DANA, ""),
    ]
    assert "Boat" in hand.dana.get("/apps").text


def test_the_same_form_sent_twice_makes_one_app(hand: Hand) -> None:
    hand.create()
    hand.create()
    assert len([name for _email, name in hand.house.apigee.by_app if name == "boat"]) == 1


def test_an_app_is_edited_and_deleted(hand: Hand) -> None:
    changed = hand.ada.submit(f"{hand.apps}/trip/edit", {"display_name": "Long trip"})
    assert changed.location == f"{hand.apps}/trip"
    assert hand.app.display_name == "Long trip"
    gone = hand.ada.submit(f"{hand.apps}/trip/deletion", {"confirm_name": "Long trip"})
    assert gone.location == hand.apps
    assert (DANA, "trip") not in hand.house.apigee.by_app
    assert hand.rows("app.delete")[-1] == ("done", "ada@example.com", DANA, "")


def test_a_key_is_added_and_belongs_to_the_developers_app(hand: Hand) -> None:
    added = hand.ada.submit(
        f"{hand.apps}/trip/keys/new", {"products": ["weather-free"]}, shows_keys=True
    )
    assert added.status == 200
    assert added.page.heading == "The new key"
    assert len(hand.app.keys) == 3
    assert hand.rows("key.add")[-1][1:3] == ("ada@example.com", DANA)


def test_a_key_that_an_administrator_turned_off_is_not_turned_on_by_its_owner(hand: Hand) -> None:
    after = hand.ada.follow(hand.ada.submit(hand.key("revocation"), {"do": "off"}))
    assert hand.is_off()
    assert Author.ADMINISTRATOR in hand.authors()
    assert Author.OWNER not in hand.authors()
    assert "Turn on" in after.text
    assert "Turned off by an administrator" in hand.dana.get("/apps/trip").text
    own = f"/apps/trip/keys/{hand.first.key_id}/revocation"
    assert hand.dana.post(own, {"do": "on"}).status == 403
    assert hand.is_off()
    hand.ada.post(hand.key("revocation"), {"do": "on"})
    assert not hand.is_off()
    assert hand.rows("key.turn_on")[-1] == ("done", "ada@example.com", DANA, "")


def test_a_key_that_its_owner_turned_off_can_be_turned_on_by_both(hand: Hand) -> None:
    hand.dana.post(f"/apps/trip/keys/{hand.first.key_id}/revocation", {"do": "off"})
    assert "the developer turned the key off" in hand.ada.get(f"{hand.apps}/trip").text
    hand.ada.post(hand.key("revocation"), {"do": "on"})
    assert not hand.is_off()


def test_a_key_that_was_revoked_elsewhere_is_turned_on_by_an_administrator(hand: Hand) -> None:
    keys = tuple(replace(key, status=ApprovalStatus.REVOKED) for key in hand.app.keys)
    hand.house.apigee.put_app(DANA, replace(hand.app, keys=keys))
    assert hand.ada.get(hand.key("revocation")).page.heading.startswith("Turn on ")
    hand.ada.post(hand.key("revocation"), {"do": "on"})
    assert not hand.is_off()


def test_a_reveal_in_hand_is_on_the_record(hand: Hand) -> None:
    shown = hand.ada.post(hand.key("reveal"), {"value": "key"}, shows_keys=True)
    pair = hand.house.apigee.by_key_id[hand.first.key_id]
    assert pair.consumer_key.reveal() in shown.body
    assert hand.rows("key.reveal")[-1] == ("done", "ada@example.com", DANA, "")


def test_another_developers_app_is_not_there(hand: Hand) -> None:
    hand.house.developer("bob")
    hand.house.apigee.add_app("bob@example.com", "raft", hand.house.apigee.new_key("weather-free"))
    assert hand.ada.get(f"{hand.apps}/raft").status == 404
    gone = hand.ada.post(f"{hand.apps}/raft/deletion", {"confirm_name": "raft"})
    assert gone.status == 404
    assert ("bob@example.com", "raft") in hand.house.apigee.by_app


def test_a_developer_who_is_not_in_the_index_has_no_pages(hand: Hand) -> None:
    for path in ("apps", "apps/new", "diagnosis"):
        for with_htmx in (False, True):
            found = hand.ada.get(f"/admin/developers/{'f' * 16}/{path}", with_htmx=with_htmx)
            assert found.status == 404
    assert hand.house.apigee.calls == []


def test_the_choice_of_products_is_the_developers_not_the_administrators(hand: Hand) -> None:
    page = hand.ada.get(f"{hand.apps}/new").text
    assert "Weather (free)" in page
    assert "Ledger" not in page
    assert "Maps for partners" not in page
    assert "Ledger" in hand.ada.get("/products").text
    assert hand.create("ledger").status == 422
    assert hand.rows("product.override") == []


def test_an_override_gives_what_the_developer_may_not_ask_for_and_is_recorded(hand: Hand) -> None:
    page = hand.ada.get(f"{hand.apps}/new?every=1")
    assert "Maps for partners" in page.text
    assert "Beyond the rights" in page.text
    assert page.page.form(f"{hand.apps}/new").values["every"] == ["1"]
    assert hand.create("maps-partner", every="1").status == 200
    assert hand.rows("product.override") == [
        ("intent", "ada@example.com", DANA, "maps-partner"),
        ("done", "ada@example.com", DANA, "maps-partner"),
    ]


def test_an_override_is_needed_and_recorded_for_a_key_and_its_products_too(hand: Hand) -> None:
    wanted = {"products": "ledger", "request_id": "k1"}
    path = f"{hand.apps}/trip/keys/new"
    assert hand.ada.post(path, wanted).status == 422
    assert hand.ada.post(path, {**wanted, "every": "1"}, shows_keys=True).status == 200
    both = {"products": ["weather-free", "ledger"]}
    assert hand.ada.post(hand.key("products"), both).status == 422
    assert hand.ada.post(hand.key("products"), {**both, "every": "1"}).status == 303
    assert [row[0] for row in hand.rows("product.override")] == ["intent", "done"] * 2


def test_the_address_of_a_form_overrides_nothing(hand: Hand) -> None:
    wanted = {"products": "ledger", "request_id": "k1"}
    assert hand.ada.post(f"{hand.apps}/trip/keys/new?every=1", wanted).status == 422
    assert hand.rows("product.override") == []


def test_a_replacement_keeps_what_was_given_beyond_the_rights_only_by_another_override(
    hand: Hand,
) -> None:
    given: dict[str, str | list[str]] = {"products": ["weather-free", "ledger"], "every": "1"}
    hand.ada.post(hand.key("products"), given)
    path = hand.key("rotation")
    assert "Ledger cannot be carried over" in hand.ada.get(path).text
    page = hand.ada.get(f"{path}?every=1")
    assert page.page.form(path).values["every"] == ["1"]
    sent = {"overlap": "24h", "request_id": "k1", "every": "1"}
    assert hand.ada.post(path, sent, shows_keys=True).status == 200
    newest = {item.name for item in hand.app.keys[0].products}
    assert newest == {"weather-free", "ledger"}
    assert [row[0] for row in hand.rows("product.override")] == ["intent", "done"] * 2


def test_asking_again_beyond_the_rights_is_an_override_too(hand: Hand) -> None:
    refused = KeyProduct("ledger", ApprovalStatus.REVOKED)
    keys = tuple(
        replace(key, products=(*key.products, refused)) if key.key_id == hand.first.key_id else key
        for key in hand.app.keys
    )
    hand.house.apigee.put_product(replace(LEDGER, approval=Approval.MANUAL))
    hand.house.apigee.put_app(DANA, replace(hand.app, keys=keys))
    again = {"do": "again", "product": "ledger"}
    assert hand.ada.post(hand.key("products"), again).status == 422
    assert hand.rows("product.override") == []
    assert hand.ada.post(hand.key("products"), {**again, "every": "1"}).status == 303
    assert hand.rows("product.override")[-1][3] == "ledger"


def test_an_override_of_what_the_developer_may_have_anyway_is_none(hand: Hand) -> None:
    assert hand.create("weather-free", every="1").status == 200
    assert hand.rows("product.override") == []


def test_nobody_overrides_for_themselves(house: House) -> None:
    house.developer("ada")
    ada = house.signed_in("ada", roles=ADMINISTRATOR)
    apps = f"/admin/developers/{house.public_id('ada@example.com')}/apps"
    assert "Maps for partners" not in ada.get(f"{apps}/new?every=1").text
    fields = {"display_name": "Boat", "request_id": "r1", "products": "maps-partner", "every": "1"}
    assert ada.post(f"{apps}/new", fields).status == 422


def test_under_a_path_of_the_host_everything_in_hand_stays_there(build: Build) -> None:
    url = "http://localhost:8000/portal"
    house = build(public_url=url)
    house.developer("dana")
    house.apigee.add_app(DANA, "trip", house.apigee.new_key("weather-free"))
    ada = house.browser(url)
    house.provider.will_sign_in("ada", roles=ADMINISTRATOR)
    ada.finish_sign_in(ada.begin_sign_in())
    for path in ("", "/trip", "/new", "/new?every=1"):
        page = ada.get(f"/admin/developers/{house.public_id()}/apps{path}")
        assert page.status == 200
        links = [link for link in page.page.links if link.startswith("/")]
        assert all(link.startswith("/portal/") for link in links), path


def test_a_developer_cannot_override_on_their_own_pages(hand: Hand) -> None:
    assert "Ledger" not in hand.dana.get("/apps/new?every=1").text
    fields = {"display_name": "Boat", "request_id": "r1", "products": "ledger", "every": "1"}
    assert hand.dana.post("/apps/new", fields).status == 422


def test_support_reads_masked_apps_and_changes_nothing(support: Hand) -> None:
    page = support.ada.get(f"{support.apps}/trip")
    assert page.status == 200
    assert "••••" in page.text
    content = page.body.partition("<main")[2]
    assert "<form" not in content.replace('class="usage-choice"', "")
    for action in ("Rotate", "Turn off", "Delete app", "Edit details", "Add key", "Show"):
        assert f">{action}<" not in content
    before = support.app
    for path in ("revocation", "rotation", "deletion", "products", "label", "reveal", "comparison"):
        assert support.ada.post(support.key(path)).status == 403
    assert support.ada.get(f"{support.apps}/new").status == 403
    assert support.create().status == 403
    assert support.app == before
    assert "keys.pair" not in support.house.apigee.calls


def test_who_may_change_and_not_reveal_makes_keys_without_seeing_them(build: Build) -> None:
    roles = {"helper": {"permissions": ["read_apps", "change_apps"]}}
    hand = arranged(build(roles=roles), frozenset({"helper"}))
    made = hand.ada.post(
        f"{hand.apps}/new",
        {"display_name": "Boat", "request_id": "r1", "products": "weather-free"},
    )
    assert made.location == f"{hand.apps}/boat"
    assert "finds the key" in hand.ada.follow(made).text
    added = hand.ada.post(
        f"{hand.apps}/trip/keys/new", {"products": "weather-free", "request_id": "k1"}
    )
    assert added.location == f"{hand.apps}/trip"
    rotated = hand.ada.post(hand.key("rotation"), {"overlap": "24h", "request_id": "k2"})
    assert rotated.location == f"{hand.apps}/trip"
    assert len(hand.app.keys) == 4
    assert hand.ada.post(hand.key("reveal"), {"value": "key"}).status == 403
    assert "Compare secret" not in hand.ada.get(f"{hand.apps}/trip").text


def test_a_developer_without_an_account_is_worked_on_all_the_same(house: House) -> None:
    house.developer("bob")
    house.apigee.add_app("bob@example.com", "raft", house.apigee.new_key("weather-free"))
    ada = house.administrator()
    apps = f"/admin/developers/{house.public_id('bob@example.com')}/apps"
    assert "raft" in ada.get(apps).text
    fields = {"display_name": "Boat", "request_id": "r1", "products": "weather-free"}
    assert ada.post(f"{apps}/new", fields, shows_keys=True).status == 200
    assert "Boat" in ada.get(apps).text
    ada.post(f"{apps}/raft/deletion", {"confirm_name": "raft"})
    assert "raft" not in ada.get(apps).text


def test_what_is_shown_of_a_developer_without_an_account_is_never_older_than_the_last_change(
    house: House,
) -> None:
    house.developer("bob")
    house.apigee.add_app("bob@example.com", "raft", house.apigee.new_key("weather-free"))
    ada = house.administrator()
    developer = f"/admin/developers/{house.public_id('bob@example.com')}"
    assert "Calls with this key are accepted" in ada.get(f"{developer}/apps/raft").text
    house.clock.advance(1)
    ada.post(f"{developer}/status", {"status": "inactive"})
    shown = ada.get(f"{developer}/apps/raft").text
    assert "The developer is inactive" in shown
    assert "Blocked: account inactive" in shown


def test_the_words_are_not_said_to_the_developer(hand: Hand) -> None:
    for path in (hand.apps, f"{hand.apps}/trip", f"{hand.apps}/new", f"{hand.apps}/trip/keys/new"):
        content = hand.ada.get(path).body.partition("<main")[2].partition("</main")[0]
        assert "Your " not in content, path
        assert " your " not in content.replace("on your own machine", ""), path


def test_a_fresh_sign_in_in_hand_comes_back_to_the_developers_app(build: Build) -> None:
    hand = arranged(build(step_up={"actions": ["all"]}), ADMINISTRATOR)
    asked = hand.ada.post(f"{hand.apps}/trip/deletion", {"confirm_name": "trip"})
    assert asked.location == "/sign-in/again"
    assert (DANA, "trip") in hand.house.apigee.by_app
    hand.house.provider.will_sign_in("ada", roles=ADMINISTRATOR)
    state = hand.ada.follow(asked).location.partition("state=")[2].partition("&")[0]
    page = hand.ada.follow(hand.ada.finish_sign_in(state))
    assert page.page.form(f"{hand.apps}/trip/deletion").values["confirm_name"] == ["trip"]
    assert "Dana Reyes" in page.text
    assert f"Key 1 •••• {hand.app.keys[-1].ending}" in page.text
    pressed = hand.ada.submit("/sign-in/confirmation", action=f"{hand.apps}/trip/deletion")
    assert pressed.location == hand.apps
    assert (DANA, "trip") not in hand.house.apigee.by_app
