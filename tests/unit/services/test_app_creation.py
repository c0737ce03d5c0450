"""Creating an app: what is checked, what is sent, and what is told about it."""

from dataclasses import replace

import pytest

from app.domain.audit import Action
from app.domain.developers import DeveloperStatus
from app.domain.errors import InvalidInput, NotRecorded, Upstream
from app.services.app_names import NAME_TAKEN
from tests.unit.services.house import ACTOR, DANA, DOWN, NO_ROLES, House, new_app


def refused(house: House, **changes: object) -> dict[str, str]:
    """Create an app that is refused; return the fields."""
    with pytest.raises(InvalidInput) as error:
        house.create(new_app(**changes))  # type: ignore[arg-type] # the test names fields of NewApp
    return error.value.fields


def test_a_new_app_comes_with_the_key_that_apigee_made(house: House) -> None:
    new = new_app(
        "Trip planner", description="Plans\r\ntrips", callback_url="https://a.example/?b=c"
    )
    made = house.portal.creation.create(house.owner(), ACTOR, NO_ROLES, new)
    kept = house.apigee.by_app[DANA, "trip-planner"]
    assert made.app == kept
    assert (kept.display_name, kept.description) == ("Trip planner", "Plans\r\ntrips")
    assert (kept.callback_url, kept.request_id) == ("https://a.example/?b=c", new.request_id)
    assert kept.products == ("weather-free",)
    assert made.pair is not None
    assert made.pair == house.apigee.by_key_id[kept.keys[0].key_id]


def test_creating_costs_one_call_when_the_catalogue_is_known(house: House) -> None:
    house.portal.products.catalogue()
    house.asked()
    house.create(new_app())
    assert house.asked() == ["apps.create"]


def test_creating_costs_two_calls_at_first(house: House) -> None:
    house.create(new_app())
    assert house.asked() == ["products.all", "apps.create"]


def test_an_inactive_developer_may_create_apps(house: House) -> None:
    inactive = replace(house.apigee.by_email[DANA], status=DeveloperStatus.INACTIVE)
    house.apigee.put_developer(inactive)
    assert house.create(new_app())


@pytest.mark.parametrize("name", ["", " ", "a\x07", "\u202egpj", "x" * 256])
def test_a_name_that_cannot_be_used_is_told_at_its_field(house: House, name: str) -> None:
    assert set(refused(house, display_name=name)) == {"display_name"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"description": "x" * 1001}, "description"),
        ({"description": "a\x00b"}, "description"),
        ({"description": "\u202e"}, "description"),
        ({"callback_url": "javascript:alert(1)"}, "callback_url"),
        ({"products": ()}, "products"),
        ({"products": ("nothing",)}, "products"),
        ({"products": ("ledger",)}, "products"),
        ({"products": ("weather-free", "ledger")}, "products"),
    ],
)
def test_every_other_field_tells_what_is_wrong(
    house: House, changes: dict[str, object], field: str
) -> None:
    assert set(refused(house, **changes)) == {field}


def test_all_wrong_fields_are_told_at_once(house: House) -> None:
    wrong = {"display_name": "", "description": "\x00", "callback_url": "data:x", "products": ()}
    assert set(refused(house, **wrong)) == set(wrong)


def test_what_is_wrong_reaches_neither_apigee_nor_the_log_nor_the_claims(house: House) -> None:
    refused(house, description="\x00")
    assert house.asked() == ["products.all"]
    assert (house.trail(), house.creations.begun) == ([], {})


def test_a_hidden_product_and_a_missing_one_are_refused_alike(house: House) -> None:
    assert refused(house, products=("ledger",)) == refused(house, products=("nothing",))


def test_a_role_opens_its_products(house: House) -> None:
    new = new_app(products=("ledger",))
    roles = frozenset({"administrator"})
    made = house.portal.creation.create(house.owner(), ACTOR, roles, new)
    assert made.app.products == ("ledger",)


def test_a_name_that_is_taken_is_told_at_its_field(house: House) -> None:
    house.create(new_app("Trip planner"))
    assert refused(house, display_name="Trip planner") == {"display_name": NAME_TAKEN}
    assert len(house.apigee.by_app) == 1


def test_two_developers_may_use_the_same_name(house: House) -> None:
    house.account_of("ines@example.com")
    house.create(new_app("Trip planner"))
    house.create(new_app("Trip planner"), house.owner("ines@example.com"))
    assert len(house.apigee.by_app) == 2


def test_a_name_that_is_taken_can_be_changed_in_the_same_form(house: House) -> None:
    house.create(new_app("Trip planner"))
    form = new_app("Trip planner")
    with pytest.raises(InvalidInput):
        house.create(form)
    assert house.create(replace(form, display_name="Trips", name="trips"))


def test_a_failure_of_apigee_can_be_sent_again_with_the_same_form(house: House) -> None:
    form = new_app()
    house.apigee.fail("apps.create", DOWN)
    with pytest.raises(Upstream):
        house.create(form)
    assert house.creations.begun == {}
    assert house.create(form)
    assert house.asked().count("apps.create") == 2


def test_what_apigee_finds_wrong_is_told_and_can_be_sent_again(house: House) -> None:
    form = new_app(name="-odd")
    with pytest.raises(InvalidInput):
        house.create(form)
    assert house.create(replace(form, name="odd"))


def test_without_a_catalogue_nothing_is_created(house: House) -> None:
    house.apigee.fail("products.all", DOWN)
    with pytest.raises(Upstream):
        house.create(new_app())
    assert house.asked() == ["products.all"]


def test_the_trail_has_intent_and_outcome_without_any_key(house: House) -> None:
    key = house.create(new_app())
    assert house.trail() == [
        ("app.create", "intent", "trip-planner"),
        ("app.create", "done", "trip-planner"),
    ]
    intent, done = house.audit.entries
    assert intent.action_id == done.action_id
    assert (intent.actor, intent.on_behalf_of, intent.target_kind) == (ACTOR, DANA, "app")
    assert key not in str(house.audit.entries)


def test_a_failure_is_in_the_trail(house: House) -> None:
    house.apigee.fail("apps.create", DOWN)
    with pytest.raises(Upstream):
        house.create(new_app())
    assert [row.phase.value for row in house.rows(Action.APP_CREATE)] == ["intent", "failed"]


def test_when_the_log_refuses_nothing_is_created_and_the_form_stays_alive(house: House) -> None:
    form = new_app()
    house.audit.error = OSError("The disk is full.")
    with pytest.raises(NotRecorded):
        house.create(form)
    assert (house.apigee.by_app, house.creations.begun) == ({}, {})
    assert "apps.create" not in house.asked()
    house.audit.error = None
    assert house.create(form)


def test_a_new_app_is_listed_at_once_by_every_process(house: House) -> None:
    house.portal.apps.listing(house.owner())
    house.create(new_app())
    names = [row.app.name for row in house.portal.apps.listing(house.owner()).rows]
    assert names == ["trip-planner"]
