"""The key doctor at work: own keys only, read afresh, and nothing said of anybody else's."""

from dataclasses import replace

import pytest

from app.domain.apis import Api, KeyPlace
from app.domain.chain import Link, Who
from app.domain.coverage import Call
from app.domain.developers import DeveloperStatus
from app.domain.errors import InvalidInput, NotFound
from app.domain.faults import LONGEST_PASTE
from app.domain.keys import ApprovalStatus, Key
from app.domain.products import ApiProduct
from app.services.doctor import Consultation, Question
from tests.unit.services.house import ACTOR, DANA, DOWN, NO_ROLES
from tests.unit.services.key_desk import Desk

UNCOVERED = '{"fault": {"detail": {"errorcode": "oauth.v2.InvalidApiKeyForGivenResource"}}}'
WEATHER = Api(
    "weather",
    "Weather",
    "",
    ("weather-free",),
    "https://api.example.com/weather/v1",
    KeyPlace.HEADER,
    "x-apikey",
    proxy="weather",
    base_path="/weather/v1",
    environments=("test", "prod"),
)


@pytest.fixture
def desk() -> Desk:
    made = Desk()
    made.house.apigee.put_product(
        ApiProduct(
            "weather-free", "Weather", environments=("prod",), proxies=("weather",), paths=("/*",)
        )
    )
    made.house.apis.apis = [
        WEATHER,
        replace(WEATHER, slug="hidden", title="Hidden", products=("secret-product",)),
    ]
    made.house.apigee.calls.clear()
    return made


def diagnosed(desk: Desk, pasted: str | None = None, **asked: str) -> Consultation:
    doctor = desk.house.portal.doctor
    question = Question(**asked)
    return doctor.diagnose(desk.owner, NO_ROLES, ("trip", desk.key_id), question, pasted)


def test_a_diagnosis_reads_app_and_developer_afresh_and_products_once(desk: Desk) -> None:
    diagnosed(desk)
    assert sorted(desk.house.apigee.calls) == ["apps.get", "developers.get", "products.all"]
    desk.house.apigee.calls.clear()
    diagnosed(desk)
    assert sorted(desk.house.apigee.calls) == ["apps.get", "developers.get"]


def test_the_only_api_of_the_key_is_meant_unless_another_is_chosen(desk: Desk) -> None:
    assert diagnosed(desk).asked.api is WEATHER
    assert diagnosed(desk, api="").asked.api is None
    assert diagnosed(desk, api="weather").asked.api is WEATHER


def test_apis_of_products_that_the_person_may_not_see_are_not_known(desk: Desk) -> None:
    found = diagnosed(desk, api="hidden")
    assert found.asked.api is None
    assert [api.slug for api in found.apis] == ["weather"]


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ("/today", "/today"),
        ("today", "/today"),
        ("/weather/v1/today", "/today"),
        ("/weather/v1", "/"),
        ("https://api.example.com/weather/v1/today?city=Lisbon", "/today"),
        ("", ""),
    ],
)
def test_a_path_is_understood_with_and_without_what_stands_before_it(
    desk: Desk, given: str, path: str
) -> None:
    assert diagnosed(desk, path=given).asked.call.path == path


def test_an_api_without_a_base_path_takes_the_path_as_it_is(desk: Desk) -> None:
    desk.house.apis.apis = [replace(WEATHER, base_path="")]
    assert diagnosed(desk, path="/weather/v1/today").asked.call.path == "/weather/v1/today"


def test_a_path_beside_the_base_path_is_taken_as_it_is(desk: Desk) -> None:
    desk.house.apis.apis = [replace(WEATHER, base_url="https://api.example.com/other")]
    assert diagnosed(desk, path="/today").asked.call.path == "/today"


def test_the_call_is_put_together_from_the_api_and_the_form(desk: Desk) -> None:
    found = diagnosed(desk, method="get", path="/today", environment="prod")
    assert found.asked.call == Call("weather", "prod", "/today", "GET")
    assert found.environments == ("prod", "test")
    assert found.diagnosis.broken is None


def test_a_key_is_looked_at_with_what_the_portal_remembers(desk: Desk) -> None:
    desk.house.clock.pass_by(3600)
    changes = desk.house.portal.key_changes
    changes.turn_off(desk.owner, ACTOR, "trip", desk.key_id, sure=True)
    found = diagnosed(desk).diagnosis
    assert found.broken is not None
    assert found.remedy is not None
    assert (found.broken.link, found.remedy.who, found.updating) == (Link.KEY, Who.YOU, True)


def test_an_inactive_developer_is_the_first_link(desk: Desk) -> None:
    apigee = desk.house.apigee
    apigee.put_developer(replace(apigee.by_email[DANA], status=DeveloperStatus.INACTIVE))
    broken = diagnosed(desk).diagnosis.broken
    assert broken is not None
    assert broken.link is Link.DEVELOPER


def test_without_the_catalogue_the_rest_is_told(desk: Desk) -> None:
    desk.house.apigee.fail("products.all", DOWN)
    found = diagnosed(desk, api="weather")
    assert found.diagnosis.broken is None
    assert found.asked.api is WEATHER


@pytest.mark.parametrize("which", [("trip", "0" * 16), ("other", "0" * 16)])
def test_what_is_not_there_is_not_found(desk: Desk, which: tuple[str, str]) -> None:
    with pytest.raises(NotFound):
        desk.house.portal.doctor.diagnose(desk.owner, NO_ROLES, which, Question())


def test_somebody_elses_key_is_not_found(desk: Desk) -> None:
    theirs = stranger(desk)
    for which in (("trip", theirs.key_id), ("plan", theirs.key_id)):
        with pytest.raises(NotFound):
            desk.house.portal.doctor.diagnose(desk.owner, NO_ROLES, which, Question())


@pytest.mark.parametrize("pasted", ["", " \n", "x" * (LONGEST_PASTE + 1)])
def test_nothing_and_too_much_are_refused_before_anything_is_asked(desk: Desk, pasted: str) -> None:
    with pytest.raises(InvalidInput):
        diagnosed(desk, pasted)
    with pytest.raises(InvalidInput):
        desk.house.portal.doctor.explain(desk.owner, NO_ROLES, pasted)
    assert desk.house.apigee.calls == []


def test_another_key_of_the_app_in_the_text_is_pointed_out(desk: Desk) -> None:
    apigee = desk.house.apigee
    second = apigee.new_key("weather-free")
    apigee.put_app(DANA, replace(desk.app(), keys=(second, *desk.app().keys)))
    held = apigee.by_key_id[second.key_id].consumer_key.reveal()
    found = diagnosed(desk, f"{held} {UNCOVERED}")
    assert found.other_key is not None
    assert found.other_key.key.key_id == second.key_id
    own = apigee.by_key_id[desk.key_id].consumer_key.reveal()
    assert diagnosed(desk, f"{own} {UNCOVERED}").other_key is None


def test_an_own_key_in_a_pasted_text_is_found_and_looked_at(desk: Desk) -> None:
    apigee = desk.house.apigee
    for number in range(3):
        apigee.add_app(DANA, f"app-{number}")
    apigee.page_size = 2
    app = desk.app()
    off = replace(desk.key(), status=ApprovalStatus.REVOKED)
    apigee.put_app(DANA, replace(app, keys=(off,)))
    held = apigee.by_key_id[desk.key_id].consumer_key.reveal()
    found = desk.house.portal.doctor.explain(desk.owner, NO_ROLES, f"x-apikey: {held}").found
    assert found is not None
    assert (found.app.name, found.row.key.key_id) == ("trip", desk.key_id)
    assert found.diagnosis.broken is not None
    assert found.diagnosis.broken.link is Link.KEY


def stranger(desk: Desk) -> Key:
    """Give Bob an app, and return its key."""
    apigee = desk.house.apigee
    apigee.add_developer("bob@example.com")
    key = apigee.new_key("weather-free")
    apigee.add_app("bob@example.com", "plan", key)
    return key


def test_a_key_of_somebody_else_is_like_one_that_nobody_has(desk: Desk) -> None:
    apigee = desk.house.apigee
    theirs = apigee.by_key_id[stranger(desk).key_id].consumer_key.reveal()
    doctor, said = desk.house.portal.doctor, []
    for held in (theirs, "0123456789abcdef0123456789abcdef"):
        apigee.calls.clear()
        said.append((doctor.explain(desk.owner, NO_ROLES, f"{held} {UNCOVERED}"), [*apigee.calls]))
    assert said[0] == said[1]
    assert said[0][0].found is None
    assert set(said[0][1]) == {"apps.page"}
